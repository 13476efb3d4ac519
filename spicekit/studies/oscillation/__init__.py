"""Free oscillation: frequency, power, linewidth, and the laws of the auto-oscillator."""

ORDER = 90
