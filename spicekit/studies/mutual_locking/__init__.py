"""Several oscillators on one load."""

ORDER = 110
