"""A number of a netlist by its name: what it is at present, its unit, and the command that changes it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from spicekit.circuits.foreign.parts import Element, Parts
from spicekit.circuits.foreign.source import Source
from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.deck import SET_TEMPERATURE
from spicekit.ngspice.lines import Line, element_words, without_blanks
from spicekit.ngspice.numbers import spice_number

TEMPERATURE = "temperature"
_UNITS = {"r": "Ohm", "c": "F", "l": "H", "v": "V", "i": "A"}
_NAME = re.compile(r"(?P<what>[a-z0-9_.:-]+)(?:\[(?P<parameter>[a-z0-9_]+)\])?", re.IGNORECASE)
_FUNCTIONS = re.compile(r"\b(pulse|pwl|sin|exp|sffm|am)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """One number of a netlist."""

    name: str
    nominal: float | None  # None if the netlist does not say it as a plain number
    unit: str  # "" where it is not known
    command: str  # with one {}; "" for a `.param`, which is set in the text


def find_number(name: str, source: Source, parts: Parts, temperature: float) -> Number:
    """Return the number that `name` is in a netlist: ``r1``, ``m1[w]``, ``nch[vto]``, a `.param`, ``temperature``.

    Args:
        name: as the experiment file has it.
        source, parts: of the netlist.
        temperature: C, of the experiment.

    Raises:
        InputError: there is no such number (did you mean), or it is none that a sample can change.
    """
    refuse = partial(_refuse, source.file, name)
    lowered = name.lower().strip()
    if lowered == TEMPERATURE:
        return Number(name, temperature, "C", SET_TEMPERATURE)
    found = _NAME.fullmatch(lowered)
    if found is None:
        raise refuse(
            "expected an element `r1`, `ELEMENT[PARAMETER]`, `MODEL[PARAMETER]`, a `.param`, or `temperature`"
        )
    what, parameter = found["what"], found["parameter"]
    if parameter is None:
        return _whole(name, what, parts, refuse)
    if (element := parts.elements.get(what)) is not None:
        if element.letter == "x":
            raise refuse(
                "is a parameter of a subcircuit's instance, which ngspice takes when it loads the netlist: name an "
                f"element inside, such as {_inside(what, parts)}"
            )
        nominal = _assigned(element_words(element.line), parameter)
        return Number(name, nominal, "", f"alter @{element.in_ngspice}[{parameter}]={{}}")
    if (model := parts.models.get(what)) is not None:
        return Number(name, _of_model(model, parameter), "", f"altermod {what} {parameter}={{}}")
    raise refuse(
        f"there is no element or model `{what}`{did_you_mean(what, [*parts.elements, *parts.models])}"
    )


def _refuse(file: str, name: str, why: str) -> InputError:
    return InputError(f"{file}: parameter `{name}`: {why}")


def _whole(name: str, what: str, parts: Parts, refuse: "partial[InputError]") -> Number:
    element = parts.elements.get(what)
    if element is None and what in parts.parameters:
        return Number(name, spice_number(parts.parameters[what]), "", "")
    if element is None:
        known = [*parts.elements, *parts.parameters, TEMPERATURE]
        raise refuse(f"there is no element or `.param` of this name{did_you_mean(what, known)}")
    if element.letter not in _UNITS:
        raise refuse(
            f"`{element.line.excerpt}` has no value of its own: name a parameter of it, such as `{what}[w]`"
        )
    if element.letter in "vi" and _FUNCTIONS.search(element.line.text):
        raise refuse(
            f"`{element.line.excerpt}` follows a function of time, so that a constant has no effect: write its "
            "levels by a "
            "`.param` (for a list of values), or scale it behind a constant source with an `E` element"
        )
    return Number(name, _value_of(element), _UNITS[element.letter], f"alter {element.in_ngspice}={{}}")


def _value_of(element: Element) -> float | None:
    words = list(element.rest)
    if element.letter in "vi" and words and words[0].lower() == "dc":
        words = words[1:]
    if not words:
        return 0.0 if element.letter in "vi" else None
    assigned = _assigned(words, element.letter)
    return assigned if assigned is not None else spice_number(words[0])


def _assigned(words: list[str], parameter: str) -> float | None:
    for word in words:
        name, _, text = word.partition("=")
        if name.lower() == parameter and text:
            return spice_number(text)
    return None


def _of_model(line: Line, parameter: str) -> float | None:
    found = re.search(
        rf"(?<=[\s(+]){re.escape(parameter)}=([^\s()]+)", without_blanks(line.text), re.IGNORECASE
    )
    return spice_number(found[1]) if found else None


def _inside(path: str, parts: Parts) -> str:
    return next((f"`{other}`" for other in parts.elements if other.startswith(f"{path}.")), "`x1.m1[w]`")


def with_value(lines: Sequence[str], name: str, value: float) -> list[str] | None:
    """Return lines in which the `.param` `name`, outside of subcircuits, is set to `value`; None if none sets it."""
    depth, found, there = 0, list(lines), False
    for place, line in enumerate(lines):
        word = line.split(maxsplit=1)[0].lower()
        depth += (word == ".subckt") - (word == ".ends")
        if (
            depth == 0
            and word in (".param", ".params")
            and (new := _with_parameter(line, name, value)) is not None
        ):
            found[place], there = new, True
    return found if there else None


def _with_parameter(text: str, name: str, value: float) -> str | None:
    """Return a `.param` line with `name` set to `value`; None if it is not on this line."""
    found = re.search(
        rf"(?<=\s){re.escape(name)}(\s*=\s*)(\{{[^{{}}]*\}}|'[^']*'|[^\s]+)", text, re.IGNORECASE
    )
    return None if found is None else f"{text[: found.start(2)]}{value!r}{text[found.end() :]}"
