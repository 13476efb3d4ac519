"""Rare-event estimates.

Error rates too small to count, one estimate for each condition, cell and stored value. The experiment file asks for
them by `[estimate]`; they stand on the samples of the conditions, and their results are with those.
"""

ORDER = 900
