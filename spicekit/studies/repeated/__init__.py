"""Programmed again and again.

The same pairs are programmed to the same value again and again, and read by their sense amplifier each time. Between
two programmings lies one cycle: the device in its low state is RESET and SET, the other is SET and RESET, the slow
parts of their deviations move on, and the fresh ones are drawn anew. Device parts and the mismatch of all transistors
stay.

Found is how alike the errors of one pair are, and those of one device against the best threshold: the keys
`error_correlation_2t2r` and `error_correlation_1t1r` of the condition in [`statistics.json`](statistics.md), by the
errors counted, or by the margins where too few were counted. A sample is a pair; even ones store +1, odd ones -1. The
first programming of a pair is the trial of that number in the condition.
"""

ORDER = 75
