"""The force that a drive exerts on an oscillator, from how its amplitude moves."""

import numpy as np

from spicekit.studies.oscillators.record import Record


def drive_force(record: Record, ratio: int, lag: int = 1) -> complex:
    """Return the force F [1/s] of a drive on a record whose frame is the drive's frequency over `ratio`.

    In that frame dc/dt = (a + b·p)·c + F·g + noise, with g = 1 for a drive at the frequency and c* for one at twice it
    (Slavin and Tiberkevich, IEEE Trans. Magn. 45, 1875, 2009): linear in a, b and F, which least squares find. The
    regressors of `lag` steps earlier are the instruments: noise that lasts for less is not correlated with them.
    """
    c = record.amplitude
    now, ahead = c[lag:-1], c[lag + 1 :]
    slope, middle, before = (ahead - now) / record.step, (ahead + now) / 2, c[: -lag - 1]

    def terms(c: np.ndarray) -> np.ndarray:
        return np.stack([c, np.abs(c) ** 2 * c, np.ones_like(c) if ratio == 1 else c.conj()])

    instruments = terms(before).conj()
    found = np.linalg.solve(instruments @ terms(middle).T, instruments @ slope)
    return complex(found[2])
