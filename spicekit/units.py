"""Quantities as people write them ("200 uA", "2.5 V", "1u") to plain SI numbers, once, at the boundary."""

import math
import re
from decimal import Decimal

_EXPONENT = {"f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "": 0, "k": 3, "meg": 6, "G": 9}
_WRITTEN = {"f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "Meg": 6, "G": 9}
# `*+` and `++` give nothing back: in text of thousands of digits or blanks there is no end to what could be tried
_NUMBER = re.compile(r"\s*+([+-]?(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+)\s*+(\S*+)\s*+")
_ZERO_CELSIUS = Decimal("273.15")  # K


def quantity(text: object, unit: str) -> float:
    """Return the SI value of `text`, which must carry a prefix, the `unit` symbol, or both.

    Args:
        text: such as "200 uA", "200u", "2.5 V", "1 MEGOhm".
        unit: the symbol expected: "A", "V", "s", "F", "J", "Ohm", or "C" for a difference of temperatures.

    Raises:
        ValueError: not text, no unit, another unit, or `M` where milli and mega cannot be told apart.
    """
    example = {"V": '"2.5 V"', "C": '"27 C"'}.get(unit, f'"200 u{unit}"')
    if not isinstance(text, str):
        raise ValueError(f"got the bare number {text!r}, expected text with a unit such as {example}")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"got {text!r}, expected a number with a unit such as {example}")
    number, suffix = match[1], match[2]
    if unit == "C" and suffix in ("°C", "℃", "K"):
        suffix = "C"
    if not suffix:
        raise ValueError(f"got {text!r} without a unit, expected such as {example}")
    prefix = suffix.removesuffix(unit)
    if prefix.lower() == "meg":
        prefix = "meg"
    if prefix == "M":
        raise ValueError(f"got {text!r}: `M` is milli in SPICE and mega in SI; write `m` or `Meg`")
    if prefix not in _EXPONENT:
        raise ValueError(f"got {text!r}, expected the unit {unit} such as {example}")
    # decimal, so that "200 uA" is 2e-4 and not its neighbour
    try:
        value = float(Decimal(number).scaleb(_EXPONENT[prefix]))
    except ArithmeticError:
        value = math.inf
    if not math.isfinite(value):
        raise ValueError(f"got {text!r}, which is beyond any number")
    return value


UNITS = ("Ohm", "Hz", "V", "A", "F", "H", "s", "C", "K", "J", "W", "S", "m")
"""Units that `number` knows."""


def number(text: object, unit: str | None = None) -> float:
    """Return the SI value of a number of any kind, such as "20 mV", "0.15 um" or, without unit, "1.5e-4".

    Args:
        text: as written.
        unit: that it must have if it has any, such as "V"; None: any of `UNITS`, or none.

    Raises:
        ValueError: as `quantity`; also for a bare `m`, which is a metre or a thousandth.
    """
    match = _NUMBER.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'got {text!r}, expected text with a number such as "1.8 V", "20 mV" or "1.5e-4"')
    suffix = match[2]
    if not suffix:
        value = float(match[1])
        if not math.isfinite(value):
            raise ValueError(f"got {text!r}, which is beyond any number")
        return value
    if unit in (None, "m") and suffix == "m":
        raise ValueError(
            f'got {text!r}: `m` alone is a metre or a thousandth; write such as "1 mm" or "1e-3"'
        )
    if unit is None:
        unit = next((known for known in UNITS if suffix.endswith(known)), "")
    return quantity(text, unit) if unit else quantity(f"{match[1]} {suffix}V", "V")


def text_of(value: float, unit: str, prefixed: bool = True) -> str:
    """Return text that is read back as exactly `value`, such as "200 uA": the shortest, without exponent."""
    number, prefix = Decimal(repr(value)).normalize(), ""
    if prefixed:
        fitting = (name for name, power in _WRITTEN.items() if 1 <= abs(number.scaleb(-power)) < 1000)
        prefix = next(fitting, "")
    return f"{number.scaleb(-_WRITTEN[prefix]):f} {prefix}{unit}"


def celsius(text: object) -> float:
    """Return degrees Celsius from text such as "85 C", "85 °C" or "358.15 K"; raises ValueError as `quantity`."""
    found = quantity(text, "C")
    kelvin = isinstance(text, str) and text.rstrip().endswith("K")
    return float(Decimal(str(found)) - _ZERO_CELSIUS) if kelvin else found


def kelvin(degrees: float) -> float:
    """Return kelvin of degrees Celsius, without the digits that binary fractions would add."""
    return float(Decimal(repr(degrees)) + _ZERO_CELSIUS)


def duration(text: object) -> float:
    """Return seconds from text such as "90 s", "30 min" or "2 h".

    Raises:
        ValueError: not of this form.
    """
    match = re.fullmatch(r"\s*+([0-9]++\.?[0-9]*+)\s*+(s|min|h)\s*+", text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f'got {text!r}, expected a time such as "90 s", "30 min" or "2 h"')
    return float(match[1]) * {"s": 1, "min": 60, "h": 3600}[match[2]]


_PREFIXES = {
    "G": 1e9, "M": 1e6, "k": 1e3, "": 1.0, "m": 1e-3, "µ": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18,
}  # fmt: skip


def prefix(value: float, digits: int = 3) -> tuple[str, float]:
    """Return the SI prefix that `value` is shown with, and its power of ten; none for 0 and for what is below all."""
    if value == value:
        for name, scale in _PREFIXES.items():
            if value and abs(value) >= scale * (1 - 0.5 * 10**-digits):
                return name, scale
    return "", 1.0


def engineering(value: float, unit: str, digits: int = 3) -> str:
    """Return `value` with an SI prefix, such as ``'296 pJ'``."""
    if value == 0 or value != value:
        return f"{value:g} {unit}"
    name, scale = prefix(value, digits)
    return f"{value / scale:.{digits}g} {name}{unit}"
