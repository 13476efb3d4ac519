"""The table of a run: one row per condition, the unit in each column's name."""

import io
from pathlib import Path

import pandas as pd

from spicekit.report import numbers
from spicekit.run_folder import write_text
from spicekit.statistics import Condition, Statistics

SETTINGS = (("set_compliance", "A"), ("reset_voltage", "V"), ("pulse_width", "s"))
COUNTED = ("ber_1t1r", "ber_2t2r")
EXTRAPOLATED = ("ber_1t1r_lognormal", "ber_2t2r_lognormal")
MOMENTS = (
    ("energy_set", "J"), ("energy_reset", "J"), ("energy_pair", "J"), ("energy_set_cell", "J"),
    ("energy_reset_cell", "J"), ("energy_read", "J"), ("read_delay", "s"), ("set_current", "A"),
)  # fmt: skip


def summary_table(statistics: Statistics) -> pd.DataFrame:
    """Return one row per condition, in SI units; a value that was not measured is missing, never zero.

    `ber_*_best` is missing where no error was seen, and `ber_*_text` then reads as the bound ``< 3.7e-3``.
    Columns `*_lognormal_extrapolated_*` are closed forms of fitted laws, not counts.
    """
    table = pd.DataFrame([_row(condition) for condition in statistics.conditions])
    whole = [name for name in table if str(name).endswith(("_samples", "_errors", "_discards", "undecided"))]
    return table.astype(dict.fromkeys(whole, "Int64"))


def write_table_csv(statistics: Statistics, path: Path) -> None:
    """Write `summary_table` as CSV: shortest exact floats, no times, so equal statistics give equal bytes."""
    text = io.StringIO()
    summary_table(statistics).to_csv(text, index=False, lineterminator="\n")
    write_text(path, text.getvalue())


def _row(condition: Condition) -> dict[str, object]:
    row: dict[str, object] = {"condition": condition.name}
    for key, unit in SETTINGS:
        row[f"{key}_{unit}"] = getattr(condition, key)
    for state in ("lrs", "hrs"):
        law = getattr(condition, state)
        row[f"{state}_median_Ohm"] = law.median if law else None
        row[f"{state}_sigma_ln"] = law.sigma_ln if law else None
    for key in (*COUNTED, *EXTRAPOLATED):
        block = getattr(condition, key)
        name = f"{key}_extrapolated" if key in EXTRAPOLATED else key
        for field in ("low", "best", "high", "confidence"):
            row[f"{name}_{field}"] = getattr(block, field) if block else None
        if key in COUNTED:
            for field in ("samples", "errors", "discards"):
                row[f"{name}_{field}"] = getattr(block, field) if block else None
        row[f"{name}_text"] = numbers.probability(block) if block else None
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
