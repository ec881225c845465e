"""Audits by people: a sample of a run's children, a form for each case, and what comes back in them."""
