"""Switching time.

How long a constant voltage on the device alone takes to form, SET or RESET it; samples are devices at each voltage and
temperature.
"""

ORDER = 20
