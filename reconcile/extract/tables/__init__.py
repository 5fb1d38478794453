"""Characters and lines, or cells of a sheet, put together into the rows and columns of tables."""
