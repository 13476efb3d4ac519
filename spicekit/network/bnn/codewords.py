"""Weights behind an error-correcting code: which are wrong once the words that they stand in are decoded."""

import numpy as np

from spicekit.network.bnn.rates import ErrorRates
from spicekit.statistics.codes import Code


def wrong_behind(
    code: Code, ones: np.ndarray, wrong: np.ndarray, rates: ErrorRates, cells: list[np.random.Generator]
) -> np.ndarray:
    """Return which weights are wrong behind the decoder, from those that stand wrong in the memory.

    Weights fill words in the order in which they lie, neuron by neuron; check bits stand in cells of the same kind,
    which err at the rate of what they store. The last word is filled up with -1.

    Args:
        ones, wrong: booleans of one shape, the stored weights and the errors of their own cells.
        cells: generators of what the cells of check bits and of filled places keep, and of what a cycle makes.
    """
    words = -(-ones.size // code.data)
    filled = words * code.data - ones.size
    data = np.pad(ones.ravel(), (0, filled)).reshape(words, code.data)
    checks = code.parity.check_bits(data)
    beside = np.concatenate([checks.ravel(), np.zeros(filled, bool)])
    own, drawn = cells[0].standard_normal(beside.size), cells[1].random(beside.size)
    plus, minus = rates.behind(np.zeros(1), own)
    wrong_beside = drawn < np.where(beside, plus, minus)
    errors = np.concatenate(
        [
            np.concatenate([wrong.ravel(), wrong_beside[checks.size :]]).reshape(words, code.data),
            wrong_beside[: checks.size].reshape(checks.shape),
        ],
        axis=1,
    )
    left = code.parity.decoded(errors)[:, : code.data]
    return left.ravel()[: ones.size].reshape(ones.shape)
