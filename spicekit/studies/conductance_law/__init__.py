"""Conductance law.

Mean and spread of the low-field conductance against SET compliance. Each device is cycled, RESET then SET, from the
state that the cycle before left; its deviations follow each other as the RRAM card says. The law of the low
resistance state comes from the same samples.

Between points of `conductance_law` interpolate: `statistics.conductance_law.at(compliance)` gives mean and standard
deviation, monotone between points, and refuses to leave their range.
"""

ORDER = 30
