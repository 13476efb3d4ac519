"""Write and verify.

SET pulses until the resistance reads below a target, at most so many. Each device is fresh and starts from one RESET;
every pulse is a cycle of its own, with its own deviation, and is followed by a read at the verify voltage. How many
pulses a device needs, what it ends at, and what that costs, at each target.
"""

ORDER = 55
