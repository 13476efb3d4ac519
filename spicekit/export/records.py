"""What a run says to a system model, as one flat list: every value with its condition, key, unit and origin."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from spicekit.registry import results
from spicekit.run_folder import GRID, MEMORY, RunFolder, of_experiment, placed
from spicekit.statistics import (
    Cell,
    Condition,
    Distribution,
    Endurance,
    GridPoint,
    Number,
    best_rate,
    known_rates,
    numbers,
)

GRID_Z: np.ndarray = np.arange(-16, 17) / 4  # standard deviations; ln R of a log-normal law is linear in it
GRID_PROBABILITY: np.ndarray = np.asarray(ndtr(GRID_Z))
_CELLS: tuple[Cell, ...] = ("1t1r", "2t2r")
_INTERVAL = ("low", "best", "high", "confidence")
_SEEN = ("samples", "errors", "discards")


@dataclass(frozen=True)
class Record:
    """One number, or one text."""

    condition: str  # empty for a study
    key: str
    at: float | None  # where the key is a table: a probability, cycles, the place in a list; else None
    over: str  # what `at` is: "probability", "cycles", "point"; empty where there is no table
    value: float | str
    unit: str
    origin: str  # "setting", "simulated", "counted: …", "estimated: …", "extrapolated: …", "fitted", "assumed ageing"
    among: str = ""  # of a study: keys with the same `among` run over the same points


def records(run: RunFolder) -> list[Record]:
    """Return all records of a run, condition by condition, then the studies, then the same at each point of its grid.

    What was not measured is absent. At a point of the grid a condition is called ``POINT~CONDITION``.

    Raises:
        InputError: no statistics, or a damaged sample file.
    """
    statistics = run.statistics()
    samples = run.samples() if run.stored(MEMORY) is not None else None
    own = None if samples is None else of_experiment(samples)
    found = _of_conditions(statistics.conditions, own)
    found += [_record("", one) for key, block in statistics.studies.items() for one in numbers(block, key)]
    for point in statistics.grid:
        found += _of_point(point, samples)
    return found


def _of_conditions(conditions: tuple[Condition, ...], samples: pd.DataFrame | None) -> list[Record]:
    return [
        record
        for condition in conditions
        for record in _of_condition(condition, samples)
        if record.value is not None
    ]


def _of_point(point: GridPoint, samples: pd.DataFrame | None) -> list[Record]:
    """Return what is known at a point of the grid; its settings stand under its name alone."""
    settings = {"temperature": "K", "supply": "V"}
    found = [
        Record(point.name, f"grid.{key}", None, "", getattr(point, key), unit, "setting")
        for key, unit in settings.items()
    ]
    found += [
        Record(point.name, f"grid.{key}", None, "", value, "", "setting")
        for key, value in {
            "process": point.process,
            **({"memory": point.memory} if point.memory else {}),
            **point.parameters,
        }.items()
    ]
    if samples is not None and GRID in samples:
        mine = samples[samples[GRID] == point.name]
        samples = mine.assign(condition=[placed(point.name, name) for name in mine["condition"]])
    renamed = (c.model_copy(update={"name": placed(point.name, c.name)}) for c in point.conditions)
    found += _of_conditions(tuple(renamed), samples)
    for key, block in point.studies.items():
        if key in results():
            for number in numbers(results()[key].model_validate(block), key):
                found.append(_record(point.name, number))
    return found


def _record(condition: str, number: Number) -> Record:
    over = "" if number.at is None else "point"
    value = number.value if isinstance(number.value, str) else float(number.value)
    return Record(condition, number.key, number.at, over, value, number.unit, number.origin, number.among)


def _of_condition(condition: Condition, samples: pd.DataFrame | None) -> Iterator[Record]:
    """Yield all numbers of a condition; those that are tables or rates have keys of their own."""
    name = condition.name
    for number in numbers(condition):
        block = number.key.partition(".")[0]
        if (
            block not in ("name", "endurance")
            and not block.startswith("ber_")
            and ".quantiles." not in number.key
        ):
            yield _record(name, number)
    for state in ("lrs", "hrs"):
        law: Distribution | None = getattr(condition, state)
        if law:
            yield from _law(name, state, law, _resistances(samples, name, state))
    for cell in _CELLS:
        yield from _rates(condition, cell)
    if condition.endurance:
        yield from _endurance(name, condition.endurance)


def _endurance(name: str, endurance: Endurance) -> Iterator[Record]:
    origin = f"{endurance.status} ageing"
    yield Record(name, "endurance.criterion", None, "", endurance.criterion, "1", "setting")
    for key in ("cycles", "cycles_low", "cycles_high"):
        if (value := getattr(endurance, key)) is not None:
            yield Record(name, f"endurance.{key}", None, "", value, "cycles", origin)
    tables = {
        "ber_2t2r": endurance.curve,
        "low": [(cycles, low) for cycles, low, _ in endurance.interval],
        "high": [(cycles, high) for cycles, _, high in endurance.interval],
        **{key: [(row[0], row[place]) for row in endurance.counted] for place, key in enumerate(_SEEN, 1)},
    }
    for key, table in tables.items():
        for cycles, value in table:
            yield Record(name, f"endurance.{key}", cycles, "cycles", float(value), "1", origin)


def _rates(condition: Condition, cell: Cell) -> Iterator[Record]:
    """Yield all rates of a cell. An estimate that is not agreed on is no result, and is left out.

    Preferred is the surest result of a read by the sense amplifier: a rate with an ideal comparator never is.
    """
    name = f"ber_{cell}"
    law = getattr(condition, f"{name}_lognormal")
    known, best = known_rates(condition, cell), best_rate(condition, cell)
    estimated = next((one.rate for one in known if one.how == "estimated" and one.result), None)
    preferred = (best.how, best.rate) if best and best.result else ("", None)
    stored = ("plus", "minus") if cell == "2t2r" else ()
    for key, (kind, block), fields in (
        (name, ("counted", getattr(condition, name)), (*_INTERVAL, *_SEEN)),
        *(
            (f"{name}_{one}", ("counted", getattr(condition, f"{name}_{one}")), (*_INTERVAL, *_SEEN))
            for one in stored
        ),
        (f"{name}_estimated", ("estimated", estimated), (*_INTERVAL, *_SEEN)),
        (f"{name}_lognormal", ("extrapolated", law), _INTERVAL),
        (f"{name}_preferred", preferred, _INTERVAL),
    ):
        if block:
            origin = block.method if block.method.startswith(kind) else f"{kind}: {block.method}"
            for field in fields:
                yield Record(condition.name, f"{key}.{field}", None, "", getattr(block, field), "1", origin)


def _law(name: str, state: str, law: Distribution, values: np.ndarray) -> Iterator[Record]:
    quantiles = sorted((float(probability), value) for probability, value in law.quantiles.items())
    for probability, value in quantiles:
        yield Record(name, f"{state}.quantile", probability, "probability", value, "Ohm", "simulated")
    if len(values) > 1:
        z = ndtri((np.arange(len(values)) + 0.5) / len(values))
        origin = "simulated: samples"
    else:
        z = np.array([float(ndtri(probability)) for probability, _ in quantiles])
        values = np.array([value for _, value in quantiles])
        origin = "simulated: quantiles"
    for probability, place in zip(GRID_PROBABILITY.tolist(), GRID_Z.tolist(), strict=True):
        # beyond the outermost sample nothing was seen, so the sampled table ends there
        if len(z) > 1 and z[0] <= place <= z[-1]:
            value = float(np.interp(place, z, np.log(values)))
            yield Record(name, f"{state}.ln_r_sampled", probability, "probability", value, "ln(Ohm)", origin)
        value = float(np.log(law.median) + law.sigma_ln * place)
        yield Record(name, f"{state}.ln_r_lognormal", probability, "probability", value, "ln(Ohm)", "fitted")


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
