"""I–V loops.

I–V loops of the 1T1R cell. The first sample is the nominal cell, the others have drawn spread. Voltages are those over
cell and access transistor, in a triangle of `ramp` up and `ramp` down.
"""

ORDER = 10
