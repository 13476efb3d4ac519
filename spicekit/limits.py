"""How far circuits, models and methods reach: known to them, and to the experiment file, which asks for no more."""

COLDEST, HOTTEST = -55.0, 200.0  # C: beyond, no model of a transistor says anything
MOST_OSCILLATORS = 8  # in one deck
FEWEST_RUNS = 200  # of a rare-event estimate: with fewer there is not even a search
