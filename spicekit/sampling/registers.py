"""Linear-feedback shift registers: the random numbers that logic makes."""

from functools import cache

import numpy as np

TAPS = {
    2: (2, 1), 3: (3, 2), 4: (4, 3), 5: (5, 3), 6: (6, 5), 7: (7, 6), 8: (8, 6, 5, 4), 9: (9, 5), 10: (10, 7),
    11: (11, 9), 12: (12, 6, 4, 1), 13: (13, 4, 3, 1), 14: (14, 5, 3, 1), 15: (15, 14), 16: (16, 15, 13, 4),
    17: (17, 14), 18: (18, 11), 19: (19, 6, 2, 1), 20: (20, 17),
}  # fmt: skip
"""Taps of maximal sequences by the length of the register (Xilinx XAPP 052)."""


@cache
def register_states(length: int) -> np.ndarray:
    """Return the states of a register over one period, (2^length - 1,), from that of a single one."""
    state, mask, found = 1, (1 << length) - 1, []
    shifts = [length - tap for tap in TAPS[length]]
    for _ in range(mask):
        found.append(state)
        feedback = 0
        for shift in shifts:
            feedback ^= state >> shift
        state = state >> 1 | (feedback & 1) << (length - 1)
    return np.array(found, np.uint32)
