"""What the options of `spicekit fit` say, plain numbers too where only one unit can be meant."""

import math
from collections.abc import Mapping, Sequence

from spicekit.errors import InputError, did_you_mean
from spicekit.fit.columns import CONDITIONS, LINES_PULSED, STATES, in_range
from spicekit.fit.sweeps import Chosen
from spicekit.limits import COLDEST, HOTTEST
from spicekit.readers import number
from spicekit.units import celsius, quantity

# Programming voltages are spoken of in volts alone. Currents are as often given in mA and µA, widths in µs and ns: only
# a number that would be absurd in those (a ten-thousandth of a µs) must be plain SI, as in the columns of the file.
_PLAIN_BELOW = {"V": float("inf"), "Ohm": float("inf"), "A": 1e-3, "s": 1e-3}
_EXAMPLES = {"A": "200u (200 µA) or 2e-4", "s": "100n (100 ns) or 1e-7"}


def conditions_given(texts: Mapping[str, str | None]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the conditions that options state, in SI, and a note for each plain number.

    Raises:
        InputError: not a quantity, out of range, or a plain number that could be in several units.
    """
    given, notes = {}, []
    for name, text in texts.items():
        if text is None:
            continue
        unit, plain, option = CONDITIONS[name], _plain(text), f"--{name.replace('_', '-')}"
        if plain is not None and plain >= _PLAIN_BELOW[unit]:
            raise InputError(f"`{option}`: got {text!r} without a unit, expected such as {_EXAMPLES[unit]}")
        try:
            given[name] = in_range(name, quantity(text, unit) if plain is None else plain)
        except ValueError as error:
            hint = "; write such as 2300m if it is in mV" if plain is not None and plain > 0 else ""
            raise InputError(f"`{option}`: {error}{hint}") from None
        if plain is not None:
            notes.append(f"`{option} {text}` has no unit: {text} {unit} is taken")
    return given, tuple(notes)


def temperature_given(text: str) -> tuple[float, tuple[str, ...]]:
    """Return degrees Celsius, and a note for a plain number; what can be simulated is below any such kelvin.

    Raises:
        InputError: not a temperature, or out of range.
    """
    plain = _plain(text)
    notes: tuple[str, ...] = ()
    if plain is not None:
        notes = (f"`--temperature {text}` has no unit: {text} C is taken",)
    try:
        found = celsius(text) if plain is None else plain
    except ValueError as error:
        raise InputError(f"`--temperature`: {error}") from None
    if not COLDEST <= found <= HOTTEST:
        hint = "" if plain is None else f"; write `{text} K` if it is in kelvin"
        raise InputError(f"`--temperature` is {text}, expected {COLDEST:g} C to {HOTTEST:g} C{hint}")
    return found, notes


def cycles_of(text: str | None) -> tuple[float, float] | None:
    """Return first and last cycle of a range such as `51:300`, `51:` or `:300`, or raise InputError."""
    if text is None:
        return None
    ends = text.split(":")
    # digits of other scripts are digits to Python; thousands of them it refuses to read
    if (
        len(ends) == 2
        and any(ends)
        and all(not e or (e.isascii() and e.isdecimal() and len(e) < 16) for e in ends)
    ):
        first, last = int(ends[0] or 0), int(ends[1]) if ends[1] else math.inf
        if first <= last:
            return first, last
    raise InputError(
        f"`--cycles` is `{text}`, expected FIRST:LAST such as 51:300, both included, or 51: for the rest"
    )


def only_of(texts: Sequence[str]) -> dict[str, Chosen]:
    """Return the values to take by condition, of such as `set_word_line=2.25:2.6:0.05`, or raise InputError."""
    found = {}
    known = (*CONDITIONS, *LINES_PULSED, "word_line")
    for text in texts:
        name, _, wanted = (part.strip() for part in text.partition("="))
        if name not in known:
            raise InputError(
                f"`--only`: `{name}` is no condition{did_you_mean(name, known)}; expected such as set_word_line=2:3"
            )
        if name in found:
            raise InputError(f"`--only {name}=` is given twice, expected one with all values")
        parts = wanted.split(":") if ":" in wanted else wanted.split(",")
        try:
            values = [_in_si(part.strip(), CONDITIONS.get(name, "V")) for part in parts]
        except ValueError as error:
            raise InputError(f"`--only {text}`: {error}") from None
        if ":" not in wanted:
            found[name] = Chosen(values=tuple(values))
        elif len(values) in (2, 3) and values[0] <= values[1] and values[-1] > 0:
            found[name] = Chosen(*values[:2], step=values[2] if len(values) == 3 else 0.0)
        else:
            raise InputError(
                f"`--only {text}`: expected FIRST:LAST or FIRST:LAST:STEP in rising order such as {name}=2:3:0.1"
            )
    return found


def _in_si(text: str, unit: str) -> float:
    plain = _plain(text)
    return quantity(text, unit) if plain is None else plain


def alternating_of(text: str | None) -> tuple[str, str] | None:
    """Return the states of alternating columns, or raise InputError."""
    if text is None:
        return None
    first, _, second = (part.strip() for part in text.lower().partition(","))
    if {first, second} != set(STATES):
        raise InputError(f"`--alternating` is `{text}`, expected hrs,lrs or lrs,hrs")
    return first, second


def _plain(text: str) -> float | None:
    try:
        return number(text)
    except ValueError:
        return None
