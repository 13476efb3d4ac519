"""What the logic of a neuron costs at the gates.

Behind the sense amplifiers of a row stands a tree of adders. It counts the bits that come out of the XNORs, or adds
words that each weight lets through as they are or inverted. All of it is one circuit of transistors. Asked is what a
count and a sum take, how long they need, and whether they are right.

A sample is a word of inputs and of weights, both drawn. Three ways of working are simulated: "count", bits of
amplifiers with the XNOR inside, which pre-charge takes away again; "held", amplifiers that go on holding their weights
while inputs change before XNOR gates; "sum", words of several bits that a row of weights inverts or not. Found are the
keys of `adders` in [`statistics.json`](statistics.md), from which `spicekit network bnn` takes what its logic costs.
"""

ORDER = 77
