"""What driven oscillators say: a tongue per device and drive, and the force behind it."""

import numpy as np
import pandas as pd

from spicekit.errors import InputError
from spicekit.sampling.counts import event_share
from spicekit.studies.injection_locking.result import Detuning, Injection, InjectionPoint
from spicekit.studies.oscillators.locking import tongue
from spicekit.studies.oscillators.result import Oscillator
from spicekit.studies.oscillators.spread import over_devices

_METHOD = (
    "junction with thermal noise in SPICE under an rf current; locked: no phase slip within the record; locking range "
    "by a fit of Stratonovich's law to the beat at all detunings; coupling by least squares on the motion of the "
    "amplitude where it is not locked"
)


def analyze_injection(rows: pd.DataFrame, record: float, confidence: float) -> Oscillator | None:
    """Return the block with the injection part alone; None if no device was left."""
    kept = rows[rows["kind"].fillna("detuning") == "detuning"]  # a lost process left no kind
    if "beat" not in kept:
        return None
    found = [_point(mine, confidence) for _, mine in kept.groupby(["through", "ratio", "drive"], sort=True)]
    return Oscillator(
        injection=Injection(
            points=tuple(found),
            current=float(kept["current"].iloc[0]),
            record=record,
            status="simulated",
            method=_METHOD,
        )
    )


def _point(mine: pd.DataFrame, confidence: float) -> InjectionPoint:
    first = mine.iloc[0]
    good = mine[mine["outcome"] != "discard"]
    devices = [device for _, device in good.groupby("sample")]
    nominal = np.array([int(device["sample"].iloc[0]) == 0 for device in devices])
    table = np.array([_device(device) for device in devices]).reshape(-1, 7).T
    width, width_error, counted, size, size_error, angle, angle_error = table
    # angles of all devices on one side of the cut, wherever it lies
    middle = np.angle(np.nanmean(np.exp(1j * angle))) if np.isfinite(angle).any() else 0.0
    angle = middle + (angle - middle + np.pi) % (2 * np.pi) - np.pi
    nothing = np.full(len(devices), np.nan)
    lost = mine["sample"].nunique() - len(devices)
    return InjectionPoint(
        through=str(first["through"]),
        ratio=int(first["ratio"]),
        drive=float(first["drive"]),
        locking_range=over_devices(2 * width, 2 * width_error, nominal),
        counted_range=over_devices(2 * counted, nothing, nominal),
        coupling=over_devices(size, size_error, nominal),
        phase=over_devices(angle, angle_error, nominal),
        closed_form=float(first["expected_range"]),
        pure_phase=float(first["pure_range"]),
        detunings=tuple(_detuning(at, lost, confidence) for _, at in good.groupby("offset")),
        devices=len(devices),
        discards=lost,
    )


def _device(device: pd.DataFrame) -> list[float]:
    """Return half width and its error, counted half width, coupling and its error, its phase and error."""
    locked = device["locked"].astype(bool).to_numpy()
    try:
        found = tongue(device["detuning"].to_numpy(float), device["beat"].to_numpy(float), locked)
        widths = [found.half_width, found.error, found.counted]
    except InputError:
        widths = [np.nan] * 3  # unknown: the device counts in `detunings` alone
    force = (device["coupling_real"] + 1j * device["coupling_imag"]).to_numpy(complex)[~locked]
    if len(force) < 2:
        return [*widths, *[np.nan] * 4]
    mean = force.mean()
    along = (force - mean) * np.exp(-1j * np.angle(mean))
    error = np.array([along.real.std(ddof=1), along.imag.std(ddof=1)]) / len(force) ** 0.5
    return [*widths, abs(mean), error[0], float(np.angle(mean)), error[1] / abs(mean)]


def _detuning(at: pd.DataFrame, lost: int, confidence: float) -> Detuning:
    locked = int(at["locked"].astype(bool).sum())
    return Detuning(
        offset=float(at["offset"].iloc[0]),
        frequency=float(at["detuning"].mean()),
        locked=event_share(
            len(at) + lost, locked, lost, "devices without a slip, Clopper-Pearson", confidence
        ),
        beat=float(at["beat"].abs().mean()),
    )
