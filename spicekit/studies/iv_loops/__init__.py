"""I–V loops: forming, SET and RESET voltages."""

ORDER = 10
