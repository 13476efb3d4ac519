"""Numbers as a reader meets them: bounds stay bounds, and are rounded to the safe side."""

import decimal
import math

from spicekit.statistics import Endurance, Estimate, KnownRate, Moments, Probability, Ratio
from spicekit.units import engineering, prefix

_ZERO_CELSIUS = 273.15  # K
_SMALLEST = 1e-300  # below, a double says nothing more


def scientific(value: float, rounding: str = decimal.ROUND_HALF_EVEN) -> str:
    """Return a probability or a count of cycles in two digits, such as ``'3.7e-3'`` or ``'1e8'``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = decimal.Context(prec=2, rounding=rounding).create_decimal(repr(float(value)))
    mantissa, exponent = f"{float(rounded):.1e}".split("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent)}"


def at_most(value: float) -> str:
    """Return the upper bound ``'< 3.7e-3'``, rounded up; a bound of 1 says nothing and is named so."""
    if value >= 1:
        return "not bounded"
    return f"< {scientific(max(value, _SMALLEST), decimal.ROUND_CEILING)}"


def probability(block: Probability | None) -> str:
    """Return the best estimate ``'6e-3'``, or the bound ``'< 3.7e-3'`` where no error was seen."""
    if block is None:
        return "not measured"
    if block.samples == 0 and block.best is None:
        return "no samples"
    return at_most(block.high) if not block.best else scientific(block.best)


def interval(block: Probability | None) -> str:
    """Return the best estimate with its interval, ``'6e-3 (2.2e-3 … 2.3e-2)'``, or the bound alone."""
    if block is None or not block.best or not block.samples:
        return probability(block)
    low, best, high = ends(block)
    return f"{best} ({low} … {high})"


def extrapolated(known: KnownRate | None) -> str:
    """Return ``'~4e-18'``, in the one digit that it is worth at best, and what excludes it if anything does."""
    if known is None:
        return "not measured"
    best = known.rate.best
    text = at_most(known.rate.high) if not best else f"~{float(best):.0e}".replace("e-0", "e-")
    return f"{text} ({known.doubt})" if known.excluded_by else text


def surest(known: KnownRate | None) -> str:
    """Return the rate that counts: ``'2.1e-12'``, ``'< 1e-2'`` if no error was seen, ``'~4e-18'`` from laws alone."""
    if known is None:
        return "not measured"
    if known.how == "extrapolated":
        return extrapolated(known)
    text = probability(known.rate)
    return text if known.result else f"{known.doubt} ({text})"


def surest_interval(known: KnownRate | None) -> str:
    """Return low … high of the rate that counts, and "–" where there is no interval or its ends are worth nothing."""
    if known is None or known.bound or not known.result:
        return "–"
    low, _, high = ends(known.rate)
    return f"{low} … {high}"


def source(known: KnownRate | None) -> str:
    """Return what the rate that counts comes from, such as ``'count, 16 of 30'``."""
    if known is None:
        return "–"
    if known.how == "counted":
        rate = known.rate
        return f"count, {rate.errors} of {rate.samples - rate.discards}" if rate.samples else "count"
    return "estimate" if known.how == "estimated" else "fitted laws"


def ends(block: Probability) -> tuple[str, str, str]:
    """Return low, best and high of a probability with a best estimate; the ends are rounded outwards."""
    low, high = scientific(block.low, decimal.ROUND_FLOOR), scientific(block.high, decimal.ROUND_CEILING)
    return low, probability(block), high


def factor(value: float) -> str:
    """Return a ratio in two digits, such as ``'1.3'`` or ``'2.5e4'``."""
    return f"{value:.2g}" if 0.01 <= value < 99.5 else scientific(value)


def ratio_interval(found: Ratio) -> str:
    """Return a ratio with its interval, such as ``'1.3 (1.1 … 1.6)'``."""
    return f"{factor(found.best)} ({factor(found.low)} … {factor(found.high)})"


def plus_minus(block: Moments | None, unit: str) -> str:
    """Return mean and standard deviation under one prefix, such as ``'292 ± 14.4 pJ'``."""
    if block is None:
        return "not measured"
    number, symbol = engineering(block.mean, unit).split(" ")
    spread = block.std / prefix(block.mean)[1]
    return f"{number} ± {spread:.0f} {symbol}" if spread >= 10 else f"{number} ± {spread:.2g} {symbol}"


def estimate(found: Estimate, unit: str) -> str:
    """Return a value with its standard error under one prefix, such as ``'2.01 ± 0.012 mA'``; without prefix for ""."""
    scale = prefix(found.value)[1] if unit else 1.0
    number, *symbol = engineering(found.value, unit).split(" ") if unit else (f"{found.value:.3g}",)
    size = None if found.error is None else found.error / scale
    error = "" if size is None else f" ± {size:.0f}" if size >= 10 else f" ± {size:.2g}"
    return " ".join([f"{number}{error}", *symbol])


def with_error(found: Estimate, unit: str) -> str:
    """Return a value with its standard error, without prefix, such as ``'1.2 ± 0.1 eV'``."""
    error = "" if found.error is None else f" ± {found.error:.2g}"
    return f"{found.value:.3g}{error} {unit}"


def celsius(temperature: float) -> str:
    """Return a temperature [K] as people write it."""
    return minus(f"{temperature - _ZERO_CELSIUS:.4g} °C")


def minus(written: str) -> str:
    """Return written numbers with the minus sign of print, as wide as a plus; not for powers of ten."""
    return written.replace("-", "−")


def mean(block: Moments | None, unit: str) -> str:
    """Return the mean with a prefix, such as ``'292 pJ'``."""
    return "not measured" if block is None else engineering(block.mean, unit)


def cyclability(endurance: Endurance | None) -> str:
    """Return the cycles at which the criterion is crossed, or what bounds them."""
    # fresh devices bound no lifetime
    if endurance is None or not (
        endurance.cycles or any(age[0] for age in (*endurance.curve, *endurance.interval, *endurance.counted))
    ):
        return "not measured"
    told = endurance.cycles is not None and not endurance.doubt
    low, high = (endurance.cycles_low, endurance.cycles_high) if told else endurance.bounds()
    if low and high:
        between = f"{scientific(low)} … {scientific(high)}"
    else:
        between = f"> {scientific(low)}" if low else f"< {scientific(high)}" if high else ""
    if endurance.cycles is None:
        return between or "not told"
    said = [part for part in (between, "in doubt" if endurance.doubt else "") if part]
    return scientific(endurance.cycles) + (f" ({', '.join(said)})" if said else "")
