"""Rare-event estimates of a run: `[estimate]` of an experiment, tasks for workers, what is stored and said of them."""
