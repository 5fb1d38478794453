"""Templates and the fill-in workbooks made from them, one for each unit."""
