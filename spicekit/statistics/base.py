"""What every block is made of: distributions, probabilities and moments in SI units."""

from typing import Any, Self

import pydantic

from spicekit.statistics.counted import clopper_pearson

QUANTILES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)

GIVEN = "given"
"""Method of a rate that somebody wrote down, without counts."""


class Block(pydantic.BaseModel):
    """Unknown keys are ignored: a newer minor version may have more."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)

    def joined(self, other: Self | None) -> Self:
        """Return the block with those fields of `other` that it was not given itself."""
        if other is None:
            return self
        given = {name: getattr(other, name) for name in other.model_fields_set - self.model_fields_set}
        return self.model_copy(update=given)


class Distribution(Block):
    """A resistance [Ohm] over samples: median, standard deviation of ln R, and quantiles by probability."""

    median: float = pydantic.Field(gt=0)
    sigma_ln: float = pydantic.Field(ge=0)
    quantiles: dict[str, float] = pydantic.Field(default={})
    samples: int | None = None


class Probability(Block):
    """A probability with its interval.

    `best` is None when no error was seen: then only the bound `high` is known. `high` counts every discard as an
    error, `low` none.

    By hand a plain number will do, or `best` alone, or `samples` and `errors`, whose exact interval is then taken.
    """

    low: float = pydantic.Field(ge=0, le=1)
    best: float | None = pydantic.Field(default=None, ge=0, le=1)
    high: float = pydantic.Field(ge=0, le=1)
    confidence: float = pydantic.Field(default=0.95, gt=0, lt=1)
    samples: int = pydantic.Field(default=0, ge=0)  # 0: given, not counted
    errors: int = pydantic.Field(default=0, ge=0)
    discards: int = pydantic.Field(default=0, ge=0)
    method: str = GIVEN

    @pydantic.model_validator(mode="before")
    @classmethod
    def _completed(cls, given: Any) -> Any:
        """Fill in what a hand-written rate leaves out; what makes no sense is left as it is, for the checks."""
        if isinstance(given, int | float) and not isinstance(given, bool):
            given = {"best": given}
        if not isinstance(given, dict) or "low" in given or "high" in given:
            return given
        if given.get("best") is not None:
            return {"low": given["best"], "high": given["best"], **given}
        samples, errors, discards = (given.get(key, 0) for key in ("samples", "errors", "discards"))
        whole = all(type(count) is int for count in (samples, errors, discards))
        if not (whole and samples > 0 and 0 <= errors <= errors + discards <= samples):
            return given
        low, best, high = clopper_pearson(samples, errors, discards)
        counted = {"method": "counted, Clopper-Pearson", **given, "confidence": 0.95}
        return {**counted, "low": low, "best": best, "high": high}


class Moments(Block):
    """Mean and standard deviation over samples, in the SI unit of the quantity."""

    mean: float
    std: float
