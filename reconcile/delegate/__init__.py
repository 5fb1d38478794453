"""One level down and up again: a received form becomes a plan of its own, its merged answers fill the form."""
