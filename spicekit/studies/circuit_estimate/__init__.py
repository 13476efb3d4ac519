"""Rare failures of your own circuits.

Estimates of how often a limit of [your own circuits](circuits.md#rare-failures) is violated, where that is too rare to
be counted: one for each circuit with an `estimate`, at each point. They stand in `circuit.estimates`, beside what was
counted.
"""

ORDER = 86
