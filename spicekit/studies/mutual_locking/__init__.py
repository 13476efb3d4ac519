"""Mutual locking.

Oscillators that emit into one load. Samples are sets of devices, with thermal noise and starting phases of their
own; the first set is of nominal devices. It fills in `mutual` of the block
[`oscillator`](#oscillators-what-the-three-studies-find).
"""

ORDER = 110
