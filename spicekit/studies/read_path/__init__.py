"""The read path.

Reads of two resistances by drawn sense amplifiers, without any programming: of a 2T2R pair (`plain`), of a pair with
the XNOR inside (`xnor`, each input with each weight), and of one 1T1R cell against a reference (`reference`), all with
the same transistors and the same energy accounting. Of each amplifier the offset is found: the logarithm of the ratio
of both resistances at which its decision turns. From them follow the offset's law and the error probability against
the ratio, beside reads that are counted. The first sample is the nominal amplifier, the others have drawn mismatch.
With a [`[grid]`](experiment.md) of corners, temperatures and supplies the report draws maps, says where each kind of
read stops working, and which supply follows from that.
"""

ORDER = 82
"""How often, how fast and at what cost two resistances are told apart."""
