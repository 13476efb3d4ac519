"""The memristor Bayesian machine: likelihoods in resistive memory beside the gates that multiply or add them.

Stochastic: each likelihood word is compared with a random number in each cycle, the bits of all features meet in an AND
gate, and a counter per class counts ones: its mean is the product of the likelihoods (Harabi et al., Nat. Electron. 6,
52, 2023). Logarithmic: integers that stand for -ln of the likelihoods are added, and the least sum wins.
"""
