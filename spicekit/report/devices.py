"""Memory devices side by side in the same circuit: states, window, energies, read margin, error rate."""

from collections.abc import Iterable

import pandas as pd

from spicekit.page import numbers
from spicekit.page.section import Grid, Section
from spicekit.run_folder import GRID, MEMORY, RunFolder
from spicekit.statistics import Condition, GridPoint, Moments, Statistics, best_rate
from spicekit.units import engineering

_HEAD = (
    "device",
    "LRS",
    "HRS",
    "window",
    "SET energy",
    "RESET energy",
    "read margin",
    "bit error rate",
    "low … high",
)


def devices_section(statistics: Statistics, run: RunFolder) -> Section | None:
    """Return the section that sets the memory devices of a grid side by side; None if it names fewer than two."""
    points = [point for point in statistics.grid if point.memory and point.conditions]
    if len({point.memory for point in points}) < 2:
        return None
    samples = None if run.stored(MEMORY) is None else run.samples()
    names = [c.name for c in points[0].conditions]
    rows: list[tuple[str, ...]] = []
    for name in names:
        rows += [(name,)] if len(names) > 1 else []
        rows += [_row(point, c, _margins(samples, point, c)) for point, c in _of(points, name)]
    found = [text for name in names if (text := _finding(list(_of(points, name)), name))]
    return Section(
        title="Memory devices side by side",
        pictures=(),
        sentences="The same transistors, lines, pulses and reads, with one memory device after the other.",
        points=tuple(found),
        grid=Grid(_HEAD, tuple(rows)),
        notes=(
            "LRS, HRS and their ratio, the window: medians. Energies: mean of one pulse over the whole path, access "
            "transistor included. Read margin: median and lowest difference of the amplifier's outputs that it starts "
            "from, toward the value stored; below zero is an error. Bit error rate: of the 2T2R pair, the surest rate; "
            "“<” is an upper end, where no error was seen.",
        ),
        summary=found[0] if found else "",
    )


def _of(points: Iterable[GridPoint], name: str) -> Iterable[tuple[GridPoint, Condition]]:
    return [(point, c) for point in points for c in point.conditions if c.name == name]


def _margins(samples: pd.DataFrame | None, point: GridPoint, condition: Condition) -> pd.Series | None:
    """Return the read margins [V] at a point; those of the experiment itself if the point changes nothing."""
    if samples is None or GRID not in samples:
        return None
    mine = samples[samples["condition"] == condition.name]
    place = point.name if (mine[GRID] == point.name).any() else ""
    found = mine.loc[(mine[GRID] == place) & (mine["outcome"] != "discard"), "margin"].dropna()
    return found if len(found) else None


def _row(point: GridPoint, c: Condition, margins: pd.Series | None) -> tuple[str, ...]:
    known = best_rate(c, "2t2r")
    margin = "–"
    if margins is not None:
        margin = f"{engineering(float(margins.median()), 'V')} ({engineering(float(margins.min()), 'V')})"
    return (
        point.name,
        engineering(c.lrs.median, "Ω") if c.lrs else "–",
        engineering(c.hrs.median, "Ω") if c.hrs else "–",
        numbers.factor(ratio) if (ratio := _window(c)) else "–",
        _mean(c.energy_set),
        _mean(c.energy_reset),
        margin,
        "–" if known is None else numbers.surest(known),
        numbers.surest_interval(known),
    )


def _mean(block: Moments | None) -> str:
    return "–" if block is None else numbers.mean(block, "J")


def _window(c: Condition) -> float | None:
    return c.hrs.median / c.lrs.median if c.hrs and c.lrs else None


def _finding(found: list[tuple[GridPoint, Condition]], name: str) -> str:
    """Return in one sentence which device has the widest window and which needs the least energy."""
    windows = [(ratio, point.name) for point, c in found if (ratio := _window(c))]
    energies = [(c.energy_pair.mean, point.name) for point, c in found if c.energy_pair]
    said = []
    if windows:
        (most, widest), (least, narrowest) = max(windows), min(windows)
        said.append(
            f"the window is widest with {widest} ({numbers.factor(most)}) and narrowest with {narrowest} "
            f"({numbers.factor(least)})"
        )
    if energies:
        energy, frugal = min(energies)
        said.append(f"SET and RESET take least with {frugal} ({engineering(energy, 'J')})")
    return f"{name}: {'; '.join(said)}." if said else ""
