"""What the sheets of a workbook hold besides their cells."""
