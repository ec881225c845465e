"""Workbooks that people fill in and give back: what a sheet is, writing it with its drop-downs, reading it cell by cell."""
