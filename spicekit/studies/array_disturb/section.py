"""Program disturb: how many writes of other rows a device bears while its own is off."""

from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.array_disturb.result import ArrayDisturb, HalfSelected
from spicekit.units import engineering

_STATES = {"lrs": "LRS", "hrs": "HRS"}


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of program disturb, or None if there is none."""
    found = statistics.of(ArrayDisturb)
    if found is None:
        return None
    discards, devices = (
        sum(p.discards for p in found.points),
        sum(p.devices + p.discards for p in found.points),
    )
    return Section(
        title="Program disturb",
        pictures=(),
        sentences=_finding(found),
        summary=f"half-selected devices: {_finding(found)[0].lower()}{_finding(found)[1:]}",
        grid=Grid(
            (
                "device in another row",
                "change of ln R by one write",
                "writes until a tenth, median",
                "worst device",
            ),
            tuple(
                (
                    f"{_STATES[p.state]}, bit line {p.line}",
                    f"{p.change.value:+.2g}"
                    + (f" ± {p.change.error:.1g}" if p.change.error is not None else ""),
                    _count(p.writes),
                    _count(p.fewest),
                )
                for p in found.points
            ),
        ),
        notes=(
            f"{found.method[0].upper()}{found.method[1:]}. SET at {engineering(found.set_compliance, 'A')}, RESET at "
            f"{engineering(found.reset_voltage, 'V')}, {engineering(found.pulse_width, 's')} each, {found.rows} rows; "
            "the edges of the pulses are those of the design file.",
            f"{discards} of {devices} devices, states and lines were discarded.",
        ),
    )


def _finding(found: ArrayDisturb) -> str:
    known = [p for p in found.points if p.writes is not None]
    if not known:
        return "No device of another row moved."
    worst = min(known, key=_writes)
    fewest = min(p.fewest for p in known if p.fewest is not None)
    others = "" if fewest == worst.fewest else f" The worst device of all has after {_count(fewest)}."
    return (
        f"Writes of other rows move the {_STATES[worst.state]} with its bit line {worst.line} most: its median device "
        f"has changed by a tenth after {_count(worst.writes)} of them, the worst of {worst.devices} after "
        f"{_count(worst.fewest)}.{others}"
    )


def _writes(point: HalfSelected) -> float:
    assert point.writes is not None
    return point.writes


def _count(writes: float | None) -> str:
    return "–" if writes is None else f"{writes:.1e}".replace("e+0", "e").replace("e+", "e")
