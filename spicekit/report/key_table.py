"""The key table of the report: a row per quantity, a column per condition."""

from collections.abc import Callable
from dataclasses import dataclass

from spicekit.report import numbers
from spicekit.report.estimated import estimated
from spicekit.statistics import Condition, Distribution, Endurance, SenseOffset, Statistics
from spicekit.units import engineering


@dataclass(frozen=True)
class KeyRow:
    """One quantity over all conditions; `group` starts a new block of rows where it changes."""

    group: str
    label: str
    cells: tuple[str, ...]


def key_table(statistics: Statistics) -> list[KeyRow]:
    """Return the rows; a quantity that no condition has is left out."""
    rows = []
    for group, label, cell in _ROWS:
        cells = tuple(cell(condition) for condition in statistics.conditions)
        if any(text != "not measured" for text in cells):
            rows.append(
                KeyRow(group, label, tuple("–" if text == "not measured" else text for text in cells))
            )
    return rows


def _law(law: Distribution | None) -> str:
    return "not measured" if law is None else f"{engineering(law.median, 'Ω')} (σ = {law.sigma_ln:.3g})"


def _endurance(endurance: Endurance | None) -> str:
    text = numbers.cyclability(endurance)
    return f"{text} ({endurance.status})" if endurance and text != "not measured" else text


def _estimated(condition: Condition, cell: str) -> str:
    one = estimated(condition, cell)
    return one.text if one else "not measured"


def _offset(offset: SenseOffset | None) -> str:
    return "not measured" if offset is None else f"{offset.sigma_ln:.2f} ± {offset.standard_error:.2f}"


_ROWS: tuple[tuple[str, str, Callable[[Condition], str]], ...] = (
    ("Programming", "SET compliance", lambda c: engineering(c.set_compliance, "A")),
    ("Programming", "RESET voltage", lambda c: engineering(c.reset_voltage, "V")),
    ("Programming", "pulse width", lambda c: engineering(c.pulse_width, "s")),
    ("Programming", "current at the end of SET", lambda c: numbers.plus_minus(c.set_current, "A")),
    ("Resistance, median (σ of ln R)", "LRS", lambda c: _law(c.lrs)),
    ("Resistance, median (σ of ln R)", "HRS", lambda c: _law(c.hrs)),
    ("Bit error rate, counted (interval)", "1T1R", lambda c: numbers.interval(c.ber_1t1r)),
    ("Bit error rate, counted (interval)", "2T2R", lambda c: numbers.interval(c.ber_2t2r)),
    ("Bit error rate, counted (interval)", "· 2T2R storing +1", lambda c: numbers.interval(c.ber_2t2r_plus)),
    ("Bit error rate, counted (interval)", "· 2T2R storing −1", lambda c: numbers.interval(c.ber_2t2r_minus)),
    ("Bit error rate, rare-event sampling (interval)", "1T1R", lambda c: _estimated(c, "1t1r")),
    ("Bit error rate, rare-event sampling (interval)", "2T2R", lambda c: _estimated(c, "2t2r")),
    ("Bit error rate, extrapolated", "1T1R", lambda c: numbers.interval(c.ber_1t1r_lognormal)),
    ("Bit error rate, extrapolated", "2T2R", lambda c: numbers.interval(c.ber_2t2r_lognormal)),
    ("Bit error rate, extrapolated", "amplifier offset, σ in ln R", lambda c: _offset(c.sense_offset)),
    ("Energy, whole path", "SET", lambda c: numbers.plus_minus(c.energy_set, "J")),
    ("Energy, whole path", "RESET", lambda c: numbers.plus_minus(c.energy_reset, "J")),
    ("Energy, whole path", "SET + RESET", lambda c: numbers.plus_minus(c.energy_pair, "J")),
    ("Energy, cell alone", "SET", lambda c: numbers.plus_minus(c.energy_set_cell, "J")),
    ("Energy, cell alone", "RESET", lambda c: numbers.plus_minus(c.energy_reset_cell, "J")),
    ("Read", "energy", lambda c: numbers.plus_minus(c.energy_read, "J")),
    ("Read", "delay", lambda c: numbers.plus_minus(c.read_delay, "s")),
    ("Read", "sampling ended by", lambda c: c.stopped or "not measured"),
    ("Read", "undecided", lambda c: "not measured" if c.undecided is None else str(c.undecided)),
    ("Endurance", "cycles to the criterion", lambda c: _endurance(c.endurance)),
)
