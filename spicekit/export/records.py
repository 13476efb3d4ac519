"""What a run says to a system model, as one flat list: every value with its condition, key, unit and origin."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from spicekit.export.studies import study_units, study_values
from spicekit.run_folder import RunFolder
from spicekit.statistics import Cell, Condition, Distribution, Statistics, best_rate, known_rates

GRID_Z: np.ndarray = np.arange(-16, 17) / 4  # standard deviations; ln R of a log-normal law is linear in it
GRID_PROBABILITY: np.ndarray = np.asarray(ndtr(GRID_Z))
MOMENTS = {
    "energy_set": "J", "energy_reset": "J", "energy_pair": "J", "energy_set_cell": "J", "energy_reset_cell": "J",
    "energy_read": "J", "read_delay": "s", "set_current": "A",
}  # fmt: skip
SETTINGS = {"set_compliance": "A", "reset_voltage": "V", "pulse_width": "s"}
COUNTED = ("ber_1t1r", "ber_2t2r")
EXTRAPOLATED = ("ber_1t1r_lognormal", "ber_2t2r_lognormal")
ESTIMATED = ("ber_1t1r_estimated", "ber_2t2r_estimated")
PREFERRED = ("ber_1t1r_preferred", "ber_2t2r_preferred")
_CELLS: tuple[Cell, ...] = ("1t1r", "2t2r")
_INTERVAL = ("low", "best", "high", "confidence")
_SEEN = ("samples", "errors", "discards")


@dataclass(frozen=True)
class Record:
    """One number. `at` is the argument where the key is a table: a probability, cycles, a study's point; or None."""

    condition: str  # empty for a study
    key: str
    at: float | None
    value: float
    unit: str
    origin: str  # "setting", "simulated", "counted: …", "estimated: …", "extrapolated: …", "fitted", "assumed ageing"


def units() -> dict[str, str]:
    """Return the unit of every key that an export may hold, and of what tables run over."""
    table = dict(SETTINGS)
    for state in ("lrs", "hrs"):
        table |= {f"{state}.median": "Ohm", f"{state}.sigma_ln": "1", f"{state}.quantile": "Ohm"}
        table |= {f"{state}.ln_r_sampled": "ln(Ohm)", f"{state}.ln_r_lognormal": "ln(Ohm)"}
    for key in (*COUNTED, *EXTRAPOLATED, *ESTIMATED, *PREFERRED):
        table |= {f"{key}.{field}": "1" for field in _INTERVAL}
    for key in (*COUNTED, *ESTIMATED):
        table |= {f"{key}.{field}": "1" for field in _SEEN}
    for key, unit in MOMENTS.items():
        table |= {f"{key}.mean": unit, f"{key}.std": unit}
    table |= {
        "sense_offset.sigma_ln": "1",
        "sense_offset.standard_error": "1",
        "undecided": "1",
        "endurance.criterion": "1",
        "endurance.cycles": "cycles",
        "endurance.ber_2t2r": "1",
    }
    return table | study_units()


def arguments() -> dict[str, str]:
    """Return what each table key runs over; all other keys are single numbers."""
    tables = {f"{state}.{name}": "probability" for state in ("lrs", "hrs")
              for name in ("quantile", "ln_r_sampled", "ln_r_lognormal")}  # fmt: skip
    return tables | {"endurance.ber_2t2r": "cycles"} | dict.fromkeys(study_units(), "point")


def records(run: RunFolder) -> list[Record]:
    """Return all records of a run, condition by condition, then the studies; what was not measured is absent.

    Raises:
        InputError: no statistics, or a damaged sample file.
    """
    statistics = run.statistics()
    samples = run.samples() if any(run.samples_folder.glob("*.parquet")) else None
    unit = units()
    conditions = [
        Record(condition.name, key, at, float(value), unit[key], origin)
        for condition in statistics.conditions
        for key, at, value, origin in _values(condition, samples)
        if value is not None
    ]
    studies = [Record("", key, float(number), value, unit[key], "simulated")
               for key, number, value in study_values(statistics)]  # fmt: skip
    return conditions + studies


def names(statistics: Statistics) -> list[str]:
    """Return the conditions in the order of the experiment."""
    return [condition.name for condition in statistics.conditions]


_Value = tuple[str, float | None, float | None, str]


def _values(condition: Condition, samples: pd.DataFrame | None) -> Iterator[_Value]:
    for key in SETTINGS:
        yield key, None, getattr(condition, key), "setting"
    for state in ("lrs", "hrs"):
        law: Distribution | None = getattr(condition, state)
        if law:
            yield from _law(state, law, _resistances(samples, condition.name, state))
    for cell in _CELLS:
        yield from _rates(condition, cell)
    for key in MOMENTS:
        block = getattr(condition, key)
        if block:
            yield f"{key}.mean", None, block.mean, "simulated"
            yield f"{key}.std", None, block.std, "simulated"
    if condition.sense_offset:
        yield "sense_offset.sigma_ln", None, condition.sense_offset.sigma_ln, "fitted"
        yield "sense_offset.standard_error", None, condition.sense_offset.standard_error, "fitted"
    yield "undecided", None, condition.undecided, "counted"
    endurance = condition.endurance
    if endurance:
        origin = f"{endurance.status} ageing"
        yield "endurance.criterion", None, endurance.criterion, "setting"
        yield "endurance.cycles", None, endurance.cycles, origin
        for cycles, ber in endurance.curve:
            yield "endurance.ber_2t2r", cycles, ber, origin


def _rates(condition: Condition, cell: Cell) -> Iterator[_Value]:
    """Yield all rates of a cell. An estimate that is not agreed on is no result, and is left out.

    Preferred is the surest result of a read by the sense amplifier: a rate with an ideal comparator never is.
    """
    name = f"ber_{cell}"
    counted, law = getattr(condition, name), getattr(condition, f"{name}_lognormal")
    known, best = known_rates(condition, cell), best_rate(condition, cell)
    estimated = next((one.rate for one in known if one.how == "estimated" and one.result), None)
    preferred = (best.how, best.rate) if best and best.result else ("", None)
    for key, (kind, block), fields in (
        (name, ("counted", counted), (*_INTERVAL, *_SEEN)),
        (f"{name}_estimated", ("estimated", estimated), (*_INTERVAL, *_SEEN)),
        (f"{name}_lognormal", ("extrapolated", law), _INTERVAL),
        (f"{name}_preferred", preferred, _INTERVAL),
    ):
        if block:
            origin = block.method if block.method.startswith(kind) else f"{kind}: {block.method}"
            for field in fields:
                yield f"{key}.{field}", None, getattr(block, field), origin


def _law(state: str, law: Distribution, values: np.ndarray) -> Iterator[_Value]:
    yield f"{state}.median", None, law.median, "simulated"
    yield f"{state}.sigma_ln", None, law.sigma_ln, "simulated"
    quantiles = sorted((float(probability), value) for probability, value in law.quantiles.items())
    for probability, value in quantiles:
        yield f"{state}.quantile", probability, value, "simulated"
    if len(values) > 1:
        z = ndtri((np.arange(len(values)) + 0.5) / len(values))
        origin = "simulated: samples"
    else:
        z = np.array([float(ndtri(probability)) for probability, _ in quantiles])
        values = np.array([value for _, value in quantiles])
        origin = "simulated: quantiles"
    # beyond the outermost sample nothing was seen, so the sampled table ends there
    inside = [(float(p), float(g)) for p, g in zip(GRID_PROBABILITY, GRID_Z, strict=True)
              if len(z) > 1 and z[0] <= g <= z[-1]]  # fmt: skip
    for probability, place in inside:
        yield f"{state}.ln_r_sampled", probability, float(np.interp(place, z, np.log(values))), origin
    for probability, place in zip(GRID_PROBABILITY, GRID_Z, strict=True):
        yield (
            f"{state}.ln_r_lognormal",
            float(probability),
            np.log(law.median) + law.sigma_ln * place,
            "fitted",
        )


def _resistances(samples: pd.DataFrame | None, condition: str, state: str) -> np.ndarray:
    """Return the sorted resistances [Ohm] of fresh, kept chains, empty if there are none."""
    if samples is None:
        return np.array([])
    mask = (
        (np.asarray(samples["condition"], dtype=object) == condition)
        & (np.asarray(samples["cycles"], dtype=float) == 0)
        & (np.asarray(samples["outcome"], dtype=object) != "discard")
    )
    values = np.asarray(samples[state], dtype=float)[mask]
    return np.sort(values[np.isfinite(values) & (values > 0)])
