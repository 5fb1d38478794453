"""走势: the closed periods of a plan side by side, as a workbook, as a web page, as JSON."""
