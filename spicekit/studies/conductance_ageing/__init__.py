"""Conductance of aged devices.

The conductance law after more and more cycles, and the energy of each pulse. The same devices are simulated at
every age, fresh ones included; what learning in aged arrays starts from ([how](mcmc.md)).
"""

ORDER = 40
