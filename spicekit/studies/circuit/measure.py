"""Measurements as the experiment file names them, as those of a deck, with their units."""

import math

from spicekit.circuits.foreign.parts import GROUND, Parts
from spicekit.circuits.foreign.vectors import check_vector, current_of, source_of
from spicekit.errors import InputError
from spicekit.ngspice import (
    At,
    Charge,
    Crossing,
    Delay,
    Difference,
    Energy,
    Final,
    Imbalance,
    Mean,
    Measurement,
    Peak,
)
from spicekit.studies.circuit.table import MeasurementTable
from spicekit.units import number

_NEVER = {"discard": math.nan, "infinite": math.inf}


def measurement(
    asked: MeasurementTable, parts: Parts, stop_time: float, where: str
) -> tuple[Measurement, str]:
    """Return a measurement of a circuit that ends at `stop_time` [s], and its unit.

    Raises:
        InputError: `where`, for a vector that is not there (did you mean), or a time beyond the end.
    """
    where = f"{where}: measurement `{asked.name}`"
    for key in ("at", "start", "stop"):
        time = getattr(asked, key)
        if time is not None and time > stop_time:
            raise InputError(f"{where}: `{key}` is {time:g} s, but the transient ends at {stop_time:g} s")
    start, stop = asked.start or 0.0, asked.stop
    if stop is not None and stop <= start:
        raise InputError(f"{where}: `stop` is {stop:g} s, expected after `start` at {start:g} s")
    if asked.kind == "energy":
        source = source_of(asked.of, parts, f"{where}: `of`")
        plus, minus = (None if node in GROUND else f"v({node})" for node in source.nodes)
        current = current_of(source)
        if plus is None:  # upside down
            return Energy(asked.name, str(minus), None, current, start, stop), "J"
        return Energy(asked.name, plus, minus, current, start, stop, delivered=True), "J"
    of, unit = _vector(asked.of, parts, f"{where}: `of`")
    minus, other = (None, unit) if asked.minus is None else _vector(asked.minus, parts, f"{where}: `minus`")
    if other != unit:
        raise InputError(f"{where}: `of` is in {unit} and `minus` in {other}: expected the same")
    match asked.kind:
        case "value":
            return (Final(asked.name, of) if asked.at is None else At(asked.name, of, asked.at)), unit
        case "difference":
            return Difference(asked.name, of, str(minus), asked.at), unit
        case "mean":
            return Mean(asked.name, of, start, stop), unit
        case "peak" | "lowest":
            return Peak(asked.name, of, start, stop, lowest=asked.kind == "lowest"), unit
        case "charge":
            if unit != "A":
                raise InputError(f"{where}: `of` is `{asked.of}`, expected a current such as `i(vdd)`")
            return Charge(asked.name, of, start, stop), "C"
        case "regeneration":
            level = _level(asked.level, unit, f"{where}: `level`")
            return Imbalance(asked.name, of, str(minus), level, start, float(asked.time_constant or 0)), unit
    level, never = _level(asked.level, unit, f"{where}: `level`"), _NEVER[asked.never]
    begins = Crossing(asked.name, of, minus, level, start, asked.edge == "rising", missing=never)
    if asked.kind == "crossing":
        return begins, "s"
    to, unit = _vector(str(asked.to), parts, f"{where}: `to`")
    to_level = _level(asked.to_level or asked.level, unit, f"{where}: `to_level`")
    first = Crossing(asked.name, of, None, level, start, asked.edge == "rising")
    last = Crossing(asked.name, to, None, to_level, start, asked.to_edge == "rising", missing=never)
    return Delay(asked.name, first, last), "s"


def _vector(name: str, parts: Parts, where: str) -> tuple[str, str]:
    """Return a vector as ngspice calls it, and its unit."""
    unit = check_vector(name, parts, where)
    if unit == "A":
        return current_of(source_of(name.strip()[2:-1], parts, where, "vlehb")), unit
    return name.strip().lower(), unit


def _level(text: str | None, unit: str, where: str) -> float:
    try:
        return number(text, unit if unit != "1" else None)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None
