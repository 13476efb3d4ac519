"""One sample again, alone and exactly as it was drawn: its decks, values, waveforms and outcome."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from spicekit.characterize.chain import Chain, sample_name
from spicekit.characterize.folder import require_same
from spicekit.characterize.plan import make_plan
from spicekit.characterize.simulate import simulate_range
from spicekit.characterize.spec import load_spec
from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice import Deck, Evaluation, evaluate, waveforms
from spicekit.run_folder import RunFolder


@dataclass(frozen=True)
class Step:
    """One deck of a chain with the values of the sample."""

    name: str  # such as "3 program RESET, right device"
    deck: Deck
    values: dict[str, float]

    @property
    def file(self) -> str:
        """Return a name for its files, without an ending, such as ``3_program_reset_right``."""
        return re.sub(r"[^a-z0-9]+", "_", self.name.removesuffix(" device").lower())


# of `simulate`: the device that is to end in HRS or LRS comes from the opposite state
_STEPS = (("prepare SET", "hrs"), ("prepare RESET", "lrs"), ("program RESET", "hrs"), ("program SET", "lrs"))


@dataclass(frozen=True)
class Replay:
    """A sample simulated again."""

    row: pd.Series
    steps: tuple[Step, ...]

    def waveforms(self) -> pd.DataFrame:
        """Return a long table: step, time [s], signal, value."""
        tables = []
        for step in self.steps:
            waves = waveforms(step.deck, step.values)
            for signal in (name for name in waves if name != "time"):
                tables.append(
                    pd.DataFrame(
                        {"step": step.name, "time": waves["time"], "signal": signal, "value": waves[signal]}
                    )
                )
        return pd.concat(tables, ignore_index=True)


def find_chain(folder: RunFolder, sample_id: str) -> tuple[Chain, int, int]:
    """Return (chain, seed, number) of a sample id ``CONDITION:NUMBER`` or ``CONDITION:NUMBER@CYCLES``.

    Raises:
        InputError: not of this form, no such sample, or spec or models have changed since the run.
    """
    condition, _, rest = sample_id.partition(":")
    number, _, cycles = rest.partition("@")
    if "/" in condition:
        raise InputError(
            f"sample `{sample_id}`: is of a study, and only chains of conditions can be shown; its rows are in "
            f"{folder.study_folder(condition.split('/')[0])}"
        )
    if not re.fullmatch(r"-?[0-9]{1,15}", number) or (cycles and not re.fullmatch(r"[0-9.e+]{1,20}", cycles)):
        raise InputError(f"sample `{sample_id}`: expected CONDITION:NUMBER such as `typical:17`")
    try:
        index, age = int(number), float(cycles or 0)
    except ValueError:
        raise InputError(
            f"sample `{sample_id}`: expected CONDITION:NUMBER@CYCLES such as `typical:17@1e6`"
        ) from None
    manifest = folder.manifest()
    spec = load_spec(folder.spec_file)
    names = [c.name for c in spec.conditions]
    if condition not in names:
        raise InputError(
            f"sample `{sample_id}`: no condition `{condition}`{did_you_mean(condition, names)}; the run has "
            f"{', '.join(names) or 'none'}"
        )
    ages = [0.0, *(spec.content.endurance.cycles if spec.content.endurance else ())]
    if age not in ages:
        known = ", ".join(f"{known:g}" for known in ages)
        raise InputError(f"sample `{sample_id}`: the experiment has samples at {known} cycles")
    ranges = _ranges(manifest, condition, age)
    if ranges and not any(first <= index < end for first, end in ranges):
        shown = ", ".join(f"{first} … {end - 1}" for first, end in ranges)
        raise InputError(
            f"sample `{sample_id}`: the run has samples {shown} of `{sample_name(condition, age)}`"
        )
    if index < 0:
        raise InputError(f"sample `{sample_id}`: the experiment has samples from 0 on")
    plan = make_plan(spec, manifest.get("seed"))
    require_same(replace(plan, first=manifest.get("first", 0)), manifest, folder)
    chain = next(c for c, _ in plan.chains if c.condition.name == condition and c.cycles == age)
    return chain, plan.seed, index


def replay(chain: Chain, seed: int, number: int) -> Replay:
    """Simulate sample `number` of a chain alone, and note each deck with its values."""
    steps: list[Step] = []
    sides = {"lrs": "left", "hrs": "right"} if number % 2 == 0 else {"lrs": "right", "hrs": "left"}

    def noting(deck: Deck, values: np.ndarray) -> Evaluation:
        if len(values):
            named = {p.name: float(v) for p, v in zip(deck.parameters, values[0], strict=True)}
            place = len(steps)
            what = f"{_STEPS[place][0]}, {sides[_STEPS[place][1]]} device" if place < len(_STEPS) else "read"
            steps.append(Step(f"{place + 1} {what}", deck, named))
        return evaluate(deck, values)

    table = simulate_range(chain, seed, number, number + 1, noting)
    return Replay(table.iloc[0], tuple(steps))


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
