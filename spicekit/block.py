"""What every block is made of: distributions, probabilities and moments in SI units.

The unit and the meaning of a number are declared once, at its field, with `quantity`. Exports, the tables of
`docs/statistics.md` and the JSON Schema are made from there (`spicekit.statistics.declared`).
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

import pydantic

QUANTILES = (0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999)

GIVEN = "given"
"""Method of a rate that somebody wrote down, without counts."""

OF_WHOLE = "of the whole"
"""Unit of a part, such as a mean, that is the unit of what it is a part of."""


SIMULATED = "simulated"
"""Origin of a number, where nothing else is said."""


def quantity(unit: str, meaning: str, origin: str = "", label: str = "", **limits: float) -> Any:
    """Declare a field: to be used as ``key: Annotated[float, quantity("V", "of the pulse")]``.

    Args:
        unit: in SI, "1" for a pure number, `OF_WHOLE`, empty for text and for blocks of several units.
        meaning: one phrase in Markdown, for who reads the file.
        origin: where it comes from, such as "fitted"; empty: as the block that it is in, in the end `SIMULATED`.
        label: of its row in the report's table of all numbers, ``GROUP: ROW``; empty: it has no row of its own.
        limits: of its values, as pydantic has them, such as ``gt=0``.
    """
    extra = {"unit": unit, "origin": origin, "label": label}
    extra = {name: text for name, text in extra.items() if text or name == "unit"}
    return pydantic.Field(description=meaning, json_schema_extra=extra, **limits)  # type: ignore[arg-type]


def clopper_pearson(
    samples: int, errors: int, discards: int = 0, confidence: float = 0.95
) -> tuple[float, float | None, float]:
    """Return low, best and high: the exact interval (Clopper and Pearson, 1934).

    `high` takes every discard for an error and `low` takes none; `best` leaves discards out, and is None when no
    error was seen, since zero errors are a bound and not a value. `samples` are all: right, wrong and discarded.
    """
    from scipy.special import (
        betaincinv,  # quantile of the beta law; scipy.stats takes a second more to import
    )

    tail = (1 - confidence) / 2
    worst = errors + discards
    low = 0.0 if errors == 0 else float(betaincinv(errors, samples - errors + 1, tail))
    # with nothing wrong only the upper side is open: all of the error probability goes there
    upper_tail = 1 - confidence if worst == 0 else tail
    high = 1.0 if worst == samples else float(betaincinv(worst + 1, samples - worst, 1 - upper_tail))
    return low, errors / (samples - discards) if errors else None, high


class Block(pydantic.BaseModel):
    """Unknown keys are ignored: a newer minor version may have more."""

    model_config = pydantic.ConfigDict(extra="ignore", frozen=True)
    renamed: ClassVar[Mapping[str, str]] = {}
    """Keys of files of earlier versions -> what they are called now."""
    units: ClassVar[str] = ""
    """Name of the field that says the unit of its numbers `OF_WHOLE`; empty: that of what the block is a part of."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _of_today(cls, given: Any) -> Any:
        return cls.with_names_of_today(given)

    @classmethod
    def with_names_of_today(cls, given: Any) -> Any:
        """Return the keys and values of a file under their names of today."""
        if not cls.renamed or not isinstance(given, dict):
            return given
        return {cls.renamed.get(key, key): value for key, value in given.items()}

    def joined(self, other: Self | None) -> Self:
        """Return the block with those fields of `other` that it was not given itself; blocks within likewise."""
        if other is None:
            return self
        given = {name: getattr(other, name) for name in other.model_fields_set - self.model_fields_set}
        for name in other.model_fields_set & self.model_fields_set:
            own, others = getattr(self, name), getattr(other, name)
            if isinstance(own, Block) and isinstance(others, Block):
                given[name] = own.joined(others)
        return self.model_copy(update=given)


class Distribution(Block):
    """A resistance [Ohm] over samples: median, standard deviation of ln R, and quantiles by probability."""

    median: Annotated[float, quantity("Ohm", "above zero", gt=0)]
    sigma_ln: Annotated[float, quantity("1", "standard deviation of ln R", ge=0)]
    quantiles: Annotated[
        dict[str, float],
        quantity(
            "Ohm",
            'by probability as text: `{"0.01": …, "0.5": …}`; only those that the number of samples can give; optional',
        ),
    ] = {}
    samples: Annotated[int | None, quantity("1", "devices behind it, optional")] = None


class Probability(Block):
    """A probability with its interval.

    `best` is None when no error was seen: then only the bound `high` is known. `high` counts every discard as an
    error, `low` none.

    By hand a plain number will do, or `best` alone, or `samples` and `errors`, whose exact interval is then taken.
    """

    low: Annotated[
        float, quantity("1", "lower end of the interval, **no** discard being an error", ge=0, le=1)
    ]
    best: Annotated[
        float | None, quantity("1", "estimate, discards left out; `null` where no error was seen", ge=0, le=1)
    ] = None
    high: Annotated[
        float, quantity("1", "upper end of the interval, **every** discard being an error", ge=0, le=1)
    ]
    confidence: Annotated[float, quantity("1", "of the interval, such as 0.95", gt=0, lt=1)] = 0.95
    samples: Annotated[
        int, quantity("1", "all samples: right, wrong and discarded; 0 where it was given, not counted", ge=0)
    ] = 0
    errors: Annotated[int, quantity("1", "among them; for extrapolated rates 0", ge=0)] = 0
    discards: Annotated[int, quantity("1", "among them, samples without a result", ge=0)] = 0
    method: Annotated[
        str,
        quantity(
            "",
            'in words, such as `"counted, Clopper-Pearson"`; an extrapolation starts with `"extrapolated"`',
        ),
    ] = GIVEN

    @pydantic.model_validator(mode="before")
    @classmethod
    def _completed(cls, given: Any) -> Any:
        return _completed(given, "errors")


class Share(Block):
    """The share of samples in which something happened that is no error, such as locking, with its interval.

    `best` is None when no event was seen: then only the bound `high` is known. `high` counts every discard as an
    event, `low` none. By hand it may be shortened as a `Probability`.
    """

    low: Annotated[
        float, quantity("1", "lower end of the interval, **no** discard being an event", ge=0, le=1)
    ]
    best: Annotated[
        float | None, quantity("1", "estimate, discards left out; `null` where no event was seen", ge=0, le=1)
    ] = None
    high: Annotated[
        float, quantity("1", "upper end of the interval, **every** discard being an event", ge=0, le=1)
    ]
    confidence: Annotated[float, quantity("1", "of the interval, such as 0.95", gt=0, lt=1)] = 0.95
    samples: Annotated[
        int, quantity("1", "all samples, discarded ones included; 0 where it was given", ge=0)
    ] = 0
    events: Annotated[int, quantity("1", "among them, samples in which it happened", ge=0)] = 0
    discards: Annotated[int, quantity("1", "among them, samples without a result", ge=0)] = 0
    method: Annotated[str, quantity("", "in words")] = GIVEN

    renamed: ClassVar[Mapping[str, str]] = {"errors": "events"}

    @pydantic.model_validator(mode="before")
    @classmethod
    def _completed(cls, given: Any) -> Any:
        # this validator runs before the one of `Block`
        return _completed(cls.with_names_of_today(given), "events")


def _completed(given: Any, what: str) -> Any:
    """Fill in what a hand-written share of `what` leaves out; what makes no sense is left as it is, for the checks."""
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = {"best": given}
    if not isinstance(given, dict) or "low" in given or "high" in given:
        return given
    if given.get("best") is not None:
        return {"low": given["best"], "high": given["best"], **given}
    samples, events, discards = (given.get(key, 0) for key in ("samples", what, "discards"))
    whole = all(type(count) is int for count in (samples, events, discards))
    if not (whole and samples > 0 and 0 <= events <= events + discards <= samples):
        return given
    low, best, high = clopper_pearson(samples, events, discards)
    counted = {"method": "counted, Clopper-Pearson", **given, "confidence": 0.95}
    return {**counted, "low": low, "best": best, "high": high}


class ErrorCorrelation(Block):
    """How alike the errors of one cell are from programming to programming: an intraclass correlation.

    `best` is what stays with the cell of the variance of its latent normal margin: cell i errs with the probability
    Φ((Φ⁻¹(p) − √ρ zᵢ)/√(1 − ρ)), zᵢ standard normal, whose mean over cells is the error rate p.

    By hand a plain number will do, or `best` alone.
    """

    low: Annotated[float, quantity("1", "lower end of the interval", ge=0, le=1)]
    best: Annotated[
        float,
        quantity("1", "ρ: 0 where all cells are alike, 1 where a cell errs always or never", ge=0, le=1),
    ]
    high: Annotated[float, quantity("1", "upper end of the interval", ge=0, le=1)]
    confidence: Annotated[float, quantity("1", "of the interval, such as 0.95", gt=0, lt=1)] = 0.95
    cells: Annotated[
        int, quantity("1", "that were programmed again and again; 0 where it was given", ge=0)
    ] = 0
    cycles: Annotated[int, quantity("cycles", "programmings of each", ge=0)] = 0
    errors: Annotated[int, quantity("1", "among all of them", ge=0)] = 0
    discards: Annotated[int, quantity("1", "among all of them, left out", ge=0)] = 0
    worst_share: Annotated[
        float | None,
        quantity(
            "1", "share of all errors that the worst 5 % of the cells had, as counted; absent without errors"
        ),
    ] = None
    without_error: Annotated[
        float | None, quantity("1", "share of the cells that did not err in any cycle, as counted")
    ] = None
    method: Annotated[
        str, quantity("", "in words: from counted errors, or from margins where too few were counted")
    ] = GIVEN

    @pydantic.model_validator(mode="before")
    @classmethod
    def _completed(cls, given: Any) -> Any:
        if isinstance(given, int | float) and not isinstance(given, bool):
            given = {"best": given}
        if not isinstance(given, dict) or given.get("best") is None or "low" in given or "high" in given:
            return given
        return {"low": given["best"], "high": given["best"], **given}


class Moments(Block):
    """Mean and standard deviation over samples, in the SI unit of the quantity."""

    mean: Annotated[float, quantity(OF_WHOLE, "over samples")]
    std: Annotated[float, quantity(OF_WHOLE, "standard deviation over samples")]


class Estimate(Block):
    """A number found from samples, with its standard error; the error is None where too few samples tell it."""

    value: Annotated[float, quantity(OF_WHOLE, "found from samples")]
    error: Annotated[
        float | None, quantity(OF_WHOLE, "one standard error; absent where too few samples tell it")
    ] = None
