"""The verbs that are about a period as a whole."""
