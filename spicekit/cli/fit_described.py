"""What `spicekit fit --describe` says: measured resistances by themselves, without a model."""

import numpy as np

from spicekit.cli.fit_text import interval, resistances
from spicekit.fit.arrays import arrays_of
from spicekit.fit.facts import (
    BETWEEN,
    LAG,
    SIGMA,
    SIGMA_G,
    WITHIN,
    Facts,
    of_errors,
    of_measured,
    of_pairs,
)
from spicekit.fit.measured import STATES, Measured, describe
from spicekit.report.plots_fit import Compared

_WHOLE = 4  # settings that are shown with all that is said of them; more stand in a table, a line each
_IN_LINE = {"median": 10, SIGMA: 15, WITHIN: 16, BETWEEN: 17, LAG: 7, SIGMA_G: 13}  # and their widths
_MEANINGS = {
    "error rate": "of one device, read against the threshold that is best for all",
    "of a pair": "LRS of one device above HRS of another, read without any error of the amplifier",
    "in worst 5 %": "share of the errors that the worst 5 % of all pairs have",
    "pairs without": "share of all pairs that have no error in these cycles",
}


def show(data: Measured) -> None:
    """Print it."""
    told = [(data.has_device, "device", "devices"), (data.has_cycle, "cycle", "cycles")]
    counts = [f"{data.table[column].nunique():,} {what}" for there, column, what in told if there]
    print(", ".join([f"{data.name}: {len(data.table):,} resistances", *counts]))
    if len(data.settings) > _WHOLE:
        _show_lines(data)
    else:
        for k in range(len(data.settings)):
            _show_setting(data, k)
    if len(data.bounds):
        print(
            f"note: {len(data.bounds):,} rows are bounds: they count in quantiles; where some are, no spread is said"
        )
    for note in data.notes:
        print(f"note: {note}")


def curves(data: Measured) -> list[Compared]:
    """Return what a picture shows."""
    found = [
        Compared(state, describe(setting, data.settings), values, values[:0])
        for state in STATES
        for k, setting in enumerate(data.settings)
        if len(values := resistances(data, state, k))
    ]
    step = -(-len({one.label for one in found}) // _WHOLE)  # more curves would cover each other
    labels = list(dict.fromkeys(one.label for one in found))[::step]
    return [one for one in found if one.label in labels]


def _show_setting(data: Measured, setting: int) -> None:
    arrays = arrays_of(data, setting)
    facts = {state: of_measured(values, in_order=data.has_cycle) for state, values in arrays.items()}
    print(f"\n{describe(data.settings[setting], data.settings) or 'conditions are not stated'}")
    print(" " * 18 + "".join(f"{state.upper() + ' (95 % interval)':>34}" for state in arrays))
    for what in next(iter(facts.values())):
        print(f"  {what:16}" + "".join(f"{interval(what, one[what]):>34}" for one in facts.values()))
    if len(arrays) == len(STATES):
        rates = of_errors(arrays["lrs"], arrays["hrs"])
        if data.has_cycle and len(arrays["lrs"]) > 1:
            rates |= of_pairs(arrays["lrs"], arrays["hrs"])
        for what, found in rates.items():
            print(f"  {what:16}{interval(what, found):>34}   {_MEANINGS[what]}")


def _show_lines(data: Measured) -> None:
    print("\n" + "".join(f"{what:>{width}}" for what, width in {"count": 10, **_IN_LINE}.items()))
    for k, setting in enumerate(data.settings):
        for state, values in arrays_of(data, k).items():
            facts = of_measured(values, in_order=data.has_cycle)
            count = int(np.isfinite(values).sum())
            cells = "".join(f"{_value(what, facts):>{width}}" for what, width in _IN_LINE.items())
            print(f"{state.upper():4}{count:6,}{cells}   {describe(setting, data.settings)}")


def _value(what: str, facts: Facts) -> str:
    found = facts.get(what)
    return interval(what, found).partition(" (")[0] if found else "-"
