"""A junction that gives random bits.

The superparamagnetic junction of `technology.superparamagnetic` stands in one branch of a sense amplifier, a resistor
in the other; each read gives a bit, the state that the junction happens to be in. Samples are such cells: mismatch of
every transistor, barrier and offset of the junction ([how](entropy.md)). Asked is which cells tell both
states apart, with the resistor that suits the nominal cell and with one that is trimmed in each cell, what a read
takes, and how likely it flips the junction, before it has decided and after.

Flips are those of the junction's rates, integrated along the voltage that ngspice finds on it; beside them stand reads
in which the junction flips while ngspice runs. `spicekit entropy trng` makes bits of them.
"""

ORDER = 81
