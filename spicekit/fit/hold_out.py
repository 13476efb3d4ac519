"""Devices that the fit does not see: which they are, and other devices of the card beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spicekit.circuits.cell import Technology
from spicekit.errors import InputError
from spicekit.fit.arrays import arrays_of
from spicekit.fit.beside import Seen, side_by_side
from spicekit.fit.facts import with_lost
from spicekit.fit.fit import Fit
from spicekit.fit.measured import LEAST, Measured, describe
from spicekit.fit.response import build_testbench, drawn, drawn_size, in_a_row
from spicekit.sampling.normals import standard_normals

_FEWEST = 5  # devices of either part; a bootstrap of fewer says nothing
_TIMES = 4  # as many simulated devices as in a round of the fit, for the tails, if not for many cycles each
_IN_A_ROW = 50  # cycles simulated of each device, of all settings together
_LEAST_IN_A_ROW = 10  # with fewer nothing is said of memory


@dataclass(frozen=True)
class HeldOut:
    """What is said of devices that were held out, beside others of the card."""

    rows: tuple[Seen, ...]
    devices: int  # of the card, at each setting
    cycles: int  # of each of them; 0 if they do not follow each other
    lost: int  # resistances of those that the simulation does not give


def split(path: Path, measured: Measured, share: float, seed: int) -> tuple[Measured, Measured]:
    """Return the devices that are fitted and the `share` of whole devices that is held out, drawn by `seed`.

    Raises:
        InputError: no devices, too few, or too few resistances in either part.
    """
    if not measured.has_device:
        raise InputError(
            f"{path}: has no column `device`, which `--hold-out` needs: whole devices are held out"
        )
    labels = list(dict.fromkeys(measured.table["device"]))
    count = round(share * len(labels))
    if min(count, len(labels) - count) < _FEWEST:
        raise InputError(
            f"{path}: `--hold-out {share:g}` holds out {count} of {len(labels)} devices, expected at least {_FEWEST} "
            "held out and as many fitted: give another share, or measure more devices"
        )
    draws = standard_normals(seed, "hold out", 0, len(labels), 1)[:, 0]
    held = {labels[i] for i in np.argsort(draws)[:count]}
    away = measured.table["device"].isin(held)
    parts = []
    for part, devices in ((~away, len(labels) - count), (away, count)):
        table = measured.table[part].reset_index(drop=True)
        name = f"{measured.name}, {devices} of {len(labels)} devices"
        bounds = measured.bounds[measured.bounds["device"].isin(set(table["device"]))].reset_index(drop=True)
        parts.append(replace(measured, name=name, table=table, bounds=bounds))
    _check(path, measured, parts)
    return parts[0], parts[1]


def _check(path: Path, measured: Measured, parts: Sequence[Measured]) -> None:
    for (setting, state), _ in measured.table.groupby(["setting", "state"]):
        for part, what in zip(parts, ("fitted", "held out"), strict=True):
            rows = part.table[(part.table["setting"] == setting) & (part.table["state"] == state)]
            if len(rows) < LEAST or rows["resistance"].nunique() == 1:
                where = describe(measured.settings[int(setting)], measured.settings)  # type: ignore[arg-type]
                raise InputError(
                    f"{path}: {len(rows)} resistances of {str(state).upper()} at {where} would be {what}, expected at "
                    f"least {LEAST} that differ: give another `--hold-out` or `--seed`"
                )


def compare(
    fit: Fit,
    held: Measured,
    technology: Technology,
    samples: int,
    seed: int,
    tell: Callable[[str], None] = lambda _: None,
) -> HeldOut:
    """Simulate devices of the fitted card, and set them beside those that were held out.

    All measured values count, also those that a fit leaves out; intervals are from a bootstrap of whole devices.

    Args:
        technology: that the fit was made with.
        samples: devices per setting and round of the fit. As many are simulated over up to 50 cycles, if the cycles
            that were measured are numbered evenly; else four times as many, two cycles each that do not remember each
            other.

    Raises:
        InputError: the circuit cannot do a setting.
    """
    step, cycles = _in_a_row(held)
    devices = samples if cycles else _TIMES * samples
    tell(f"{devices} other devices at each condition, {cycles or 2} cycles each, beside those held out")
    found: list[Seen] = []
    lost = 0
    for k, setting in enumerate(held.settings):
        bench = build_testbench(technology, setting)
        if cycles:
            ln = in_a_row(bench, fit.rram, seed, devices, cycles, step)
        else:
            normals = standard_normals(seed, f"held out, {setting}", 0, devices, drawn_size(bench))
            ln = drawn(bench, fit.rram, normals)
        measured = arrays_of(held, k)
        simulated = {s: with_lost(ln[s], s) for s in measured}
        found += side_by_side(k, measured, simulated, in_a_row=cycles > 0)
        lost += sum(int(np.isinf(values).sum()) for values in simulated.values())
    return HeldOut(tuple(found), devices, cycles, lost)


def _in_a_row(held: Measured) -> tuple[float, int]:
    """Return how far the cycles that were measured are apart, and how many are simulated in a row, 0 if none."""
    numbers = np.unique(held.table["cycle"].dropna())
    steps = np.diff(numbers)
    cycles = min(len(numbers), _IN_A_ROW // len(held.settings))
    if cycles < _LEAST_IN_A_ROW or not np.allclose(steps, steps[0]):
        return 0.0, 0
    return float(steps[0]), cycles
