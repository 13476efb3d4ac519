"""Superparamagnetic junction.

Telegraph switching, between parallel and antiparallel, of the junction that `technology.superparamagnetic` names,
at constant bias; samples are devices, the same ones at each voltage ([how](oscillators.md#superparamagnetic)). The
`error` of an estimate over devices is the standard error of their mean, counting errors included.

`statistics.superparamagnetic.law.antiparallel(voltage)` is the share of the time in the antiparallel state, a
sigmoid of the voltage on the junction: what a p-bit needs.
"""

ORDER = 80
