"""Subset simulation and NAIS of OpenTURNS on any limit function, 1,000 samples per level, no tuning."""

import numpy as np
import openturns as ot

from spicekit.sampling.rare import LimitFunction


def openturns(
    limit: LimitFunction, dimension: int, method: str, seed: int, max_runs: int = 50_000
) -> tuple[float, float, int]:
    """Return probability, the coefficient of variation stated and runs; a probability of 0 if it did not converge.

    Args:
        limit: points (n, dimension) to margins (n,); a discard counts as safe.
        dimension: number of coordinates.
        method: "subset" or "nais".
        seed: of OpenTURNS' one generator.
        max_runs: given up after so many; NAIS itself goes on for ever where its threshold does not move.
    """
    runs = 0

    def evaluate(sample: ot.Sample) -> np.ndarray:
        nonlocal runs
        if runs >= max_runs:
            raise RuntimeError("too many runs")
        runs += len(sample)
        return np.nan_to_num(limit(np.array(sample)), nan=1e300)[:, None]

    ot.RandomGenerator.SetSeed(seed)
    function = ot.PythonFunction(dimension, 1, func_sample=evaluate)
    vector = ot.CompositeRandomVector(function, ot.RandomVector(ot.Normal(dimension)))
    event = ot.ThresholdEvent(vector, ot.Less(), 0.0)
    algorithm = ot.SubsetSampling(event) if method == "subset" else ot.NAIS(event, 0.1)
    algorithm.setMaximumOuterSampling(100)
    algorithm.setBlockSize(10)
    try:
        algorithm.run()
    except (RuntimeError, TypeError):  # no convergence as it says, a singular law, or too many runs
        return 0.0, float("nan"), runs
    result = algorithm.getResult()
    return result.getProbabilityEstimate(), result.getCoefficientOfVariation(), runs
