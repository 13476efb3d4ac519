"""The table of aged devices: conductance after SET, its spread, and the energy of the pulses."""

from spicekit.page.numbers import plus_minus, scientific
from spicekit.page.section import Grid, Section
from spicekit.statistics import Statistics
from spicekit.studies.conductance_ageing.result import ConductanceAgeing
from spicekit.units import engineering


def _summary(block: ConductanceAgeing) -> str:
    fresh, old = block.at(block.ages[0])[-1].conductance, block.at(block.ages[-1])[-1].conductance
    return (
        f"from {engineering(fresh.mean.value, 'S')} to {engineering(old.mean.value, 'S')} at "
        f"{engineering(old.compliance, 'A')} after {scientific(block.ages[-1])} cycles, in the mean of all SET pulses; "
        f"{old.incomplete} of {old.samples} are incomplete by then."
    )


def section(statistics: Statistics, _rows: object) -> Section | None:
    """Return the section of the conductance of aged devices, or None if there is none."""
    block = statistics.of(ConductanceAgeing)
    if block is None:
        return None
    rows: list[tuple[str, ...]] = []
    for cycles in block.ages:
        rows.append(("fresh" if not cycles else f"{scientific(cycles)} cycles",))
        for point in block.at(cycles):
            found = point.conductance
            rows.append(
                (
                    engineering(found.compliance, "A"),
                    engineering(found.mean.value, "S"),
                    f"{100 * found.std.value / found.mean.value:.1f}",
                    f"{found.incomplete} of {found.samples}",
                    str(found.discards),
                    plus_minus(point.energy_set, "J"),
                    plus_minus(point.energy_reset, "J"),
                )
            )
    head = ("compliance", "mean", "spread [%]", "incomplete", "discards", "SET", "RESET")
    return Section(
        "Conductance of aged devices",
        (),
        summary=_summary(block),
        grid=Grid(head, tuple(rows)),
        notes=(
            f"{block.method}. RESET {engineering(block.reset_voltage, 'V')}, pulses of "
            f"{engineering(block.pulse_width, 's')}; the same devices at every age. Incomplete SET pulses ended below "
            "half the mean; they count in mean and spread.",
        ),
    )
