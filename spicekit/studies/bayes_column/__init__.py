"""A likelihood of the Bayesian machine at the gates.

A word of likelihood stands in 2T2R cells, each with a sense amplifier of its own that holds what it has read. In each
cycle a comparator tells whether a random number does not exceed the word, and an AND gate joins that bit with the one
of the likelihood before it. All is one circuit of transistors: programmed devices, mismatch of every transistor, real
signals. Asked is what a read and a cycle cost, by parts, and whether words and bits are right.

A sample has 16 devices of its own (words of eight bits), programmed to a word that is drawn, and transistors of its
own. Random numbers are those of a shift register of as many bits, the same in all samples. Found are the keys of
`bayes_column` in [`statistics.json`](statistics.md), from which `spicekit network bayes` takes its energies.
"""

ORDER = 78
