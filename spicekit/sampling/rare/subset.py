"""Subset simulation (Au and Beck, 2001) by OpenTURNS: thousands of runs, no search, no assumption on regions."""

import numpy as np
import openturns as ot
from scipy.stats import norm

from spicekit.sampling.rare.limit import Counted, RunsSpent
from spicekit.sampling.rare.result import Estimate, SecondEstimate
from spicekit.sampling.rare.verdict import Request, bound, conclude
from spicekit.sampling.rare.weighted import Weighted

_LEVEL = 0.1  # conditional probability of each level
_BLOCK = 10  # points evaluated at once
_RANGE = 2.0  # width of the uniform step of the chains
_PILOT = 500  # samples per level of the first, independent run
_CORRELATION = 3.0  # of the chains: 1 + γ of Au and Beck, to choose the number of samples
_METHOD = "subset simulation (OpenTURNS)"
_NOT_REACHED = "the levels did not reach a failure within the runs allowed"


def subset(limit: Counted, request: Request) -> Estimate:
    """Return the estimate of one long run; a short one before it, from another seed, is the second estimate."""
    limit.reserve = limit.left // 10  # for a bound, if no failure is reached
    first = _run(limit, request, "subset pilot", min(_PILOT, max(limit.left // 40, 50)))
    if first is None:
        return bound(limit, request, _METHOD, _NOT_REACHED)
    levels = max(np.log(first.probability) / np.log(_LEVEL), 1.0)
    wanted = levels * (1 - _LEVEL) / _LEVEL * _CORRELATION / request.relative_error**2
    size = int(min(wanted, 0.9 * (limit.left - limit.reserve) / (1 + (1 - _LEVEL) * np.ceil(levels))))
    found = _run(limit, request, "subset", max(size, 50))
    if found is None:
        return bound(limit, request, _METHOD, _NOT_REACHED)
    second = SecondEstimate(
        first.probability, first.relative_error, first.samples, "another, shorter subset simulation"
    )
    return conclude(limit, request, found, _METHOD, second)


def _run(limit: Counted, request: Request, stage: str, size: int) -> Weighted | None:
    """Return one subset simulation with `size` samples per level; None if it ended without a failure."""
    spent = False
    before, lost = limit.runs, limit.discards

    def evaluate(sample: ot.Sample) -> np.ndarray:
        nonlocal spent
        try:
            return limit.search(np.array(sample))[:, None]
        except RunsSpent:  # OpenTURNS turns an exception into a printed traceback: let it stop by itself
            spent = True
            return np.full((len(sample), 1), 1e300)

    def stop() -> bool:  # OpenTURNS keeps no reference to it: a lambda in place would crash the process
        return spent

    function = ot.PythonFunction(limit.dimension, 1, func_sample=evaluate)
    vector = ot.CompositeRandomVector(function, ot.RandomVector(ot.Normal(limit.dimension)))
    algorithm = ot.SubsetSampling(ot.ThresholdEvent(vector, ot.Less(), 0.0), _RANGE, _LEVEL)
    algorithm.setBlockSize(_BLOCK)
    algorithm.setMaximumOuterSampling(size // _BLOCK)
    algorithm.setStopCallback(stop)
    state = ot.RandomGenerator.GetState()  # there is one generator for all of OpenTURNS: leave it as it was
    ot.RandomGenerator.SetSeed(int(limit.generator(stage).integers(2**31)))
    try:
        algorithm.run()
    except RuntimeError:
        if spent:  # OpenTURNS reports a stop that was asked for as an error
            return None
        raise
    finally:
        ot.RandomGenerator.SetState(state)
    probability = algorithm.getResult().getProbabilityEstimate()
    if not probability > 0:
        return None
    relative = algorithm.getResult().getCoefficientOfVariation()
    factor = np.exp(norm.ppf((1 + request.confidence) / 2) * np.sqrt(np.log1p(relative**2)))
    discards = limit.discards - lost
    last = algorithm.getConditionalProbability() if algorithm.getStepsNumber() > 1 else probability
    return Weighted(
        probability=probability,
        relative_error=relative,
        low=probability / factor,
        high=1.0 if discards else min(1.0, probability * factor),  # how much the discards hide is unknown
        samples=limit.runs - before,
        failures=round(size * last),
        discards=discards,
        effective_samples=1 / relative**2,
        largest_weight=0.0,
        pareto_shape=-np.inf,
    )
