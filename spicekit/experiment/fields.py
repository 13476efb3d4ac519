"""What the keys of an experiment file may hold: quantities with units, checked at the boundary."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from numbers import Real
from typing import Annotated, Any

import pydantic
from pydantic import AfterValidator, Field
from pydantic_core import CoreSchema, core_schema

from spicekit.limits import COLDEST, HOTTEST
from spicekit.units import celsius, duration, kelvin, number, quantity, text_of

PLAIN = {"plain": True}
"""Context of a validation that takes plain SI numbers too, kelvin for temperatures: of tables built in Python."""


def key(meaning: str, otherwise: str = "", unit: str = "") -> Any:
    """Declare a key of a table: to be used as ``Annotated[Volts, key("of the pulse")]``.

    Args:
        meaning: one phrase in Markdown, for who writes an experiment file.
        otherwise: what holds where the key is not given, if that is not its default value.
        unit: of a plain number; a quantity has its own.
    """
    extra: dict[str, Any] = {k: v for k, v in {"otherwise": otherwise, "unit": unit}.items() if v}
    return Field(description=meaning, json_schema_extra=extra or None)


@dataclass(frozen=True)
class _Quantity:
    """Mark of a number that files hold as text with a unit.

    Python may give it as a plain SI number (`PLAIN`); dumps have plain SI numbers, and in mode "json" text again.
    """

    read: Callable[[object], float]
    write: Callable[[float], str]
    unit: str  # of plain numbers
    plain: Callable[[float], float] = float  # from what the table keeps

    def __get_pydantic_json_schema__(self, _: CoreSchema, __: object) -> dict[str, Any]:
        return {"type": "string", "unit": "°C" if self.unit in ("C", "K") else self.unit}

    def __get_pydantic_core_schema__(self, source: Any, handler: pydantic.GetCoreSchemaHandler) -> CoreSchema:
        dump = core_schema.plain_serializer_function_ser_schema(self._dumped, info_arg=True)
        return core_schema.with_info_before_validator_function(
            self._read, handler(source), serialization=dump
        )

    def _read(self, given: object, info: core_schema.ValidationInfo) -> float:
        if info.context == PLAIN and isinstance(given, Real) and not isinstance(given, bool):
            number = Decimal(repr(float(given)))
            if not number.is_finite():
                raise ValueError(f"got {given!r}, expected a finite number")
            given = f"{number:f} {self.unit}"
            if self.unit == "K" and not COLDEST <= celsius(given) <= HOTTEST:
                raise ValueError(
                    f'got the bare number {float(number):g}, which is kelvin; in degrees write text, such as "27 C"'
                )
        return self.read(given)

    def _dumped(self, value: float, info: core_schema.FieldSerializationInfo) -> float | str:
        return self.write(value) if info.mode == "json" else self.plain(value)


def _in(unit: str) -> _Quantity:
    return _Quantity(partial(quantity, unit=unit), partial(text_of, unit=unit, prefixed=unit != "C"), unit)


ELAPSED = _Quantity(duration, partial(text_of, unit="s", prefixed=False), "s")
"""Mark of a time that people wait: "90 s", "30 min", "2 h"."""
_CELSIUS = _Quantity(celsius, partial(text_of, unit="C", prefixed=False), "K", kelvin)


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


def _any_number(given: object, info: pydantic.ValidationInfo) -> object:
    """Return text that `spicekit.units.number` reads; from Python a plain number will do."""
    if info.context == PLAIN and isinstance(given, Real) and not isinstance(given, bool):
        given = repr(float(given))
    number(given)
    return given


AnyNumber = Annotated[str, pydantic.BeforeValidator(_any_number)]
"""A number whose unit is not known before a netlist is read: it stays text."""

# the ends are slips of the prefix, not physics
Amperes = Annotated[float, _in("A"), Field(ge=1e-9, le=1)]
Volts = Annotated[float, _in("V"), Field(gt=0, le=20), _at_least(1e-6, "V")]
SignedVolts = Annotated[float, _in("V"), Field(ge=-20, le=20)]
Seconds = Annotated[float, _in("s"), Field(gt=0, le=1), _at_least(1e-12, "s")]
Times = Annotated[float, _in("s"), Field(ge=0, le=1)]
RecordTime = Annotated[float, _in("s"), Field(gt=0, le=1e-3), _at_least(1e-9, "s")]  # of oscillators
Joules = Annotated[float, _in("J"), Field(gt=0, le=1)]
Hertz = Annotated[float, _in("Hz"), Field(ge=1, le=1e12)]
Tesla = Annotated[float, _in("T"), Field(ge=-1, le=1)]
Ohms = Annotated[float, _in("Ohm"), Field(gt=0, le=1e9)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Cycles = Annotated[float, Field(ge=1, le=1e15)]  # done before: three years at 10 MHz
MOST_SAMPLES = 10**9
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]
Celsius = Annotated[float, _CELSIUS, Field(ge=COLDEST, le=HOTTEST)]
VoltsSigma = Annotated[float, _in("V"), Field(ge=0, le=20)]
CelsiusSigma = Annotated[float, _in("C"), Field(ge=0, le=200)]
Duration = Annotated[float, ELAPSED, Field(gt=0, le=3.2e7)]  # a year
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
Distinct = AfterValidator(_each_once)
"""Of a list of numbers or names: each once; sorted."""


class Table(pydantic.BaseModel):
    """A table of an experiment file: unknown keys are refused."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True)
