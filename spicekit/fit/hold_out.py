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
from spicekit.fit.response import build_testbench, drawn, drawn_size
from spicekit.sampling.normals import standard_normals

_FEWEST = 5  # devices of either part; a bootstrap of fewer says nothing
_TIMES = 4  # as many simulated devices as in a round of the fit, for the tails


@dataclass(frozen=True)
class HeldOut:
    """What is said of devices that were held out, beside others of the card."""

    rows: tuple[Seen, ...]
    devices: int  # of the card, at each setting
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
        samples: devices per setting and round of the fit; four times as many are simulated, two cycles each.

    Raises:
        InputError: the circuit cannot do a setting.
    """
    tell(f"{_TIMES * samples} other devices at each condition, beside those held out")
    found: list[Seen] = []
    lost = 0
    for k, setting in enumerate(held.settings):
        bench = build_testbench(technology, setting)
        normals = standard_normals(seed, f"held out, {setting}", 0, _TIMES * samples, drawn_size(bench))
        ln, measured = drawn(bench, fit.rram, normals), arrays_of(held, k)
        simulated = {s: with_lost(ln[s], s) for s in measured}
        # two cycles that do not remember each other
        found += side_by_side(k, measured, simulated, in_a_row=False)
        lost += sum(int(np.isinf(values).sum()) for values in simulated.values())
    return HeldOut(tuple(found), _TIMES * samples, lost)
