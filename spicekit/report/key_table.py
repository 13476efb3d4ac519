"""The key table of the report: a row per quantity, a column per condition."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from spicekit.page import numbers
from spicekit.report.estimated import estimated
from spicekit.statistics import (
    Cell,
    Condition,
    Distribution,
    Endurance,
    Moments,
    SenseOffset,
    Statistics,
    best_rate,
    known_rates,
)
from spicekit.statistics.declared import block_of, label_of, unit_of
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
    for group, label, cell in sorted((*_ROWS, *_measured()), key=lambda row: _GROUPS.index(row[0])):
        cells = tuple(cell(condition) for condition in statistics.conditions)
        if any(text not in ("not measured", "–") for text in cells):
            rows.append(
                KeyRow(group, label, tuple("–" if text == "not measured" else text for text in cells))
            )
    return rows


_Row = tuple[str, str, Callable[[Condition], str]]


def _measured() -> list[_Row]:
    """Return the rows of all means over samples, as they are declared (`spicekit.block.quantity`)."""
    rows: list[_Row] = []
    for key, field in Condition.model_fields.items():
        if block_of(field) is Moments:
            group, _, label = label_of(field).partition(": ")
            show = partial(numbers.plus_minus, unit=unit_of(field))
            rows.append((group, label, lambda c, key=key, show=show: show(getattr(c, key))))
    return rows


def _law(law: Distribution | None) -> str:
    return "not measured" if law is None else f"{engineering(law.median, 'Ω')} (σ = {law.sigma_ln:.3g})"


def _endurance(endurance: Endurance | None) -> str:
    text = numbers.cyclability(endurance)
    return f"{text} ({endurance.status})" if endurance and text != "not measured" else text


def _surest(condition: Condition, cell: Cell) -> str:
    known = best_rate(condition, cell)
    if known is None or not known.result:
        return numbers.surest(known)
    return numbers.interval(known.rate)


def _estimated(condition: Condition, cell: Cell) -> str:
    one = estimated(condition, cell)
    return one.text if one else "not measured"


def _extrapolated(condition: Condition, cell: Cell, ideal: bool = False) -> str:
    laws = (known for known in known_rates(condition, cell, ideal) if known.how == "extrapolated")
    return numbers.extrapolated(next(laws, None))


def _counted(condition: Condition, ideal: bool) -> str:
    counts = (known for known in known_rates(condition, "1t1r", ideal) if known.how == "counted")
    found = next(counts, None)
    return numbers.interval(found.rate if found else None)


def _undecided(condition: Condition) -> str:
    return "not measured" if condition.undecided is None else str(condition.undecided)


def _offset(offset: SenseOffset | None) -> str:
    return "not measured" if offset is None else f"{offset.sigma_ln:.2g} ± {offset.standard_error:.2g}"


_ROWS: tuple[_Row, ...] = (
    ("Programming", "SET compliance", lambda c: engineering(c.set_compliance, "A")),
    ("Programming", "RESET voltage", lambda c: engineering(c.reset_voltage, "V")),
    ("Programming", "pulse width", lambda c: engineering(c.pulse_width, "s")),
    ("Programming", "beyond the data of the card", lambda c: "; ".join(c.outside) or "not measured"),
    ("Resistance, median (σ of ln R)", "LRS", lambda c: _law(c.lrs)),
    ("Resistance, median (σ of ln R)", "HRS", lambda c: _law(c.hrs)),
    ("Bit error rate, the surest (interval)", "2T2R", lambda c: _surest(c, "2t2r")),
    ("Bit error rate, the surest (interval)", "· from", lambda c: numbers.source(best_rate(c, "2t2r"))),
    ("Bit error rate, the surest (interval)", "1T1R, same amplifier", lambda c: _surest(c, "1t1r")),
    ("Bit error rate, the surest (interval)", "· from", lambda c: numbers.source(best_rate(c, "1t1r"))),
    ("2T2R, all that is known", "counted", lambda c: numbers.interval(c.ber_2t2r)),
    ("2T2R, all that is known", "· storing +1", lambda c: numbers.interval(c.ber_2t2r_plus)),
    ("2T2R, all that is known", "· storing −1", lambda c: numbers.interval(c.ber_2t2r_minus)),
    ("2T2R, all that is known", "· undecided reads", lambda c: _undecided(c)),
    ("2T2R, all that is known", "· sampling ended by", lambda c: c.stopped or "not measured"),
    ("2T2R, all that is known", "rare-event sampling", lambda c: _estimated(c, "2t2r")),
    ("2T2R, all that is known", "extrapolated", lambda c: _extrapolated(c, "2t2r")),
    ("2T2R, all that is known", "amplifier offset, σ in ln R", lambda c: _offset(c.sense_offset)),
    ("1T1R, same amplifier, all that is known", "counted", lambda c: _counted(c, False)),
    ("1T1R, same amplifier, all that is known", "rare-event sampling", lambda c: _estimated(c, "1t1r")),
    ("1T1R, same amplifier, all that is known", "extrapolated", lambda c: _extrapolated(c, "1t1r")),
    ("1T1R, ideal comparator", "counted", lambda c: _counted(c, True)),
    ("1T1R, ideal comparator", "extrapolated", lambda c: _extrapolated(c, "1t1r", True)),
    ("Endurance", "cycles to the criterion", lambda c: _endurance(c.endurance)),
)
_GROUPS = (
    "Programming",
    "Resistance, median (σ of ln R)",
    "Bit error rate, the surest (interval)",
    "2T2R, all that is known",
    "1T1R, same amplifier, all that is known",
    "1T1R, ideal comparator",
    "Energy, whole path",
    "Energy, cell alone",
    "Read",
    "Endurance",
)
"""In their order; each has the rows of `_ROWS` first, then those of means."""
