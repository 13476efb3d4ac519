"""Pairs that are written equally.

Both devices of a 2T2R pair are left unwritten, or written into the same state; the sense amplifier reads the pair all
the same, and what it finds is an accident of this pair: a bit of a physically unclonable function (PUF), or, when
the pair is written anew for each bit, a random bit ([how](entropy.md#puf)). Samples are pairs with all their
devices and
transistors. Each pair is read at enrolment, again, at other temperatures and supplies, after a bake, and after it was
written once more. Every read has telegraph noise where `technology.telegraph_noise` is on.

Found are the share of ones, how often a later read differs from that at enrolment, and the correlations of what the
amplifier sees in all reads, from which `spicekit entropy puf` makes chips.
"""

ORDER = 82
