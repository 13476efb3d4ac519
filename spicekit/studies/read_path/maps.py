"""Maps of reads over supply and temperature, a panel for each corner."""

from collections.abc import Callable, Sequence

import numpy as np

from spicekit.page.contours import Panel, contours
from spicekit.page.drawing import Plot
from spicekit.studies.read_path.result import ReadPoint
from spicekit.studies.read_path.told import corner, place, sigma_of
from spicekit.units import engineering

_ZERO_CELSIUS = 273.15  # K

_Value = Callable[[ReadPoint], float | None]
_QUANTITIES: tuple[tuple[str, str, _Value], ...] = (
    ("σ of the offset in ln R", "", sigma_of),
    ("delay of a read", "s", lambda p: p.delay.mean if p.delay else None),
    ("energy of a read", "J", lambda p: p.energy.mean if p.energy else None),
    ("reads until a tenth of R is gone", "", lambda p: p.reads_to_tenth),
)
_CAPTION = (
    "{what} over supply and temperature, a panel for each corner: dots are points that were simulated, between them is "
    "interpolated; at crosses reads do not work."
)


def maps(points: Sequence[ReadPoint], name: str) -> tuple[tuple[Plot, str], ...]:
    """Return the maps of one kind of read with their captions; none where the points span no area."""
    found = []
    for what, unit, value in _QUANTITIES:
        words = "; ".join(
            f"{place(p)}: {engineering(v, unit).strip()}"
            for p in points
            if p.works and (v := value(p)) is not None
        )
        plot = contours(
            _panels(points, value), what, unit, "[°C]", "supply [V]", f"Map of {name}: {what}. {words}."
        )
        if plot:
            said = _CAPTION.format(what=what[0].upper() + what[1:])
            found.append(
                (
                    plot,
                    f"{name[0].upper()}{name[1:]}: {said[0].lower()}{said[1:]}" if said[0] != "Σ" else said,
                )
            )
    return tuple(found)


def _panels(points: Sequence[ReadPoint], value: _Value) -> list[Panel]:
    temperatures, supplies = sorted({p.temperature for p in points}), sorted({p.supply for p in points})
    panels = []
    for process in dict.fromkeys(p.process for p in points):
        mine = [p for p in points if p.process == process]
        values = np.full((len(supplies), len(temperatures)), np.nan)
        for p in mine:
            found = value(p) if p.works else None
            if found is not None:
                values[supplies.index(p.supply), temperatures.index(p.temperature)] = found
        panels.append(Panel(corner(mine[0]), [t - _ZERO_CELSIUS for t in temperatures], supplies, values))
    return panels
