"""Reads of two resistances: offset, errors against the ratio, delay, energy, disturb; where they stop, which supply."""

from collections.abc import Mapping

import pandas as pd

from spicekit.page import numbers
from spicekit.page.section import Fold, Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.read_path import curves
from spicekit.studies.read_path.maps import maps
from spicekit.studies.read_path.result import ReadEstimate, ReadPath, ReadPoint
from spicekit.studies.read_path.supply import Choice, choice, reads, stops
from spicekit.studies.read_path.told import by_kind, every_point, place, signed, title
from spicekit.units import engineering

_FOLDED = 8  # rows
_NOTE = (
    "The offset is a factor on the ratio of both resistances, in its logarithm: 0.1 is a tenth. A reference lies in "
    "the middle of both states, so that an amplifier sees half of the logarithm of their ratio. Energy is what the "
    "amplifier’s supply gives, with the pre-charge of discharged lines; word lines and the neuron’s input are not "
    "counted, in any kind of read."
)
_SAME = (
    "Amplifiers have the same mismatch at every point of the grid, so that differences between points are known better "
    "than the intervals of single ones say; the experiment’s own point may have more of them."
)


def section(statistics: Statistics, rows: pd.DataFrame | None) -> Section | None:
    """Return the section of the read path, or None if there is none."""
    points, own = every_point(statistics), statistics.of(ReadPath)
    if not points or own is None:
        return None
    kinds = by_kind(points)
    titles = {key: title(*key, points) for key in kinds}
    shown = own.points or tuple(points[:1])
    names = [titles[p.kind, p.resistance] for p in shown]
    pictures = ((curves.plot(shown, names, own.estimates, rows), curves.CAPTION),)
    mapped = {key: found for key, of in kinds.items() if (found := maps(of, titles[key]))}
    first = next(iter(mapped.values()), ())
    chosen = {key: one for key, of in kinds.items() if (one := choice(of, own.sense_time))}
    folds = [Fold(f"Maps of {titles[key]}", found) for key, found in list(mapped.items())[1:]]
    discards, drawn = sum(p.discards for p in points), sum(p.amplifiers for p in points)
    return Section(
        title="The read path",
        pictures=(*pictures, *first),
        sentences="\n".join(
            [_finding(p, name) for p, name in zip(shown, names, strict=True)]
            + [f"Read supply of {titles[key]}: {one.said}" for key, one in chosen.items()]
        ),
        points=(
            *(f"{_first(titles[key])} {text}" for key, of in kinds.items() if (text := stops(of))),
            *(text for p, name in zip(shown, names, strict=True) for text in _combinations(p, name)),
            *_estimated(own),
        ),
        grid=_grid(kinds, titles),
        notes=(
            f"{own.method}.",
            _NOTE,
            *((_SAME,) if len(points) > len(shown) else ()),
            *(
                (f"σ of ln of the reference between columns: {own.reference_sigma:g}, assumed.",)
                if own.reference_sigma is not None
                else ()
            ),
            f"{discards} of {drawn} amplifiers were discarded in some read; upper ends of “wrong” count such reads as "
            "wrong. Wrong is a read that does not decide within the sense time, too.",
        ),
        summary=_summary(shown, titles, chosen),
        folds=tuple(folds),
    )


def _first(text: str) -> str:
    return text[0].upper() + text[1:]


def _summary(
    shown: tuple[ReadPoint, ...],
    titles: Mapping[tuple[str, float], str],
    chosen: Mapping[tuple[str, float], Choice],
) -> str:
    said = "; ".join(f"{titles[p.kind, p.resistance]} {_sigmas(p)}" for p in shown)
    supplies = "; ".join(
        f"{titles[key]} {engineering(one.supply, 'V') if one.supply else 'none'}"
        for key, one in chosen.items()
    )
    text = f"σ of the offset in ln R at {place(shown[0])}: {said}."
    return f"{text} Read supply: {supplies}." if supplies else text


def _sigmas(point: ReadPoint) -> str:
    found = [numbers.estimate(o.sigma, "") if o.sigma else "none" for o in point.offsets]
    inputs = [o.neuron_input or 0 for o in point.offsets]
    if len(found) < 2:
        return found[0] if found else "none"
    return ", ".join(
        f"{text} with input {signed(number)}" for text, number in zip(found, inputs, strict=True)
    )


def _finding(point: ReadPoint, name: str) -> str:
    """Return what is known of one kind of read at the experiment's own technology."""
    said = f"{_first(name)} ({place(point)}, {engineering(point.resistance, 'Ω')}): σ of the offset {_sigmas(point)}"
    said += "".join(
        f"; wrong at a ratio of {e.ratio:g} in {numbers.interval(e.failed)}" for e in point.errors
    )
    if point.delay and point.energy:
        said += f"; {numbers.plus_minus(point.delay, 's')} and {numbers.plus_minus(point.energy, 'J')} a read"
    return f"{said}."


def _combinations(point: ReadPoint, name: str) -> list[str]:
    """Return a line for each input with each stored value, where there are inputs."""
    return [
        f"{_first(name)}, input {signed(c.neuron_input)}, weight {signed(c.weight)}: wrong in "
        f"{numbers.interval(c.failed)}, {numbers.mean(c.delay, 's')}, {numbers.mean(c.energy, 'J')}"
        for c in point.combinations
        if c.neuron_input is not None
    ]


def _estimated(own: ReadPath) -> list[str]:
    """Return what rare-event estimates say of each kind of read at each ratio, beside law and count."""
    found: dict[tuple[str, float, float], list[ReadEstimate]] = {}
    for one in own.estimates:
        found.setdefault((one.kind, one.resistance, one.ratio), []).append(one)
    lines = []
    for (kind, resistance, at), estimates in found.items():
        said = [f"{_rate(one)} storing {signed(one.weight)}" for one in estimates]
        errors = [
            e
            for p in own.points
            if (p.kind, p.resistance) == (kind, resistance)
            for e in p.errors
            if e.ratio == at
        ]
        if errors and errors[0].law:
            said.append(f"the normal law of the offsets {numbers.interval(errors[0].law)}")
        if errors:
            said.append(f"counted {numbers.interval(errors[0].failed)}")
        name = _first(title(kind, resistance, own.points))
        lines.append(f"{name} at a ratio of {at:g}: rare-event sampling {'; '.join(said)}.")
    return lines


def _rate(one: ReadEstimate) -> str:
    if one.outcome == "agreed":
        return f"{numbers.interval(one.rate)} from {one.runs} reads"
    return f"no result ({one.outcome}: {one.reason})"


def _grid(kinds: dict[tuple[str, float], list[ReadPoint]], titles: dict[tuple[str, float], str]) -> Grid:
    head = (
        "point",
        "σ of the offset",
        "mean",
        "wrong",
        "delay",
        "energy",
        "reads to a tenth",
        "works",
    )
    rows: list[tuple[str, ...]] = []
    for key, points in kinds.items():
        ratios = ", ".join(f"{e.ratio:g}" for e in points[0].errors)
        rows += [(f"{_first(titles[key])}; ratios {ratios}",), *(_row(point) for point in points)]
    return Grid(head, tuple(rows), folded=len(rows) > _FOLDED)


def _row(point: ReadPoint) -> tuple[str, ...]:
    means = [numbers.estimate(o.mean, "") for o in point.offsets if o.mean]
    return (
        place(point),
        " / ".join(numbers.estimate(o.sigma, "") if o.sigma else "–" for o in point.offsets) or "–",
        " / ".join(means) or "–",
        ", ".join(numbers.probability(e.failed) for e in point.errors) or "–",
        engineering(point.delay.mean, "s") if point.delay else "–",
        engineering(point.energy.mean, "J") if point.energy else "–",
        reads(point.reads_to_tenth).removesuffix(" reads") if point.reads_to_tenth else "–",
        "yes" if point.works else "no",
    )
