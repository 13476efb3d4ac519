"""Time to form, SET and RESET against voltage and temperature."""

ORDER = 20
