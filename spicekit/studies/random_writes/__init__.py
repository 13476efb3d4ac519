"""Random bits of pairs that are written again and again.

Both devices of a 2T2R pair are SET and RESET again and again, equally, and the sense amplifier reads the pair after
each write: cycle-to-cycle variability makes the bit ([how](entropy.md#random-bits-of-written-pairs)). Samples are pairs
with all their devices and transistors. The slow parts of the devices' deviations go on from write to write as the card
says; of writes whose numbers are left out only that is computed. After the first write each pair is read with the
trap of either device empty and occupied as well: what telegraph noise alone changes.

Found are, for each state, how often a bit differs from that some writes before; the law of long sequences, fitted to
what the amplifier sees (never to the bits), beside the counted bits; in how many pairs traps change the bit; what a bit
takes. `spicekit entropy trng` makes bits of them.
"""

ORDER = 81.5
