"""Judgement: whose row, which value, which of several, how a task stands. Touches no file."""
