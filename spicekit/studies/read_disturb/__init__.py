"""Read disturb.

How many reads by the sense amplifier, or how long at a small voltage in the direction of SET, until the resistance has
moved by a tenth.
"""

ORDER = 70
