"""A network of p-bits: bits that fluctuate at random, each the more one way the more the others ask for it.

A p-bit with the input I is m = sgn(tanh(I) - r), r uniform in -1 ... 1, and I is minus half of what the energy changes
when the bit goes from -1 to +1 (Camsari, Sutton and Datta, Appl. Phys. Rev. 6, 011305, 2019). The network then visits
states as often as Boltzmann's law says, and low energies most: it factors integers, cuts graphs, parts numbers.
"""
