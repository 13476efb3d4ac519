"""How a card says that a parameter spreads: sizes of the parts, their form, correlations.

`spicekit.models.population` draws from it.
"""

from itertools import pairwise
from typing import Annotated

import pydantic

from spicekit.models.population import PARTS, Drawn, Marginal, Shape
from spicekit.models.quantity import STATUS

_Sigma = Annotated[float, pydantic.Field(ge=0, strict=True, allow_inf_nan=False)]
_Point = Annotated[float, pydantic.Field(strict=True, allow_inf_nan=False)]


class FreshShape(pydantic.BaseModel, extra="forbid", frozen=True):
    """Skew and tail of a fresh part, as `spicekit.models.population.Shape` has them."""

    skew: float = pydantic.Field(ge=-5, le=5, strict=True, allow_inf_nan=False)
    tail: float = pydantic.Field(ge=0.2, le=5, strict=True, allow_inf_nan=False)


class MarginalPoints(pydantic.BaseModel, extra="forbid", frozen=True):
    """Points of a parameter's distribution, as `spicekit.models.population.Marginal` has them."""

    coordinate: tuple[_Point, ...] = pydantic.Field(min_length=3)
    value: tuple[_Point, ...] = pydantic.Field(min_length=3)

    @pydantic.model_validator(mode="after")
    def _rising(self) -> "MarginalPoints":
        if len(self.coordinate) != len(self.value):
            raise ValueError("`coordinate` and `value` must have equally many numbers")
        for name in ("coordinate", "value"):
            if any(after <= before for before, after in pairwise(getattr(self, name))):
                raise ValueError(f"the numbers of `{name}` must rise")
        return self


class SpreadLaw(pydantic.BaseModel, extra="forbid", frozen=True):
    """One-sigma spread of a parameter: between devices, and between the cycles of one, slowly and anew each time."""

    device: _Sigma
    slow: _Sigma = 0.0
    fresh: _Sigma = 0.0
    kind: str = pydantic.Field(pattern="^(absolute|relative)$")
    shape: FreshShape | None = None
    uneven: float = pydantic.Field(default=0.0, ge=0, le=2, strict=True, allow_inf_nan=False)
    marginal: MarginalPoints | None = None
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _of_older_cards(cls, given: object) -> object:
        if isinstance(given, dict) and "cycle" in given:
            raise ValueError(
                "`cycle` has two parts now: write `slow` for what is correlated over `cycling.correlation_cycles`, as "
                "`cycle` was, and `fresh` for what each cycle draws anew"
            )
        return given

    def drawn(self, nominal: float, growth: float = 1.0, shift: float = 0.0) -> Drawn:
        """Return how a parameter is drawn whose `nominal` value lies `shift` off, with `growth` times the spread."""
        scale = growth * (abs(nominal) if self.kind == "relative" else 1.0)
        return Drawn(
            nominal + shift,
            **{part: scale * getattr(self, part) for part in PARTS},
            shape=Shape(self.shape.skew, self.shape.tail) if self.shape else None,
            uneven=self.uneven,
            marginal=Marginal(self.marginal.coordinate, self.marginal.value) if self.marginal else None,
        )


class CorrelationLaw(pydantic.BaseModel, extra="forbid", frozen=True):
    """Correlation of two parameters between devices."""

    of: tuple[str, str]
    value: float = pydantic.Field(gt=-1, lt=1, strict=True, allow_inf_nan=False)
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)
