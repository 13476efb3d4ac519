"""The array.

Dies of 2T2R cells with their word, bit and source lines, drivers, level shifters, column switches and one sense
amplifier for each pair of bit lines. Every cell is written by a row-wise write and read back by its column with an
input bit; the same devices, transistors and amplifier without the array are simulated beside it. A sample is a die:
all its devices are drawn anew. What the cells that are not selected do is a load on the lines ([how, and what that
costs](array.md)).
"""

ORDER = 58
