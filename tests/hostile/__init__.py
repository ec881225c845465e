"""Broken and hostile input, made anew from good files each time: what is spoiled, and what a run must still do with it."""
