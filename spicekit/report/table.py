"""The table of a run: one row per condition, the unit in each column's name."""

import io
from pathlib import Path

import pandas as pd

from spicekit.report import numbers
from spicekit.run_folder import write_text
from spicekit.statistics import Condition, Statistics, outcome_of

SETTINGS = (("set_compliance", "A"), ("reset_voltage", "V"), ("pulse_width", "s"))
COUNTED = ("ber_1t1r", "ber_2t2r")
ESTIMATED = ("ber_1t1r_estimated", "ber_2t2r_estimated")
EXTRAPOLATED = ("ber_1t1r_lognormal", "ber_2t2r_lognormal")
MOMENTS = (
    ("energy_set", "J"), ("energy_reset", "J"), ("energy_pair", "J"), ("energy_set_cell", "J"),
    ("energy_reset_cell", "J"), ("energy_read", "J"), ("read_delay", "s"), ("set_current", "A"),
)  # fmt: skip


def summary_table(statistics: Statistics) -> pd.DataFrame:
    """Return one row per condition, in SI units; a value that was not measured is missing, never zero.

    `ber_*_best` is missing where no error was seen, and `ber_*_text` then reads as the bound ``< 3.7e-3``.
    Columns `*_lognormal_extrapolated_*` are closed forms of fitted laws, not counts. Columns `*_estimated_*` are
    rare-event estimates, results only where `*_estimated_outcome` is "agreed".
    """
    table = pd.DataFrame([_row(condition) for condition in statistics.conditions])
    whole = [
        name
        for name in table
        if str(name).endswith(("_samples", "_errors", "_discards", "_runs", "undecided"))
    ]
    return table.astype(dict.fromkeys(whole, "Int64"))


def write_table_csv(statistics: Statistics, path: Path) -> None:
    """Write `summary_table` as CSV: shortest exact floats, no times, so equal statistics give equal bytes."""
    write_text(path, table_csv(statistics))


def table_csv(statistics: Statistics) -> str:
    """Return `summary_table` as CSV."""
    text = io.StringIO()
    summary_table(statistics).to_csv(text, index=False, lineterminator="\n")
    return text.getvalue()


def _row(condition: Condition) -> dict[str, object]:
    row: dict[str, object] = {"condition": condition.name}
    for key, unit in SETTINGS:
        row[f"{key}_{unit}"] = getattr(condition, key)
    for state in ("lrs", "hrs"):
        law = getattr(condition, state)
        row[f"{state}_median_Ohm"] = law.median if law else None
        row[f"{state}_sigma_ln"] = law.sigma_ln if law else None
    for key in (*COUNTED, *EXTRAPOLATED, *ESTIMATED):
        block = getattr(condition, key)
        name = f"{key}_extrapolated" if key in EXTRAPOLATED else key
        for field in ("low", "best", "high", "confidence"):
            row[f"{name}_{field}"] = getattr(block, field) if block else None
        if key in COUNTED:
            for field in ("samples", "errors", "discards"):
                row[f"{name}_{field}"] = getattr(block, field) if block else None
        if key in ESTIMATED:
            cell = key.split("_")[1]
            own = [estimate.runs for estimate in condition.estimates if estimate.cell == cell]
            row[f"{name}_runs"] = sum(own) if own else None
            row[f"{name}_outcome"] = outcome_of(condition.estimates, cell)
        row[f"{name}_text"] = numbers.probability(block) if block else None
    row["reference_Ohm"] = condition.reference
    for key, unit in MOMENTS:
        block = getattr(condition, key)
        row[f"{key}_mean_{unit}"] = block.mean if block else None
        row[f"{key}_std_{unit}"] = block.std if block else None
    row["undecided"] = condition.undecided
    endurance = condition.endurance
    row["endurance_criterion"] = endurance.criterion if endurance else None
    row["endurance_cycles"] = endurance.cycles if endurance else None
    row["endurance_text"] = f"{numbers.cyclability(endurance)} ({endurance.status})" if endurance else None
    return row
