"""Where reads stop working, and the read supply that follows from it by a rule."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.page.numbers import celsius, scientific
from spicekit.studies.read_path.result import ReadPoint
from spicekit.studies.read_path.told import place, sigma_of
from spicekit.units import engineering

_PART = (
    0.5  # of the sense time that a decision may take, so that slower amplifiers than those drawn still decide
)
_SAID = 4  # places by name
_PLAIN = 1000  # reads, up to which the number is written out


def working_supplies(points: Sequence[ReadPoint]) -> dict[tuple[str, float], float | None]:
    """Return by corner and temperature the lowest supply from which on all that were tried work; None: none."""
    found: dict[tuple[str, float], float | None] = {}
    for key, own in _columns(points).items():
        lowest = None
        for point in sorted(own, key=lambda p: -p.supply):
            if not point.works:
                break
            lowest = point.supply
        found[key] = lowest
    return found


def _columns(points: Sequence[ReadPoint]) -> dict[tuple[str, float], list[ReadPoint]]:
    found: dict[tuple[str, float], list[ReadPoint]] = {}
    for point in points:
        found.setdefault((point.process, point.temperature), []).append(point)
    return found


def stops(points: Sequence[ReadPoint]) -> str:
    """Return in words from which supply on reads work at each corner and temperature; empty with one supply."""
    supplies = sorted({point.supply for point in points})
    if len(supplies) < 2:
        return ""
    where: dict[float | None, list[str]] = {}
    shown = {(p.process, p.temperature): place(p, supply=False) for p in points}
    for key, lowest in working_supplies(points).items():
        where.setdefault(lowest, []).append(shown[key])
    said = []
    for lowest in sorted((v for v in where if v is not None), reverse=True):
        below = "" if lowest > supplies[0] else ", the lowest that was tried,"
        most = lowest == min(v for v in where if v is not None) and len(where) > 1
        names = "at all others" if most and len(where[lowest]) > _SAID else f"at {'; '.join(where[lowest])}"
        said.append(f"from {engineering(lowest, 'V')} on{below} {names}")
    if None in where:
        said.insert(0, f"at none of the supplies at {'; '.join(where[None])}")
    return "work " + " · ".join(said) + "."


@dataclass(frozen=True)
class Choice:
    """The read supply that follows from the points of one kind of read."""

    supply: float | None  # V; None where none fits
    said: str  # one sentence or two, without their begin


def choice(points: Sequence[ReadPoint], sense_time: float | None) -> Choice | None:
    """Return the read supply; None where only one was tried.

    The rule: the lowest supply at which reads work at every corner and temperature, and no decision takes longer than
    half of the sense time; for energy and disturb rise with the supply. With several temperatures it is said, too, what
    the same rule gives at each of them alone.
    """
    supplies = sorted({point.supply for point in points})
    if len(supplies) < 2:
        return None
    limit = _PART * sense_time if sense_time else math.inf
    chosen = _lowest(points, limit)
    rule = (
        f"reads work at all {len(_columns(points))} corners and temperatures and no decision takes more than "
        f"{engineering(limit, 's')}, half of the sense time"
    )
    at = {v: [p for p in points if p.supply == v] for v in supplies}
    if chosen is None:
        most = max(supplies, key=lambda v: (sum(_fits(p, limit) for p in at[v]), v))
        but = _misfits(at[most], limit) or "points that were not simulated"
        nearest = f"{engineering(most, 'V')} comes closest, but for {but}"
        said = f"none of those that were tried; at none {rule}. {nearest}"
    else:
        said = f"{engineering(chosen, 'V')}, the lowest supply at which {rule}; energy and disturb rise with the supply"
        before, after = supplies[: supplies.index(chosen)], supplies[supplies.index(chosen) + 1 :]
        if not before:
            said += ", and no lower one was tried"
        elif below := _misfits(at[before[-1]], limit):
            said += f". {engineering(before[-1], 'V')} fails that at {below}"
        said += f". At {engineering(chosen, 'V')} {_cost(at[chosen])}"
        if after:
            said += f"; at {engineering(after[0], 'V')} {_cost(at[after[0]], short=True)}"
    return Choice(chosen, f"{said}.{_by_temperature(points, limit)}")


def _fits(point: ReadPoint, limit: float) -> bool:
    return bool(point.works) and (point.slowest or 0.0) <= limit


def _lowest(points: Sequence[ReadPoint], limit: float) -> float | None:
    """Return the lowest supply at which all corners and temperatures of the points fit."""
    count = len(_columns(points))
    for supply in sorted({point.supply for point in points}):
        there = [p for p in points if p.supply == supply]
        if len(there) == count and all(_fits(p, limit) for p in there):
            return supply
    return None


def _misfits(points: Sequence[ReadPoint], limit: float) -> str:
    return _named([place(p, supply=False) for p in points if not _fits(p, limit)])


def _by_temperature(points: Sequence[ReadPoint], limit: float) -> str:
    """Return what the rule gives at each temperature alone, where that differs, with the disturb."""
    found, least = {}, []
    for temperature in sorted({point.temperature for point in points}):
        mine = [p for p in points if p.temperature == temperature]
        found[temperature] = lowest = _lowest(mine, limit)
        least += [p.reads_to_tenth for p in mine if p.supply == lowest and p.reads_to_tenth]
    if len(set(found.values())) < 2:
        return ""
    said = ", ".join(f"{engineering(v, 'V') if v else 'none'} at {celsius(t)}" for t, v in found.items())
    tenth = f", and a tenth takes {reads(min(least))} at least" if least else ""
    return f" A supply that follows the temperature would be, by the same rule, {said}{tenth}."


def _named(places: list[str]) -> str:
    more = f" and {len(places) - _SAID} others" if len(places) > _SAID else ""
    return "; ".join(places[:_SAID]) + more


def _cost(points: Sequence[ReadPoint], short: bool = False) -> str:
    """Return the worst of each number over the points, and where it is."""
    said = []
    for what, value, show in (
        ("σ of the offset is", sigma_of, lambda v: f"{v:.2g}"),
        ("the slowest decision takes", lambda p: p.slowest, lambda v: engineering(v, "s")),
        ("a read costs", lambda p: p.energy.mean if p.energy else None, lambda v: engineering(v, "J")),
    ):
        known = [(found, p) for p in points if (found := value(p)) is not None]
        if known:
            worst, p = max(known, key=lambda one: one[0])
            said.append(f"{what} at most {show(worst)}" + ("" if short else f" ({place(p, supply=False)})"))
    tenth = [(p.reads_to_tenth, p) for p in points if p.reads_to_tenth]
    if tenth:
        least, p = min(tenth, key=lambda one: one[0])
        where = "" if short else f" ({place(p, supply=False)})"
        said.append(f"reads move R in the high state by a tenth after {reads(least)} at the fastest{where}")
    return ", ".join(said)


def reads(number: float) -> str:
    """Return a number of reads in words."""
    if number < 1.5:
        return "one read" if number >= 1 else "less than one read"
    return f"{number:.0f} reads" if number < _PLAIN else f"{scientific(number)} reads"
