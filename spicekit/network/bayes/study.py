"""All that is found of a machine: conditions of its memory, sweeps of what it may be built with, energies."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from spicekit.models.digital import load_digital
from spicekit.models.microcontroller import load_microcontroller
from spicekit.network.bayes.asked import BITS, Asked
from spicekit.network.bayes.baselines import baselines
from spicekit.network.bayes.energy import (
    Budgets,
    logarithmic_budget,
    program_budget,
    reload_energy,
    stochastic_budget,
)
from spicekit.network.bayes.machine import (
    ONES,
    Chips,
    Machine,
    Stochastic,
    exact,
    logarithmic,
    stochastic,
)
from spicekit.network.bayes.random_numbers import Source
from spicekit.network.bayes.result import GATHERED_RATE, AtSupply, Both, Condition, Found
from spicekit.network.bayes.supplies import supplies_of
from spicekit.network.bayes.task import Fold, folds_of
from spicekit.network.bnn.rates import ErrorRates, rates_of


def sources_of(machine: Machine) -> dict[str, Source]:
    """Return the random numbers that are set beside each other, by what they are called."""
    length = max(machine.bits, 8)
    return {
        "ideal, own of each word": Source("ideal", "own"),
        "ideal, shared by classes": Source("ideal", "classes"),
        f"register of {length} bits, shared by classes": Source("lfsr", "classes", length),
        "register of 16 bits, shared by classes": Source("lfsr", "classes", 16),
        "register of 16 bits, own of each word": Source("lfsr", "own", 16),
        "register of 16 bits, one for all words": Source("lfsr", "all", 16),
    }


def chips_in(asked: Asked) -> int:
    """Return how many chips `study` simulates, of both kinds."""
    points = len(asked.rates) + len(BITS) + len(supplies_of(asked.circuit, ""))
    several = len(sources_of(asked.machine)) + 1  # and the other scaling
    return 4 * asked.chips * len(asked.conditions) + asked.sweep_chips * (2 * points + several + 6)


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many chips are done."""
    task, machine = asked.task, asked.machine
    folds = folds_of(task)
    bench = _Bench(asked, folds, progress)
    begun = time.process_time()
    perfect = bench.both(ErrorRates(0.0, 0.0), asked.sweep_chips)
    seconds = (time.process_time() - begun) / asked.sweep_chips
    conditions = []
    for one in asked.conditions:
        rates, high = rates_of(one), rates_of(one, "high")
        conditions.append(
            Condition(one, rates, bench.both(rates, asked.chips), bench.both(high, asked.chips, ()))
        )
    sweep = tuple((rate, bench.both(ErrorRates(rate, rate), asked.sweep_chips, ())) for rate in asked.rates)
    bits = tuple((n, bench.both(ErrorRates(0.0, 0.0), asked.sweep_chips, (), n)) for n in BITS)
    sources = {
        name: bench.stochastic(replace(machine, source=source))
        for name, source in sources_of(machine).items()
    }
    other = replace(machine, scaling="table" if machine.scaling == "observation" else "observation")
    supplies = tuple(
        AtSupply(one, bench.both(one.rates, asked.sweep_chips, (asked.stop,)))
        for one in supplies_of(asked.circuit, asked.circuit_source)
    )
    gathering = replace(conditions[0].rates, plus=GATHERED_RATE, minus=GATHERED_RATE)
    gathered = tuple(bench.both(rates, asked.sweep_chips, ()) for rates in (gathering, gathering.independent))
    digital, circuit = load_digital(), asked.column
    first = conditions[0].found.stochastic
    stopped = next(stop for stop in first.stops if stop.ones == asked.stop)
    return Found(
        asked=asked,
        folds=folds,
        exact=exact(task, folds),
        baselines=baselines(task, folds, task.words * machine.bits, asked.seed),
        perfect=perfect,
        conditions=tuple(conditions),
        sweep=sweep,
        bits=bits,
        sources=sources,
        other_scaling=bench.stochastic(other),
        supplies=supplies,
        gathered=gathered,
        budgets=Budgets(
            stochastic_budget(circuit, machine, task, machine.cycles),
            stochastic_budget(
                circuit, machine, task, stopped.cycles,
                f"stochastic, stops at {asked.stop} ones ({stopped.cycles:.0f} cycles on average)",
            ),
            stochastic_budget(
                circuit, machine, task, stopped.cycles, "the same, words read anew in each cycle", each_cycle=True
            ),
            logarithmic_budget(circuit, machine, task, digital),
            program_budget(load_microcontroller(), task),
        ),
        reload=reload_energy(machine, task, digital),
        seconds_per_chip=seconds,
    )  # fmt: skip


@dataclass
class _Bench:
    """Runs machines on the task, and counts chips."""

    asked: Asked
    folds: tuple[Fold, ...]
    progress: Callable[[int], None]
    before: int = 0

    def both(
        self, rates: ErrorRates, chips: int, ones: tuple[int, ...] | None = None, bits: int | None = None
    ) -> Both:
        machine = self.asked.machine
        if bits is not None:
            machine = replace(machine, bits=bits, logarithmic_bits=bits)
        drawn = Chips(rates, chips, self.asked.seed)
        wanted = tuple(sorted({*ONES, self.asked.stop})) if ones is None else ones
        found = stochastic(machine, self.asked.task, self.folds, drawn, self._after(), wanted)
        self.before += chips
        sums = logarithmic(machine, self.asked.task, self.folds, drawn, self._after())
        self.before += chips
        return Both(found, sums)

    def stochastic(self, machine: Machine) -> Stochastic:
        chips = self.asked.sweep_chips
        drawn = Chips(number=chips, seed=self.asked.seed)
        found = stochastic(machine, self.asked.task, self.folds, drawn, self._after(), ())
        self.before += chips
        return found

    def _after(self) -> Callable[[int], None]:
        before = self.before
        return lambda done: self.progress(before + done)
