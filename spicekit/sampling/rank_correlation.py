"""Correlations of the normal law with the same rank correlation, so that numbers need not be normal themselves."""

import numpy as np


def rank_correlations(values: np.ndarray, often: np.ndarray | None = None) -> np.ndarray:
    """Return correlations of the normal law with the same Kendall tau-b of columns.

    Args:
        values: (pairs, columns).
        often: (resamples, pairs), how often each pair is in a resample of the bootstrap; None: all once.

    Returns:
        (columns, columns); with `often` (resamples, columns, columns).
    """
    first, second = np.triu_indices(len(values), 1)
    signs = np.sign(values[first] - values[second])
    whole = np.ones((1, len(values))) if often is None else often
    found = np.empty((len(whole), values.shape[1], values.shape[1]))
    for k, times in enumerate(whole):
        agreed = (signs * (times[first] * times[second])[:, None]).T @ signs
        untied = np.sqrt(np.maximum(np.diag(agreed), 1e-300))
        found[k] = np.sin(np.pi / 2 * agreed / np.outer(untied, untied))
    return found[0] if often is None else found
