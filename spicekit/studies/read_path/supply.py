"""Where reads stop working, and the read supply that follows from it by a rule."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.page.numbers import scientific
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
        below = "" if lowest > supplies[0] else ", the lowest that was tried"
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
    half of the sense time; for energy and disturb rise with the supply.
    """
    supplies = sorted({point.supply for point in points})
    columns = _columns(points)
    if len(supplies) < 2:
        return None
    limit = _PART * sense_time if sense_time else math.inf

    def fits(point: ReadPoint) -> bool:
        return bool(point.works) and (point.slowest or 0.0) <= limit

    def misfits(supply: float) -> str:
        return _named([place(p, supply=False) for p in at[supply] if not fits(p)])

    at = {v: [p for p in points if p.supply == v] for v in supplies}
    good = [v for v in supplies if len(at[v]) == len(columns) and all(map(fits, at[v]))]
    rule = (
        f"reads work at all {len(columns)} corners and temperatures and no decision takes more than "
        f"{engineering(limit, 's')}, half of the sense time"
    )
    if not good:
        most = max(supplies, key=lambda v: (sum(map(fits, at[v])), v))
        nearest = f"{engineering(most, 'V')} comes closest, but for {misfits(most)}"
        return Choice(None, f"none of those that were tried; at none {rule}. {nearest}.")
    chosen = good[0]
    said = f"{engineering(chosen, 'V')}, the lowest supply at which {rule}; energy and disturb rise with the supply"
    if chosen == supplies[0]:
        said += ", and no lower one was tried"
    elif below := misfits(supplies[supplies.index(chosen) - 1]):
        said += f". {engineering(supplies[supplies.index(chosen) - 1], 'V')} fails that at {below}"
    said += f". At {engineering(chosen, 'V')} {_cost(at[chosen])}"
    if chosen < supplies[-1]:
        above = supplies[supplies.index(chosen) + 1]
        said += f"; at {engineering(above, 'V')} {_cost(at[above], short=True)}"
    return Choice(chosen, f"{said}.")


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
    return f"{number:.0f} reads" if number < _PLAIN else f"{scientific(number)} reads"
