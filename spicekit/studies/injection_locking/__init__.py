"""Injection locking.

Arnold tongues under an rf current. Each device, the first one nominal, sees a row of drives around its own
frequency, or around twice that, one record each. It fills in `injection` of the block
[`oscillator`](#oscillators-what-the-three-studies-find).
"""

ORDER = 100
