"""The audit of every night, with nobody there: which export, the run, what is kept, what the entry page says."""
