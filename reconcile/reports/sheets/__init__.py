"""The sheets of the summary: what leaders read, and what the office works with."""
