"""Points of reads as they are told: named, put side by side, and each once."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from spicekit.page.numbers import celsius, minus
from spicekit.studies.read_path.result import ReadPath, ReadPoint
from spicekit.units import engineering

if TYPE_CHECKING:
    from spicekit.statistics import Statistics

NAMES = {"plain": "plain reads", "xnor": "reads with XNOR", "reference": "reads by a reference"}


def every_point(statistics: "Statistics") -> list[ReadPoint]:
    """Return the points of the experiment itself and of its grid, each setting once."""
    own = statistics.of(ReadPath)
    found = list(own.points) if own else []
    for place in statistics.grid:
        if block := place.studies.get("read_path"):
            found += ReadPath.model_validate(block).points
    return list({_setting(point): point for point in reversed(found)}.values())[::-1]


def _setting(point: ReadPoint) -> tuple[object, ...]:
    return point.kind, point.resistance, point.process, point.temperature, point.supply


def by_kind(points: Iterable[ReadPoint]) -> dict[tuple[str, float], list[ReadPoint]]:
    """Return the points of each kind and resistance."""
    found: dict[tuple[str, float], list[ReadPoint]] = {}
    for point in points:
        found.setdefault((point.kind, point.resistance), []).append(point)
    return found


def title(kind: str, resistance: float, of: Sequence[ReadPoint]) -> str:
    """Return what a kind of read is called, with its resistance where the experiment has several."""
    several = len({point.resistance for point in of}) > 1
    return NAMES[kind] + (f" at {engineering(resistance, 'Ω')}" if several else "")


def corner(point: ReadPoint) -> str:
    """Return the corner, such as ``tt``, or the name of the process where it has none."""
    return point.process.removeprefix("sky130 ")


def place(point: ReadPoint, supply: bool = True) -> str:
    """Return where a point is, such as ``ss, -40 °C, 1.2 V``."""
    words = f"{corner(point)}, {celsius(point.temperature)}"
    return f"{words}, {engineering(point.supply, 'V')}" if supply else words


def sigma_of(point: ReadPoint) -> float | None:
    """Return the largest standard deviation of the offsets of a point; None where an input has none."""
    found = [offset.sigma.value for offset in point.offsets if offset.sigma]
    return max(found) if found and len(found) == len(point.offsets) else None


def signed(number: int) -> str:
    """Return +1 or −1."""
    return minus(f"{number:+d}")
