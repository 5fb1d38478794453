"""Marked-up copies: the list of what to mend, and the two ways to make them — in the file that came, or redrawn."""
