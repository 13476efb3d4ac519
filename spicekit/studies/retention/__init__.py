"""Retention.

Programmed devices without voltage, read after a bake at the verify voltage.
"""

ORDER = 60
