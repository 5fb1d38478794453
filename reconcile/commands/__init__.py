"""The verbs: each parses its arguments, calls, and reports."""
