"""What the keys of an experiment file may hold: quantities with units, checked at the boundary."""

from typing import Annotated, Any

import pydantic
from pydantic import AfterValidator, BeforeValidator, Field

from spicekit.circuits.surroundings import COLDEST, HOTTEST
from spicekit.units import celsius, duration, quantity


def key(meaning: str, default: str = "") -> Any:
    """Declare a key of a table: to be used as ``Annotated[Volts, key("of the pulse")]``.

    Args:
        meaning: one phrase in Markdown, for who writes an experiment file.
        default: how the value is written that holds where the key is not given, if not as Python does.
    """
    return Field(description=meaning, json_schema_extra={"default": default} if default else None)


def _in(unit: str) -> BeforeValidator:
    return BeforeValidator(lambda text: quantity(text, unit))


def _each_once(values: list) -> list:
    for value in values:
        if values.count(value) > 1:
            shown = value if isinstance(value, str) else f"{value:g}"
            raise ValueError(f"{shown} is given twice; each must be given once")
    return sorted(values)


def _at_least(least: float, unit: str) -> AfterValidator:
    def checked(value: float) -> float:
        if value < least:
            raise ValueError(f"got {value:g} {unit}, expected at least {least:g} {unit}")
        return value

    return AfterValidator(checked)


# the ends are slips of the prefix, not physics
Amperes = Annotated[float, _in("A"), Field(ge=1e-9, le=1)]
Volts = Annotated[float, _in("V"), Field(gt=0, le=20), _at_least(1e-6, "V")]
SignedVolts = Annotated[float, _in("V"), Field(ge=-20, le=20)]
Seconds = Annotated[float, _in("s"), Field(gt=0, le=1), _at_least(1e-12, "s")]
RecordTime = Annotated[float, _in("s"), Field(gt=0, le=1e-3), _at_least(1e-9, "s")]  # of oscillators
Joules = Annotated[float, _in("J"), Field(gt=0, le=1)]
Hertz = Annotated[float, _in("Hz"), Field(ge=1, le=1e12)]
Tesla = Annotated[float, _in("T"), Field(ge=-1, le=1)]
Ohms = Annotated[float, _in("Ohm"), Field(gt=0, le=1e9)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Cycles = Annotated[float, Field(ge=1, le=1e15)]  # done before: three years at 10 MHz
MOST_SAMPLES = 10**9
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]
Celsius = Annotated[float, BeforeValidator(celsius), Field(ge=COLDEST, le=HOTTEST)]
VoltsSigma = Annotated[float, _in("V"), Field(ge=0, le=20)]
CelsiusSigma = Annotated[float, _in("C"), Field(ge=0, le=200)]
Duration = Annotated[float, BeforeValidator(duration), Field(gt=0, le=3.2e7)]  # a year
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
Distinct = AfterValidator(_each_once)
"""Of a list of numbers or names: each once; sorted."""


class Table(pydantic.BaseModel):
    """A table of an experiment file: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True)
