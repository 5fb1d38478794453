"""A published plan (PDF, Word, Excel) -> tasks, front matter and findings."""
