"""The points of circuits: each combination of the values that their parameters are given."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import product

from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import ZERO_CELSIUS
from spicekit.circuits.foreign.deck import foreign_deck
from spicekit.circuits.foreign.named import TEMPERATURE, Number, find_number
from spicekit.circuits.foreign.parts import lone_nodes
from spicekit.circuits.foreign.source import Source, read_source
from spicekit.circuits.foreign.transistors import AreaLaw, Drawn, Mismatch, with_process
from spicekit.errors import InputError
from spicekit.limits import COLDEST, HOTTEST
from spicekit.ngspice import Parameter
from spicekit.studies.circuit.content import Content, Limit, Spread
from spicekit.studies.circuit.loaded import Asked
from spicekit.studies.circuit.measure import measurement
from spicekit.studies.circuit.probe import idle_coordinates, probe
from spicekit.studies.circuit.said import setting_in_words
from spicekit.studies.circuit.table import OneCircuitTable, ParameterTable
from spicekit.studies.study import Point
from spicekit.units import number

_REACH = 6.0  # standard deviations within which a value must make sense
_MOST_POINTS = 2000


def settings(circuit: OneCircuitTable) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield (name of the point, values by the name of the parameter as text) of each combination of listed values."""
    listed = [p for p in circuit.parameters if p.values]
    for values in product(*(p.values for p in listed)):
        parts = [f"{_plain(p.name)}_{_plain(value)}" for p, value in zip(listed, values, strict=True)]
        yield (
            "_".join([circuit.name, *parts]),
            {p.name: value for p, value in zip(listed, values, strict=True)},
        )


def _of_text(circuit: OneCircuitTable) -> Iterator[Mapping[str, float]]:
    """Yield the numbers of each combination of values that have no unit, as those of a `.param` have none."""
    fixed = {p.name: p.value for p in circuit.parameters if p.value is not None}
    for _, values in settings(circuit):
        found = {}
        for name, text in {**fixed, **values}.items():
            with suppress(ValueError):
                found[name.lower()] = number(text, None)
        yield found


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.+-]+", "", text)


def points(technology: Technology, asked: Asked) -> tuple[Point, ...]:
    """Return the points of all circuits; the first of each is simulated to find what ngspice would ignore.

    Raises:
        InputError: one line for the first thing in a netlist, or asked of it, that cannot be.
    """
    found: list[Point] = []
    for circuit in asked.table.circuits:
        file, text = asked.netlists[circuit.name]
        laws = [AreaLaw(law.model, law.avt, law.abeta) for law in circuit.laws]
        drawn = with_process(read_source(text, file), technology.process, laws, tuple(_of_text(circuit)))
        drawn = replace(drawn, mismatch=_wanted(circuit, drawn.mismatch))
        for place, (name, values) in enumerate(settings(circuit)):
            if len(found) >= _MOST_POINTS:
                raise InputError(f"circuit `{circuit.name}`: more than {_MOST_POINTS} combinations of values")
            try:
                content = _content(name, circuit, values, drawn, technology)
            except InputError as error:
                raise InputError(f"{error}{_in_title(drawn.source.title, str(error))}") from None
            mismatch = drawn.mismatch
            if idle := idle_coordinates(content, file):
                mismatch = tuple(one for one in mismatch if one.name not in idle)
                content = _content(name, circuit, values, replace(drawn, mismatch=mismatch), technology)
            if place == 0:
                _check_limit(circuit, content, drawn.source)
                if asked.samples(circuit.name) > 1 and not content.spreads:
                    raise InputError(
                        f"circuit `{circuit.name}`: nothing spreads, so that all samples would be the same: "
                        "give a parameter "
                        "a `sigma`, or `samples = 1`"
                    )
                probe(content, file, lone_nodes(drawn.parts))
            labels = {
                "circuit": circuit.name,
                "setting": setting_in_words(values),
                "coordinates": len(content.spreads),
                "transistors": len(drawn.transistors),
                "without_mismatch": len(drawn.without(mismatch)),
                "technology": drawn.technology,
            }
            found.append(Point(name, labels, {"circuit": content.deck}, content, named=False))
    names = [point.name for point in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(
            f"two points are called `{twice[0]}`: give each value once, and other names to circuits"
        )
    return tuple(found)


def _in_title(title: str, said: str) -> str:
    """Return the hint that what is missing stands in the first line, which is the title; else nothing."""
    name = next(iter(title.lower().split()), "")
    if not name or f"`{name}`" not in said.lower():
        return ""
    return (
        f"; line 1, `{title.strip()[:40]}`, is the title of the netlist and no element: put a title before it"
    )


def _wanted(circuit: OneCircuitTable, found: tuple[Mismatch, ...]) -> tuple[Mismatch, ...]:
    """Return what is switched on of process parts and mismatch."""
    return tuple(one for one in found if (circuit.process if one.shared else circuit.mismatch) == "automatic")


def _content(
    name: str,
    circuit: OneCircuitTable,
    values: Mapping[str, str],
    drawn: Drawn,
    technology: Technology,
) -> Content:
    source, parts = drawn.source, drawn.parts
    temperature = round(technology.temperature - ZERO_CELSIUS, 9)
    numbers: dict[str, tuple[Number, float]] = {}
    for asked in circuit.parameters:
        one = find_number(asked.name, source, parts, temperature)
        numbers[asked.name.lower()] = (
            one,
            _value(asked, values.get(asked.name, asked.value), one, source.file),
        )
    read = [measurement(m, parts, source.stop_time, source.file) for m in circuit.measurements]
    more = tuple(Parameter(one.name, one.command, one.nominal) for one in drawn.mismatch)
    osdi = technology.process.osdi
    deck = foreign_deck(name, source, numbers, tuple(m for m, _ in read), temperature, more, osdi)
    places = {parameter.name: place for place, parameter in enumerate(deck.parameters)}
    spreads = []
    for asked in circuit.parameters:
        one, value = numbers[asked.name.lower()]
        if (sigma := _sigma(asked, one, value, source.file)) > 0:
            spreads.append(
                Spread(places[asked.name.lower()], asked.name.lower(), sigma, asked.law, asked.name.lower())
            )
    spreads += [Spread(places[one.name], one.name, one.sigma, one.law, one.device) for one in drawn.mismatch]
    return Content(deck, tuple(spreads), _limit(circuit, [unit for _, unit in read], source.file))


def _number(text: str, unit: str, where: str) -> float:
    try:
        return number(text, unit or None)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None


def _value(asked: ParameterTable, text: str | None, one: Number, file: str) -> float:
    where = f"{file}: parameter `{asked.name}`"
    if text is None:
        if one.nominal is None:
            raise InputError(f"{where}: the netlist gives no plain number for it: give `value`")
        return one.nominal
    if one.name.lower() == TEMPERATURE and text.rstrip().endswith("K"):
        return round(_number(text.rstrip()[:-1] + "C", "C", where) - ZERO_CELSIUS, 9)
    return _number(text, one.unit, where)


def _sigma(asked: ParameterTable, one: Number, value: float, file: str) -> float:
    if asked.sigma is None:
        return 0.0
    where = f"{file}: parameter `{asked.name}`: `sigma`"
    if not one.command:
        raise InputError(
            f"{where}: ngspice computes a `.param` when it loads a netlist, so that it cannot spread: give the "
            "`sigma` to the "
            "elements that take it (`values` it may have)"
        )
    text = asked.sigma.strip()
    if text.endswith("%"):
        sigma = _number(text[:-1], "", where) / 100
        if asked.law == "lognormal":
            return sigma
        sigma *= abs(value)
    else:
        sigma = _number(text, one.unit, where)
    low, high = value - _REACH * sigma, value + _REACH * sigma
    if one.unit in ("Ohm", "F", "H") and asked.law == "normal" and low <= 0:
        raise InputError(
            f"{where}: {value:g} {one.unit} minus {_REACH:g} standard deviations of {sigma:g} is not above 0: "
            "give a smaller "
            'one, or `law = "lognormal"`'
        )
    if one.unit == "C" and not COLDEST <= low <= high <= HOTTEST:
        raise InputError(f"{where}: {_REACH:g} standard deviations reach beyond {COLDEST:g} … {HOTTEST:g} C")
    return sigma


def _limit(circuit: OneCircuitTable, units: list[str], file: str) -> Limit | None:
    if circuit.limit is None:
        return None
    names = [m.name for m in circuit.measurements]
    place = names.index(circuit.limit.of)
    unit = "" if units[place] == "1" else units[place]
    ends = [
        None if text is None else _number(text, unit, f"{file}: `limit.{key}`")
        for key, text in (("below", circuit.limit.below), ("above", circuit.limit.above))
    ]
    return Limit(place, *ends)


def _check_limit(circuit: OneCircuitTable, content: Content, source: Source) -> None:
    """Refuse a limit that no sample can violate, or that every one does, as far as the file alone tells."""
    limit = content.limit
    if limit is None:
        return
    asked, where = circuit.measurements[limit.measurement], f"{source.file}: `limit` of `{circuit.name}`"
    if limit.below is not None and limit.above is not None and limit.below >= limit.above:
        raise InputError(f"{where}: `below` is not less than `above`, so that every sample fails")
    if asked.kind not in ("crossing", "delay") or asked.never == "infinite":
        return
    longest = source.stop_time - (asked.start or 0.0)
    if limit.above is not None and limit.below is None and limit.above >= longest:
        raise InputError(
            f"{where}: no sample can violate it: `{asked.name}` is at most {longest:g} s, as the transient ends "
            "then; a "
            'smaller `above`, or `never = "infinite"` in the measurement'
        )
    if asked.kind == "crossing" and limit.below is not None and limit.above is None and limit.below <= 0:
        raise InputError(f"{where}: no sample can violate it: `{asked.name}` is never below 0 s")
