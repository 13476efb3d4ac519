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
    "{name}: {what} over supply and temperature, a panel for each corner. Dots are points that were simulated, between "
    "them is interpolated; at crosses reads do not work."
)
_ORDER = ("tt", "ss", "ff", "sf", "fs")


def maps(points: Sequence[ReadPoint], name: str) -> tuple[tuple[Plot, str], ...]:
    """Return the maps of one kind of read with their captions; none where the points span no area."""
    found = []
    for what, unit, value in _QUANTITIES:
        words = "; ".join(
            f"{place(p)}: {engineering(v, unit).strip()}"
            for p in points
            if p.works and (v := value(p)) is not None
        )
        alt = f"Map of {name}: {what}. {words}."
        plot = contours(_panels(points, value), what, unit, "temperature [°C]", "supply [V]", alt)
        if plot:
            found.append((plot, _CAPTION.format(name=name[0].upper() + name[1:], what=what)))
    return tuple(found)


def _panels(points: Sequence[ReadPoint], value: _Value) -> list[Panel]:
    temperatures, supplies = sorted({p.temperature for p in points}), sorted({p.supply for p in points})
    corners = sorted(
        {corner(p) for p in points}, key=lambda c: _ORDER.index(c) if c in _ORDER else len(_ORDER)
    )
    panels = []
    for one in corners:
        values = np.full((len(supplies), len(temperatures)), np.nan)
        simulated = np.zeros(values.shape, dtype=bool)
        for p in points:
            if corner(p) == one:
                at = supplies.index(p.supply), temperatures.index(p.temperature)
                found = value(p) if p.works else None
                values[at] = np.nan if found is None else found
                simulated[at] = True
        panels.append(Panel(one, [t - _ZERO_CELSIUS for t in temperatures], supplies, values, simulated))
    return panels
