"""Randomness as a resource: true random numbers and physically unclonable functions from simulated devices.

Needs statistics, and no simulator. `sp800_22` and `sp800_90b` are the tests and the estimators of the standards.
"""
