"""Low-field conductance after SET, mean and spread, against compliance."""

ORDER = 30
