"""The table of a run: one row per condition, the unit in each column's name."""

import io
from pathlib import Path

import pandas as pd

from spicekit.page import numbers
from spicekit.report.estimated import estimated
from spicekit.run_folder import write_text
from spicekit.statistics import Cell, Condition, Moments, Statistics, best_rate, known_rates
from spicekit.statistics.declared import block_of, unit_of

_COUNTED = ("ber_1t1r", "ber_2t2r")
_ESTIMATED = ("ber_1t1r_estimated", "ber_2t2r_estimated")
_EXTRAPOLATED = ("ber_1t1r_lognormal", "ber_2t2r_lognormal")
_CELLS: tuple[Cell, ...] = ("1t1r", "2t2r")
_SETTINGS = ("set_compliance", "reset_voltage", "pulse_width")


def summary_table(statistics: Statistics) -> pd.DataFrame:
    """Return one row per condition, in SI units; a value that was not measured is missing, never zero.

    With a grid each of its points has such rows, too, and the column `grid` names it; it is empty for the experiment
    itself.

    `ber_*_best` is missing where no error was seen, and `ber_*_text` then reads as the bound ``< 3.7e-3``.
    Columns `ber_*_surest_*` are to be compared: of each cell the surest rate, read by the sense amplifier, with what it
    is from and why it is no result if it is none. Counts `ber_1t1r_*` and `ber_1t1r_lognormal_*` of a run have an ideal
    comparator instead. Columns `*_lognormal_extrapolated_*` are closed forms of fitted laws, not counts. Columns
    `*_estimated_*` are rare-event estimates, results only where `*_estimated_outcome` is "agreed".
    """
    places = {"": statistics.conditions, **{point.name: point.conditions for point in statistics.grid}}
    rows = [(place, _row(condition)) for place, conditions in places.items() for condition in conditions]
    table = pd.DataFrame([row for _, row in rows])
    if rows and statistics.grid:
        table.insert(1, "grid", [place for place, _ in rows])
    whole = [
        name
        for name in table
        if str(name).endswith(("_samples", "_errors", "_discards", "_runs", "undecided"))
    ]
    return table.astype(dict.fromkeys(whole, "Int64"))


def write_table_csv(statistics: Statistics, path: Path) -> None:
    """Write `summary_table` as CSV: shortest exact floats, no times, so equal statistics give equal bytes.

    A run without conditions has no such table, and no file of it is left.
    """
    if statistics.conditions:
        write_text(path, table_csv(statistics))
    else:
        path.unlink(missing_ok=True)


def table_csv(statistics: Statistics) -> str:
    """Return `summary_table` as CSV."""
    text = io.StringIO()
    summary_table(statistics).to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


def _row(condition: Condition) -> dict[str, object]:
    row: dict[str, object] = {"condition": condition.name}
    for key in _SETTINGS:
        row[f"{key}_{_unit(key)}"] = getattr(condition, key)
    for state in ("lrs", "hrs"):
        law = getattr(condition, state)
        row[f"{state}_median_Ohm"] = law.median if law else None
        row[f"{state}_sigma_ln"] = law.sigma_ln if law else None
    for cell in _CELLS:
        known = best_rate(condition, cell)
        for field in ("low", "best", "high"):
            row[f"ber_{cell}_surest_{field}"] = getattr(known.rate, field) if known else None
        row[f"ber_{cell}_surest_from"] = known.how if known else None
        row[f"ber_{cell}_surest_doubt"] = (known.doubt or None) if known else None
        row[f"ber_{cell}_surest_text"] = numbers.surest(known) if known else None
    for key in (*_COUNTED, *_EXTRAPOLATED, *_ESTIMATED):
        block = getattr(condition, key)
        name = f"{key}_extrapolated" if key in _EXTRAPOLATED else key
        for field in ("low", "best", "high", "confidence"):
            row[f"{name}_{field}"] = getattr(block, field) if block else None
        if key in _COUNTED:
            for field in ("samples", "errors", "discards"):
                row[f"{name}_{field}"] = getattr(block, field) if block else None
        if key in _ESTIMATED:
            cell: Cell = "1t1r" if "1t1r" in key else "2t2r"
            own = [estimate.runs for estimate in condition.estimates if estimate.cell == cell]
            row[f"{name}_runs"] = sum(own) if own else None
            row[f"{name}_outcome"] = one.outcome if (one := estimated(condition, cell)) else None
        row[f"{name}_text"] = _text(condition, key)
    row["reference_Ohm"] = condition.reference
    for key, field in Condition.model_fields.items():
        if block_of(field) is Moments:
            block = getattr(condition, key)
            row[f"{key}_mean_{_unit(key)}"] = block.mean if block else None
            row[f"{key}_std_{_unit(key)}"] = block.std if block else None
    row["undecided"] = condition.undecided
    endurance = condition.endurance
    row["endurance_criterion"] = endurance.criterion if endurance else None
    row["endurance_cycles"] = endurance.cycles if endurance else None
    row["endurance_text"] = f"{numbers.cyclability(endurance)} ({endurance.status})" if endurance else None
    return row


def _unit(key: str) -> str:
    return unit_of(Condition.model_fields[key])


def _text(condition: Condition, key: str) -> str | None:
    block = getattr(condition, key)
    if block is None or key not in _EXTRAPOLATED:
        return numbers.probability(block) if block else None
    cell: Cell = "1t1r" if "1t1r" in key else "2t2r"
    laws = (
        one for ideal in (False, True) for one in known_rates(condition, cell, ideal) if one.rate is block
    )
    return numbers.extrapolated(next(laws, None))
