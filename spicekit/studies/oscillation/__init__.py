"""Free oscillation.

Free oscillators, the junction that `technology.mtj` names; samples are devices, the same ones at every current and
field, the first one nominal ([how](oscillators.md#experiments)). It fills in a part of the block
[`oscillator`](#oscillators-what-the-three-studies-find).
"""

ORDER = 90
