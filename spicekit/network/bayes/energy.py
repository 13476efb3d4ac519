"""Energy of one decision: memory and gates from the simulated likelihood, adders and processors from cited figures."""

from dataclasses import dataclass
from typing import NamedTuple

from spicekit.models.digital import Digital
from spicekit.models.microcontroller import Microcontroller
from spicekit.network.bayes.logarithmic import MORE_BITS
from spicekit.network.bayes.machine import Machine
from spicekit.network.bayes.task import Task
from spicekit.network.bnn.energy import Budget, Item
from spicekit.studies.bayes_column.result import BayesColumn

PUBLISHED_RATIO = 5000
"""Energy of a microcontroller over that of the scaled-up machine, per gesture (Harabi et al. 2023)."""


@dataclass(frozen=True)
class Circuit:
    """What a likelihood costs, and where that is from."""

    column: BayesColumn
    source: str

    @property
    def read_of_bit(self) -> float:
        """Energy [J] of reading one bit."""
        return self.column.energy_read.mean / self.column.bits

    @property
    def cycle_of_bit(self) -> float:
        """Energy [J] of comparator and AND gate in one cycle, per bit of the word."""
        return self.column.energy_cycle / self.column.bits

    @property
    def flip_flop(self) -> float:
        """Energy [J] of a flip-flop in one cycle."""
        return self.column.energy_flip_flop.mean


class Budgets(NamedTuple):
    """What a decision takes, by the way it is made."""

    stochastic: Budget  # all cycles
    stopping: Budget  # the stochastic machine, until a counter has enough ones
    read_anew: Budget  # the same, words read anew in each cycle
    logarithmic: Budget
    program: Budget  # of a microcontroller


def stochastic_budget(
    circuit: Circuit, machine: Machine, task: Task, cycles: float, name: str = "", each_cycle: bool = False
) -> Budget:
    """Return the budget of a decision after so many cycles; with `each_cycle` words are read anew in each of them."""
    words, classes, source = task.use * len(task.classes), len(task.classes), machine.source
    reads = words * machine.bits * (cycles if each_cycle else 1)
    registers = {"classes": task.use, "own": words, "all": 1}[source.shared]
    length = source.register if source.kind == "lfsr" else machine.bits
    shifts = registers * length * cycles
    counters = classes * machine.cycles.bit_length() * cycles
    gates = words * machine.bits * cycles
    return Budget(
        name or f"stochastic, {cycles:.0f} cycles",
        (
            Item("bits of likelihoods read", reads, reads * circuit.read_of_bit, circuit.source),
            Item(
                "comparators and AND gates, bits × cycles",
                gates,
                gates * circuit.cycle_of_bit,
                circuit.source,
            ),
            Item("random numbers, flip-flops × cycles", shifts, shifts * circuit.flip_flop, circuit.source),
            Item("counters, flip-flops × cycles", counters, counters * circuit.flip_flop, circuit.source),
        ),
    )


def logarithmic_budget(circuit: Circuit, machine: Machine, task: Task, digital: Digital) -> Budget:
    """Return the budget of a decision of the logarithmic machine: a sum per class in a register, feature by feature."""
    words, classes = task.use * len(task.classes), len(task.classes)
    reads = words * machine.logarithmic_bits
    width = machine.logarithmic_bits + MORE_BITS
    added, held, compared = words * width, words * width, classes * width
    return Budget(
        "logarithmic",
        (
            Item("bits of likelihoods read", reads, reads * circuit.read_of_bit, circuit.source),
            Item("additions, full adders", added, added * digital.add_bit, digital.source),
            Item("sums held, flip-flops × cycles", held, held * circuit.flip_flop, circuit.source),
            Item("comparisons, full adders", compared, compared * digital.add_bit, digital.source),
        ),
    )


def program_budget(microcontroller: Microcontroller, task: Task) -> Budget:
    """Return the budget of the same sums as a program."""
    cycles = microcontroller.cycles(task.use, len(task.classes))
    energy = cycles * microcontroller.energy_per_cycle
    return Budget(
        "microcontroller", (Item("cycles of the processor", cycles, energy, microcontroller.source),)
    )


def reload_energy(machine: Machine, task: Task, digital: Digital) -> float:
    """Return the energy [J] of loading all words from a memory off chip, as a machine in SRAM must after power-on."""
    return task.words * machine.bits * digital.off_chip_bit
