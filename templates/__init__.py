"""Workbook templates, to be edited in Excel."""
