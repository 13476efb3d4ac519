"""Energy and time of a whole training: pulses and reads as simulated, logic and processor from cited figures."""

from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import Budget, Item
from spicekit.statistics import Condition, Statistics

PUBLISHED_ARRAY = 1e-6
PUBLISHED_XEON = 0.6
"""J: a whole training in the array ("order of microjoules") and the same algorithm on a Xeon (Dalgaty et al., Nat.
Electron. 4, 151, 2021, and talk)."""
_WORD = 32  # bit, of a sum


@dataclass(frozen=True)
class Pulses:
    """What a RESET and a SET cost at a compliance."""

    compliance: np.ndarray  # (points,), A
    set: np.ndarray  # (points,), J
    reset: np.ndarray  # (points,), J
    source: str

    def at(self, compliance: float) -> tuple[float, float]:
        """Return energies [J] of SET and RESET; straight between points, SET in proportion to the current outside."""
        inside = np.clip(compliance, self.compliance[0], self.compliance[-1])
        cost = float(np.interp(inside, self.compliance, self.set)) * compliance / inside
        return cost, float(np.interp(inside, self.compliance, self.reset))


def pulses_of(statistics: Statistics) -> Pulses:
    """Return energies of pulses: of the ageing study where there is one, else scaled from the first condition.

    Raises:
        InputError: the statistics have neither.
    """
    if statistics.conductance_ageing and 0.0 in statistics.conductance_ageing.ages:
        fresh = statistics.conductance_ageing.at(0.0)
        columns = [[p.conductance.compliance, p.energy_set.mean, p.energy_reset.mean] for p in fresh]
        return Pulses(*np.array(columns).T, source="simulated at these compliances, fresh devices")
    for c in statistics.conditions:
        if c.energy_set and c.energy_reset:
            known = np.array([[c.set_compliance], [c.energy_set.mean], [c.energy_reset.mean]])
            return Pulses(
                *known,
                source=f"simulated at condition {c.name}; SET in proportion to the compliance: assumed",
            )
    raise InputError(
        "the statistics have no energies of pulses: neither `conductance_ageing` nor `energy_set`"
    )


@dataclass(frozen=True)
class Work:
    """What one array does in a training."""

    steps: int  # sweeps: each block of the model is proposed once
    blocks: int
    parameters: int
    samples: int  # training samples, all of which each proposal is tried on
    acceptance: float  # share of the proposals
    compliance: float  # A, mean of the SET pulses
    pulse_width: float  # s


def training(work: Work, pulses: Pulses, condition: Condition, digital: Digital) -> Budget:
    """Return the budget of a training; `condition` gives the energy of a read.

    Raises:
        InputError: the condition has no `energy_read`.
    """
    if condition.energy_read is None:
        raise InputError(
            f"condition `{condition.name}` has no `energy_read`: the energy of reads is not known"
        )
    cycles, tried = work.steps * 2 * work.parameters, work.steps * work.blocks * work.samples
    # of a block, the current row is read too, and what it adds to the score of a sample is replaced
    parts = work.blocks > 1
    reads = work.steps * work.samples * work.parameters * (1 + parts)
    sums, moved = tried * (1 + 2 * parts), tried * parts * (1 + work.acceptance)
    return Budget(
        "in the array",
        (
            *_cycles(cycles, work.compliance, pulses),
            Item("reads of a pair", reads, reads * condition.energy_read.mean,
                 f"a read of a pair: as one read by the sense amplifier, simulated, condition {condition.name}; a "
                 "circuit that adds up a row's currents is not simulated"),
            *(Item(f"{name}, bits", _WORD * n, _WORD * n * digital.small_memory_bit, digital.source)
              for name, n in (("table of the likelihood", tried), ("scores of the samples, read and written", moved),
                              ("table of the proposals' densities", 2 * cycles)) if n),
            Item("sums of the likelihood", sums, sums * digital.add_32, digital.source),
        ),
    )  # fmt: skip


def programmed_rows(
    rows: int, work: Work, solver_steps: float, processor: float, pulses: Pulses, digital: Digital
) -> tuple[Budget, ...]:
    """Return what it costs that software learns and `rows` rows are programmed once, by who does the learning.

    Args:
        work: of the same task; its `compliance` [A] is the mean of these SET pulses.
        solver_steps: of logistic regression, each a product of all samples with the parameters and one with the errors.
        processor: s, of one training.
    """
    written = _cycles(rows * 2 * work.parameters, work.compliance, pulses)
    products, tables = (2 * solver_steps * work.samples * n for n in (work.parameters, 0.5))
    return (
        Budget(f"software's model into {rows} rows, trained by this processor",
               (*written, *on_processor({"": processor}, digital)[0].items)),
        Budget(f"software's model into {rows} rows, trained by logic beside the array",
               (*written,
                Item("products and sums", products, products * (digital.multiply_32 + digital.add_32), digital.source),
                Item("table of the likelihood, bits", _WORD * tables, _WORD * tables * digital.small_memory_bit,
                     digital.source))),
    )  # fmt: skip


def _cycles(count: float, compliance: float, pulses: Pulses) -> tuple[Item, Item]:
    set_energy, reset_energy = pulses.at(compliance)
    return (
        Item("RESET pulses", count, count * reset_energy, f"RESET: {pulses.source}"),
        Item("SET pulses", count, count * set_energy, f"SET: {pulses.source}"),
    )


def duration(work: Work, condition: Condition) -> tuple[float, float]:
    """Return seconds of programming and of reading: rows RESET at once, SET device by device, samples read in turn."""
    programming = work.steps * work.pulse_width * (work.blocks + 2 * work.parameters)
    delay = condition.read_delay.mean if condition.read_delay else 0.0
    return programming, work.steps * work.blocks * work.samples * delay


def on_processor(cpu: dict[str, float], digital: Digital) -> tuple[Budget, ...]:
    """Return the budgets of measured times on this machine's processor."""
    said = f"processor time measured here, {digital.cpu_power:g} W assumed"
    return tuple(
        Budget(f"this processor: {name}", (Item("seconds", s, s * digital.cpu_power, said),))
        for name, s in cpu.items()
    )
