"""Rare-event estimates of MADE-UP numbers, for testing the report and the export: no cell was simulated."""

import math

from spicekit.statistics import Condition, FailureRegion, Probability, RareEstimate, SecondRate

CONFIDENT = 1.959964  # standard errors to either side, at 95 %


def rate(best: float | None, error: float = 0.1, method: str = "importance sampling") -> Probability:
    """A probability with a log-normal interval; None: no failure in 1,000 samples."""
    if best is None:
        return Probability(
            low=0, high=3e-3, confidence=0.95, samples=1000, errors=0, discards=0, method=method
        )
    reach = math.exp(CONFIDENT * error)
    return Probability(
        low=best / reach, best=best, high=min(1, best * reach), confidence=0.95, samples=700, errors=300, discards=0,
        method=method,
    )  # fmt: skip


def estimate(
    cell: str, stored: int, best: float | None, outcome: str = "agreed", error: float = 0.1
) -> RareEstimate:
    leading = {
        "right.device.e_reset": 2.87,
        "n_left.voff": 2.28,
        "right.prepare.e_reset": 2.0,
        "access_left.voff": -1.24,
    }
    said = "" if outcome == "agreed" else f" ({outcome})"
    seen = best and {
        "relative_error": error,
        "effective_samples": 100.4,
        "largest_weight": 0.0548,
        "pareto_shape": -0.12,
        "detection": 0.99,
        "second": SecondRate(probability=best, relative_error=0.21, samples=256, method="other Gaussians"),
        "regions": (
            FailureRegion(beta=4.9, share=0.8, leading=leading),
            FailureRegion(beta=6.0, share=0.2, leading={"left.program.e_set": 4.1}),
        ),
    }
    return RareEstimate.model_validate(
        {
            "cell": cell,
            "stored": stored,
            "rate": rate(best, error, "importance sampling" + said),
            "outcome": outcome,
            "reason": f"made up to be {outcome}",
            "runs": 1000,
            "discards": 3,
            **(seen or {}),
        }
    )


def with_estimates(
    condition: Condition, cell: str, plus: float, minus: float, outcome: str = "agreed"
) -> Condition:
    """Return the condition with both estimates of `cell` and their mean."""
    both = estimate(cell, 1, plus, outcome), estimate(cell, -1, minus)
    said = "" if outcome == "agreed" else f" ({outcome})"
    mean = rate(
        (plus + minus) / 2, 0.1 / math.sqrt(2), "rare-event sampling, mean of both stored values" + said
    )
    return condition.model_copy(
        update={"estimates": (*condition.estimates, *both), f"ber_{cell}_estimated": mean}
    )
