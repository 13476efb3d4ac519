"""Is what the arrays hold a sample of the posterior? Effective sample size and R-hat by ArviZ (extra `bayes`)."""

from dataclasses import dataclass

import numpy as np

from spicekit.network.mcmc.sampler import Learned
from spicekit.network.mcmc.target import Coding


@dataclass(frozen=True)
class Diagnosis:
    """Of arrays that learned the same data."""

    acceptance: float
    models: int  # that an array holds
    mean: np.ndarray  # (n,), of the parameters, all arrays together
    std: np.ndarray
    effective: float | None  # effective sample size of one array, median over parameters; None without ArviZ
    least: float | None  # the same of the parameter that has the fewest
    r_hat: float | None  # largest over parameters


@dataclass(frozen=True)
class Distance:
    """How far a sample is from the reference."""

    mean: float  # root mean square over parameters of the difference of means, in standard deviations of the reference
    std: float  # mean ratio of standard deviations, sample over reference
    correlation: float  # of the means


def diagnose(learned: Learned, code: Coding) -> Diagnosis:
    """Return the diagnosis of arrays, (chains, …), that learned the same data."""
    draws = code.parameters(learned.conductances)
    return Diagnosis(
        learned.acceptance, draws.shape[1], draws.mean(axis=(0, 1)), draws.std(axis=(0, 1)), *_arviz(draws)
    )


def distance(found: Diagnosis, reference: np.ndarray) -> Distance:
    """Return how far a diagnosis is from reference draws (draws, n)."""
    mean, std = reference.mean(axis=0), reference.std(axis=0)
    return Distance(
        float(np.sqrt((((found.mean - mean) / std) ** 2).mean())),
        float((found.std / std).mean()),
        float(np.corrcoef(found.mean, mean)[0, 1]),
    )


def _arviz(draws: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """Return effective samples of one chain, median and least over parameters, and R-hat of `draws` (chains, …, n)."""
    try:
        from arviz_stats.base import array_stats
    except ImportError:
        return None, None, None
    n = draws.shape[-1]
    sizes = [float(array_stats.ess(draws[..., k], chain_axis=0, draw_axis=1)) for k in range(n)]
    ratios = [float(array_stats.rhat(draws[..., k], chain_axis=0, draw_axis=1)) for k in range(n)]
    return float(np.median(sizes)) / len(draws), min(sizes) / len(draws), max(ratios)
