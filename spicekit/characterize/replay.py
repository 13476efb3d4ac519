"""One sample again, alone and exactly as it was drawn: its decks, values, waveforms and outcome."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spicekit.characterize.chain import Chain, sample_name
from spicekit.characterize.folder import require_same
from spicekit.characterize.plan import Plan, make_plan
from spicekit.characterize.simulate import simulate_range
from spicekit.characterize.spec import Spec, load_spec
from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice import Deck, Evaluation, evaluate, noting, waveforms
from spicekit.run_folder import RunFolder
from spicekit.studies.study import labelled


@dataclass(frozen=True)
class Step:
    """One simulation of a sample: a deck with its values."""

    name: str  # such as "3 program RESET, right device"
    deck: Deck
    values: dict[str, float]
    driven: bool = False  # by noise that is drawn in Python: the deck alone does not have it

    @property
    def file(self) -> str:
        """Return a name for its files, without an ending, such as ``3_program_reset_right``."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.removesuffix(" device").lower())


# of `simulate`: the device that is to end in HRS or LRS comes from the opposite state
_STEPS = (("prepare SET", "hrs"), ("prepare RESET", "lrs"), ("program RESET", "hrs"), ("program SET", "lrs"))


@dataclass(frozen=True)
class Replay:
    """A sample simulated again."""

    rows: pd.DataFrame  # one row, or of studies several
    steps: tuple[Step, ...]

    @property
    def row(self) -> pd.Series:
        """The first row, which is the only one of a chain."""
        return self.rows.iloc[0]

    def waveforms(self) -> pd.DataFrame:
        """Return a long table: step, time [s], signal, value.

        Raises:
            InputError: all steps are driven by noise.
        """
        tables = []
        for step in (step for step in self.steps if not step.driven):
            waves = waveforms(step.deck, step.values)
            for signal in (name for name in waves if name != "time"):
                tables.append(
                    pd.DataFrame(
                        {"step": step.name, "time": waves["time"], "signal": signal, "value": waves[signal]}
                    )
                )
        if not tables:
            raise InputError(
                "this sample is driven by noise that is drawn in Python: its decks alone do not give its waveforms"
            )
        return pd.concat(tables, ignore_index=True)


def replay(folder: RunFolder, sample_id: str) -> Replay:
    """Simulate one sample of a run again, alone, and note each deck with its values.

    Args:
        folder: of a run.
        sample_id: ``CONDITION:NUMBER``, ``CONDITION:NUMBER@CYCLES``, or of a study ``STUDY/POINT:NUMBER``.

    Raises:
        InputError: not of this form, no such sample, or spec or models have changed since the run.
    """
    name, _, rest = sample_id.partition(":")
    number, _, cycles = rest.partition("@")
    if not re.fullmatch(r"-?[0-9]{1,15}", number) or (cycles and not re.fullmatch(r"[0-9.e+]{1,20}", cycles)):
        raise InputError(
            f"sample `{sample_id}`: expected CONDITION:NUMBER such as `typical:17`, or STUDY/POINT:NUMBER"
        )
    manifest, spec = folder.manifest(), load_spec(folder.spec_file)
    if "/" in name:
        return _of_study(folder, spec, manifest, sample_id, name, int(number))
    try:
        age = float(cycles or 0)
    except ValueError:
        raise InputError(
            f"sample `{sample_id}`: expected CONDITION:NUMBER@CYCLES such as `typical:17@1e6`"
        ) from None
    names = [c.name for c in spec.conditions]
    if name not in names:
        raise InputError(
            f"sample `{sample_id}`: no condition `{name}`{did_you_mean(name, names)}; the run has "
            f"{', '.join(names) or 'none'}"
        )
    ages = [0.0, *(spec.content.endurance.cycles if spec.content.endurance else ())]
    if age not in ages:
        known = ", ".join(f"{known:g}" for known in ages)
        raise InputError(f"sample `{sample_id}`: the experiment has samples at {known} cycles")
    _require_in(sample_id, sample_name(name, age), int(number), _ranges(manifest, name, age))
    plan = _plan(spec, manifest, folder)
    chain = next(c for c, _ in plan.chains if c.condition.name == name and c.cycles == age)
    return _of_chain(chain, plan.seed, int(number))


def _plan(spec: Spec, manifest: Mapping[str, Any], folder: RunFolder) -> Plan:
    plan = make_plan(spec, manifest.get("seed"))
    require_same(replace(plan, first=manifest.get("first", 0)), manifest, folder)
    return plan


def _of_chain(chain: Chain, seed: int, number: int) -> Replay:
    steps: list[Step] = []
    sides = {"lrs": "left", "hrs": "right"} if number % 2 == 0 else {"lrs": "right", "hrs": "left"}

    def noted(deck: Deck, values: np.ndarray) -> Evaluation:
        if len(values):
            named = {p.name: float(v) for p, v in zip(deck.parameters, values[0], strict=True)}
            place = len(steps)
            what = f"{_STEPS[place][0]}, {sides[_STEPS[place][1]]} device" if place < len(_STEPS) else "read"
            steps.append(Step(f"{place + 1} {what}", deck, named))
        return evaluate(deck, values)

    return Replay(simulate_range(chain, seed, number, number + 1, noted), tuple(steps))


def _of_study(
    folder: RunFolder, spec: Spec, manifest: Mapping[str, Any], sample_id: str, name: str, number: int
) -> Replay:
    plan = _plan(spec, manifest, folder)
    points = {
        planned.name_of(point): (planned, point) for planned in plan.studies for point in planned.points
    }
    if name not in points:
        raise InputError(
            f"sample `{sample_id}`: no such point of a study{did_you_mean(name, points)}; the run has "
            f"{', '.join(points) or 'none'}"
        )
    planned, point = points[name]
    counted = manifest.get("studies", {}).get(planned.study.name, {}).get(point.name)
    _require_in(sample_id, name, number, [(0, counted["samples"])] if counted else [])
    with noting() as notes:
        rows = labelled(point, planned.study.simulate(point, plan.seed, number, number + 1))
    steps = (
        Step(f"{place} {noted.deck.name}", noted.deck, noted.values, noted.driven)
        for place, noted in enumerate(notes, 1)
    )
    return Replay(rows, tuple(steps))


def _require_in(sample_id: str, name: str, number: int, ranges: list[tuple[int, int]]) -> None:
    if ranges and not any(first <= number < end for first, end in ranges):
        shown = ", ".join(f"{first} … {end - 1}" for first, end in ranges)
        raise InputError(f"sample `{sample_id}`: the run has samples {shown} of `{name}`")
    if number < 0:
        raise InputError(f"sample `{sample_id}`: the experiment has samples from 0 on")


def _ranges(manifest: Mapping[str, Any], condition: str, cycles: float) -> list[tuple[int, int]]:
    """Return the ranges (first, end) of the samples that a run has of a chain, or is to have; none if nobody knows."""
    planned = manifest.get("planned", {}).get(sample_name(condition, cycles))
    first = manifest.get("first", 0)
    if planned and planned["samples"]:
        return [(first, first + planned["samples"])]
    used = [
        part
        for part in manifest.get("used", ())
        if (part["condition"], part["cycles"]) == (condition, cycles)
    ]
    return [(part["first"], part["end"]) for part in used if part["end"] > part["first"]]
