"""The terminal: which language it speaks, and commands whose help and errors speak it."""
