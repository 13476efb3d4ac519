"""The synchronization state: which tone each oscillator follows, from phase slips."""

import numpy as np

from spicekit.network.oscillators.devices import TAU
from spicekit.network.oscillators.simulate import Motion

FREE = 0
"""State of an oscillator that follows no tone; one that follows tone k has k + 1."""


def states_of(motion: Motion, tones: np.ndarray) -> np.ndarray:
    """Return the state (rows, oscillators) under `tones` (rows, tones) [Hz].

    An oscillator follows a tone if their phases stay within half a turn of each other, from the mean over the first
    quarter of the record to that over the last. Of two tones, so near each other that both hold, the nearer counts.
    """
    drifts = np.abs(drift(motion, tones))
    nearest = drifts.argmin(2)
    held = np.take_along_axis(drifts, nearest[..., None], 2)[..., 0] < np.pi
    return np.where(held, nearest + 1, FREE)


def drift(motion: Motion, tones: np.ndarray) -> np.ndarray:
    """Return by how much [rad] each oscillator runs ahead of each tone, (rows, oscillators, tones)."""
    phase = -np.unwrap(np.angle(motion.amplitude), axis=2)
    quarter = max(phase.shape[2] // 4, 1)
    gone = phase[..., -quarter:].mean(2) - phase[..., :quarter].mean(2)
    between = (phase.shape[2] - quarter) * motion.step
    return gone[..., None] - TAU * (tones - motion.frame)[:, None, :] * between


def names_of(states: np.ndarray) -> list[str]:
    """Return each row of `states` (rows, oscillators) in words: one letter per oscillator, `-` for none, A, B, …"""
    return ["".join("-" if s == FREE else chr(ord("A") + s - 1) for s in row) for row in states.tolist()]
