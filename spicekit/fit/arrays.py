"""Measured rows as arrays: devices by cycles."""

import numpy as np
import pandas as pd

from spicekit.fit.measured import STATES, Measured


def arrays_of(measured: Measured, setting: int) -> dict[str, np.ndarray]:
    """Return ln R (devices, cycles) by state at a setting; NaN where a device was not measured.

    Where a resistance is only known to lie beyond a bound it is infinite, on that side.

    Both states have the same devices and cycles, in their order in the file and in number. Without a cycle number
    columns are repeats of a device; without devices one device is measured over cycles, or many once.
    """
    rows = pd.concat([measured.table.assign(censored=""), measured.bounds])
    table = rows[rows["setting"] == setting]
    states = [state for state in STATES if (table["state"] == state).any()]
    told = measured.has_device or measured.has_cycle
    labels = table["device"] if told else table.groupby("state").cumcount()
    device = {label: i for i, label in enumerate(dict.fromkeys(labels))}
    if measured.has_cycle:
        columns = table["cycle"]
    else:
        columns = table.assign(device=labels).groupby(["state", "device"]).cumcount()
    numbers, place = np.unique(columns, return_inverse=True)
    row = labels.map(device).to_numpy()
    ln = np.log(table["resistance"].to_numpy())
    ln[table["censored"] == "above"], ln[table["censored"] == "below"] = np.inf, -np.inf
    found = {}
    for state in states:
        here = (table["state"] == state).to_numpy()
        found[state] = np.full((len(device), len(numbers)), np.nan)
        found[state][row[here], place[here]] = ln[here]
    return found
