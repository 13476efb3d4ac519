"""One sample again, alone and exactly as it was drawn: its decks, values, waveforms and outcome."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from spicekit.characterize.chain import Chain
from spicekit.characterize.run import make_plan, require_same
from spicekit.characterize.simulate import simulate_range
from spicekit.characterize.spec import load_spec
from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice import Deck, Evaluation, evaluate, waveforms
from spicekit.run_folder import RunFolder


@dataclass(frozen=True)
class Step:
    """One deck of a chain with the values of the sample."""

    name: str
    deck: Deck
    values: dict[str, float]


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
    try:
        index, age = int(number), float(cycles or 0)
    except ValueError:
        raise InputError(f"sample `{sample_id}`: expected CONDITION:NUMBER such as `typical:17`") from None
    manifest = folder.manifest()
    plan = make_plan(load_spec(folder.spec_file), manifest.get("seed"))
    require_same(plan, manifest, folder)
    names = [c.name for c in plan.spec.conditions]
    if condition not in names:
        raise InputError(f"sample `{sample_id}`: no condition `{condition}`{did_you_mean(condition, names)}")
    for chain, samples in plan.chains:
        if chain.condition.name == condition and chain.cycles == age:
            if not 0 <= index < samples:
                raise InputError(f"sample `{sample_id}`: the experiment has samples 0 to {samples - 1}")
            return chain, plan.seed, index
    raise InputError(f"sample `{sample_id}`: no devices of {age:g} cycles in the experiment")


def replay(chain: Chain, seed: int, number: int) -> Replay:
    """Simulate sample `number` of a chain alone, and note each deck with its values."""
    steps: list[Step] = []

    def noting(deck: Deck, values: np.ndarray) -> Evaluation:
        if len(values):
            named = {p.name: float(v) for p, v in zip(deck.parameters, values[0], strict=True)}
            steps.append(Step(f"{len(steps) + 1} {deck.name}", deck, named))
        return evaluate(deck, values)

    table = simulate_range(chain, seed, number, number + 1, noting)
    return Replay(table.iloc[0], tuple(steps))
