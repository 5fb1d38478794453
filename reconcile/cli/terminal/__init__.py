"""The terminal: its language, and commands whose help and errors follow it."""
