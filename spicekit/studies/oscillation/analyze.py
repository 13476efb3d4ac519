"""What free oscillators say: points with spread over devices, and the laws of each device with their spread."""

import numpy as np
import pandas as pd

from spicekit.models.auto_oscillator import AutoOscillator
from spicekit.studies.oscillation.laws import Behaviour, Laws, fit_laws
from spicekit.studies.oscillation.result import ClosedForm, OscillationPoint, OscillatorLaws
from spicekit.studies.oscillators.result import Oscillator
from spicekit.studies.oscillators.spread import Spread, over_devices

_METHOD = (
    "junction with thermal noise in SPICE; power, relaxation, nonlinearity, noise and one linewidth from how power and "
    "phase fluctuate, the other linewidth from a Lorentzian fitted to the Welch spectrum of the junction's voltage; "
    "laws fitted to each device, errors by jackknife over blocks, spread over drawn devices without their errors"
)
_LAWS = ("frequency", "field_sensitivity", "frequency_shift", "damping", "damping_growth", "spin_torque", "threshold",
         "thermal_power")  # fmt: skip


def analyze_oscillation(rows: pd.DataFrame, record: float, resolution: float) -> Oscillator | None:
    """Return the block of free oscillators; None if nothing oscillated."""
    devices = rows[rows["kind"].fillna("device") == "device"]  # a lost process left no kind
    if "oscillates" not in devices or not devices["oscillates"].fillna(False).astype(bool).any():
        return None
    found = tuple(
        _point(mine) for _, mine in devices.groupby(["flux_density", "current"], sort=True) if len(mine)
    )
    fitted = _laws(devices)
    return Oscillator(
        device=str(devices["device"].iloc[0]),
        temperature=float(devices["temperature"].iloc[0]),
        points=found,
        laws=None if fitted is None else _with_residuals(fitted, found),
        resolution=resolution,
        record=record,
        status="simulated",
        method=_METHOD,
    )


def _point(mine: pd.DataFrame) -> OscillationPoint:
    first = mine.iloc[0]
    good = mine[mine["outcome"] != "discard"]
    nominal = (good["sample"] == 0).to_numpy()
    above, resolved = good["oscillates"].astype(bool), good["resolved"].astype(bool)

    def spread(column: str, only: pd.Series) -> Spread | None:
        if column not in good:
            return None
        errors = good[f"{column}_error"] if f"{column}_error" in good else good[column] * np.nan
        values = good[column].astype(float).where(only)
        return over_devices(values.to_numpy(), errors.to_numpy(float), nominal)

    # below threshold the phase says nothing, the line does
    frequency = spread("frequency", above) if above.any() else spread("line_frequency", resolved)
    return OscillationPoint(
        current=float(first["current"]),
        flux_density=float(first["flux_density"]),
        frequency=frequency,
        power=spread("power", above),
        relaxation_rate=spread("relaxation", above),
        nonlinearity=spread("nonlinearity", above),
        noise=spread("noise", above),
        # a mean without the narrowest lines would be too wide: none is said then
        linewidth=spread("line_width", resolved) if resolved.all() else None,
        linewidth_phase=spread("linewidth", above),
        voltage=spread("voltage", above),
        resistance=spread("resistance", good["resistance"] > 0),
        closed_form=_closed_form(first),
        devices=len(good),
        below_threshold=int((~above).sum()),
        unresolved=int((~resolved).sum()),
        discards=len(mine) - len(good),
    )


def _closed_form(labels: pd.Series) -> ClosedForm | None:
    if not labels["expected_power"] > 0:
        return None
    names = {"frequency": "frequency", "power": "power", "linewidth": "linewidth", "relaxation_rate": "relaxation",
             "nonlinearity": "nonlinearity"}  # fmt: skip
    return ClosedForm(**{name: float(labels[f"expected_{column}"]) for name, column in names.items()})


def _laws(devices: pd.DataFrame) -> OscillatorLaws | None:
    fitted: dict[int, Laws] = {}
    emission: dict[int, float] = {}
    for number, mine in devices.groupby("sample"):
        good = mine[(mine["outcome"] != "discard") & mine["oscillates"].fillna(False).astype(bool)]
        laws = fit_laws(_behaviour(good))
        if laws is not None:
            fitted[int(str(number))] = laws
            emission[int(str(number))] = float(
                (good["voltage"] / good["current"] / good["power"] ** 0.5).mean()
            )
    if not fitted:
        return None  # fewer than three currents at which a device oscillates
    nominal = np.array([number == 0 for number in fitted])
    spreads = {
        name: over_devices(
            np.array([getattr(laws, name) for laws in fitted.values()]),
            np.array([laws.errors[name] for laws in fitted.values()]),
            nominal,
        )
        for name in _LAWS
    }
    if any(spreads[name] is None for name in _LAWS if name != "field_sensitivity"):
        return None
    swing = np.array(list(emission.values()))
    return OscillatorLaws(**spreads, emission=over_devices(swing, swing * np.nan, nominal), worst_residual={})


def _behaviour(good: pd.DataFrame) -> Behaviour:
    # the mean of p is p0 up to the square of its relative fluctuations: near threshold that is the larger error
    bias = good["power"] * (good["power_std"] / good["power"]) ** 2
    columns = {
        "power_error": np.hypot(good["power_error"], bias),
        **{name: good[name] for name in ("current", "flux_density", "frequency", "frequency_error", "power",
                                         "relaxation", "relaxation_error", "noise", "noise_error")},
    }  # fmt: skip
    return Behaviour(**{name: np.asarray(column, float) for name, column in columns.items()})


def _with_residuals(laws: OscillatorLaws, found: tuple[OscillationPoint, ...]) -> OscillatorLaws:
    """Return the laws with the largest relative difference between the mean points and the mean device."""
    worst = dict.fromkeys(("frequency", "power", "relaxation_rate", "linewidth_phase"), 0.0)
    for point in found:
        expected = expected_at(laws, point.current, point.flux_density)
        for name in worst:
            spread: Spread | None = getattr(point, name)
            if spread is not None and name in expected:
                worst[name] = max(worst[name], abs(spread.mean.value / expected[name] - 1))
    return laws.model_copy(update={"worst_residual": worst})


def expected_at(laws: OscillatorLaws, current: float, flux_density: float) -> dict[str, float]:
    """Return what the mean laws give at a current [A] and flux density [T]; empty below threshold."""
    oscillator: AutoOscillator = laws.oscillator()
    if not oscillator.power(current) > 0:
        return {}
    slope = laws.field_sensitivity.mean.value if laws.field_sensitivity else 0.0
    return {
        "frequency": oscillator.oscillation_frequency(current) + slope * flux_density,
        "power": oscillator.power(current),
        "relaxation_rate": oscillator.relaxation_rate(current),
        "linewidth_phase": oscillator.linewidth(current),
    }
