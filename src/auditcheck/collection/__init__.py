"""What a service would have to supply, ready to be filled in: empty tables, a workbook with drop-downs, a data dictionary, example SQL."""
