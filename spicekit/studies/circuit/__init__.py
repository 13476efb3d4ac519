"""Your own circuits.

Any plain SPICE netlist with one transient: numbers of it that spread, what is measured, and a limit that says what
fails. Out come the distribution of every measurement, the error rate, and the worst samples, each of which
`spicekit show RUN circuit/POINT:NUMBER --deck` writes as a deck that runs alone. How to:
[your own circuits](circuits.md).
"""

ORDER = 85
