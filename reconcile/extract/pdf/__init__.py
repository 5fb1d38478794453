"""A plan PDF: its pages, characters and lines; what the eye does not see; the second reader."""
