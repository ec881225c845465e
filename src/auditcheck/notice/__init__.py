"""Progress against an improvement notice: each thing that it asks, the evidence there is, and what falls due when."""
