"""Rare errors of reads.

Estimates of how often a read errs at one ratio of the resistances, by rare-event sampling, where the table of the
[read path](#the-read-path) has an `estimate`: one for each kind of read and resistance, of one stored value (of both
against a reference, whose states fail differently). They stand in `read_path.estimates`, beside law and count of the
same read.
"""

ORDER = 83
