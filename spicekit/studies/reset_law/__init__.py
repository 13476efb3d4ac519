"""RESET law.

The high resistance state against RESET voltage and width, each on fresh devices that were SET once.
"""

ORDER = 50
