"""What every block is made of: distributions, probabilities and moments in SI units."""

from typing import Self

import pydantic

QUANTILES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


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
    quantiles: dict[str, float]
    samples: int | None = None


class Probability(Block):
    """A probability with its interval.

    `best` is None when no error was seen: then only the bound `high` is known. `high` counts every discard as an
    error, `low` none.
    """

    low: float = pydantic.Field(ge=0, le=1)
    best: float | None = pydantic.Field(default=None, ge=0, le=1)
    high: float = pydantic.Field(ge=0, le=1)
    confidence: float = pydantic.Field(gt=0, lt=1)
    samples: int = pydantic.Field(ge=0)
    errors: int = pydantic.Field(ge=0)
    discards: int = pydantic.Field(ge=0)
    method: str


class Moments(Block):
    """Mean and standard deviation over samples, in the SI unit of the quantity."""

    mean: float
    std: float
