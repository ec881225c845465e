"""The action register as people meet it: lists, a workbook out and in, and actions from what a run or an auditor found."""
