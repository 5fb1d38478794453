"""How files are written: styled tables, row heights, whole files at once or not at all."""
