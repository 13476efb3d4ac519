"""An inference with the figures of a bit that is read in its array, beside that with lone reads: energy and errors.

The study `array` says what an XNOR-and-read of a bit takes, lines and drivers included, and how often it is wrong; the
study `adders`, in the same statistics, what the logic behind the amplifiers takes; without it the cited figures stay.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from spicekit.errors import InputError
from spicekit.models.digital import Digital
from spicekit.network.bnn.conditions import ENDS, Cells, Counter, Known, Task, cells_at
from spicekit.network.bnn.disturb import Refreshing
from spicekit.network.bnn.energy import Budget, Memory, binarized, eight_bit, same_neurons
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.rates import amplifier_share, counted
from spicekit.network.bnn.read_energy import ReadEnergy, read_energy_of
from spicekit.network.bnn.tiling import PUBLISHED, Block, tile
from spicekit.statistics import Condition, Statistics
from spicekit.studies.adders.result import Adders, AdderTree
from spicekit.studies.array.result import Array, ArrayEnergy, ArrayPoint
from spicekit.studies.read_disturb.result import ReadDisturb
from spicekit.units import engineering

PARTS = {
    "precharge": "pre-charge of amplifiers and bit lines",
    "sense": "sensing",
    "control": "sense-enable, discharge and inputs",
    "word_line": "word lines",
    "drivers": "drivers of the rows",
}
"""Parts of a read in the array by their keys in the statistics."""
NOT_COUNTED = (
    "the broadcast of inputs over the chip, decoders, registers, control and clocks, regulators, leakage, area and "
    "throughput, programming with its verification"
)
"""What the figures of the array do not hold either, in words; nor refreshing, as `energy.not_counted` says."""
_ALIKE = 0.05  # lone reads of the same circuit: the means differ by a percent or two with the devices drawn
_SURELY = 5.0  # standard errors by which medians of the same devices do not differ
_TOO_MANY = 0.1  # share of failing reads from which a size is no memory


@dataclass(frozen=True)
class ArrayFigures:
    """What statistics say of arrays of one size, way of writing by way of writing."""

    points: tuple[ArrayPoint, ...]
    array: Array
    adders: Adders | None
    source: str

    @property
    def count(self) -> AdderTree | None:
        """The tree that counts what amplifiers give; None if none was simulated."""
        return None if self.adders is None else self.adders.tree("count")

    def of(self, condition: Condition) -> ArrayPoint:
        """Return the point that was written as the condition says; the first one if none was."""
        return next((point for point in self.points if _same(point, condition)), self.points[0])

    def logic(self, digital: Digital) -> Digital:
        """Return cited figures of logic, brought to the simulated adders where there are some."""
        count = self.count
        if count is None:
            return digital
        said = f"full adders simulated at the gates, {self.source}: {engineering(count.energy_per_bit, 'J')} per bit"
        return digital.at_gates(count.energy_per_bit, said)


@dataclass(frozen=True)
class InArray:
    """An inference in the array."""

    point: ArrayPoint
    energy: ArrayEnergy
    lone: ReadEnergy
    budgets: tuple[Budget, ...]  # of the binarized network, then of 8 bits, both in the array
    doubts: tuple[str, ...]  # what is not the same in both figures, in sentences
    cells: Cells | None = None  # as counted in the array; None: none was written as the condition is


def figures_of(statistics: Statistics, source: str, block: Block = PUBLISHED) -> ArrayFigures:
    """Return what statistics say of arrays of the size of the network's blocks.

    Raises:
        InputError: they have no array of this size with energies.
    """
    array = statistics.of(Array)
    if array is None:
        raise InputError(
            f"{source}: has no `array`, expected statistics of the study `array`, such as of sweeps/neuron.toml"
        )
    points = tuple(p for p in array.points if (p.rows, p.columns) == (block.rows, block.columns) and p.energy)
    if not points:
        sizes = dict.fromkeys(f"{p.rows} x {p.columns}" for p in array.points)
        raise InputError(
            f"{source}: `array` has {', '.join(sizes)}, expected {block.rows} x {block.columns} with its energy, the "
            f'blocks of the network: add "{block.rows}x{block.columns}" to `sizes` of the study'
        )
    return ArrayFigures(points, array, statistics.of(Adders), source)


def memory_of(figures: ArrayFigures, condition: Condition, refresh: Refreshing | None = None) -> Memory:
    """Return the array as a place where weights stand, with the parts of a read, and what reads ask for later."""
    point = figures.of(condition)
    energy = _energy_of(point)
    said = (
        f"simulated, array of {point.rows} x {point.columns}, condition {point.condition} ({figures.source}); what a "
        "row takes is shared by its columns"
    )
    parts = tuple((words, getattr(energy, key)) for key, words in PARTS.items())
    return Memory("in 2T2R, read in the array", energy.read, said, parts, refresh)


def counts(figures: ArrayFigures, condition: Condition) -> bool:
    """Return whether bits of the array stand for cells of the condition: devices, circuit and way of writing alike."""
    point = figures.of(condition)
    return _same(point, condition) and condition.energy_read is not None and not _unlike(point, condition)


def cells_in_array(
    task: Task,
    condition: Condition,
    figures: ArrayFigures,
    progress: Callable[[int], None] = lambda _: None,
    known: Known | None = None,
) -> Cells:
    """Return the error rate of bits in an array that `counts` for the condition, and the accuracy that it leaves.

    Errors gather behind amplifiers as those of the condition's lone reads do. `known` is as of `evaluate_condition`.
    """
    failed, share = figures.of(condition).failed, amplifier_share(condition)
    rates = {end: replace(counted(failed, end, "bits of the array"), amplifier_share=share) for end in ENDS}
    return cells_at(
        task, "2T2R, read in the array", 2, rates, Counter(progress), {} if known is None else known
    )


def in_array(
    network: Network,
    conditions: Sequence[Condition],
    figures: ArrayFigures,
    digital: Digital,
    disturb: ReadDisturb | None = None,
    cells: Mapping[str, Cells] | None = None,
) -> dict[str, InArray]:
    """Return the inference in the array by condition; of conditions without a lone read none.

    Args:
        cells: from `cells_in_array`, by condition.
    """
    found = {}
    for condition in conditions:
        lone = read_energy_of(condition, disturb)
        if lone is None:
            continue
        place = memory_of(figures, condition, lone.refresh)
        point, logic = figures.of(condition), figures.logic(digital)
        budgets = binarized(tile(network), place, logic), eight_bit(same_neurons(network), place, logic)
        found[condition.name] = InArray(
            point, _energy_of(point), lone, budgets, _doubts(figures, point, condition),
            (cells or {}).get(condition.name),
        )  # fmt: skip
    return found


def summary_of_array(found: InArray) -> dict[str, Any]:
    """Return its energies as JSON."""
    return {
        "condition": found.point.condition,
        "rows": found.point.rows,
        "columns": found.point.columns,
        "energy_read": found.energy.read,
        "energy_read_alone": found.lone.joule,
        "energy_inference": {b.name: b.total for b in found.budgets},
        "parts": {item.name: item.energy for item in found.budgets[0].items},
        "doubts": list(found.doubts),
    }


def _energy_of(point: ArrayPoint) -> ArrayEnergy:
    assert point.energy is not None  # `figures_of` keeps no other
    return point.energy


def _same(point: ArrayPoint, condition: Condition) -> bool:
    return (point.set_compliance, point.reset_voltage, point.pulse_width) == (
        condition.set_compliance, condition.reset_voltage, condition.pulse_width,
    )  # fmt: skip


def _unlike(point: ArrayPoint, condition: Condition) -> list[str]:
    """Return in sentences by what cells of the array are not those of the condition that they were written as."""
    said = _other_circuit(point, condition)
    for name, alone, lone in (
        ("low", point.lrs_alone, condition.lrs),
        ("high", point.hrs_alone, condition.hrs),
    ):
        if alone is None or lone is None or alone.samples is None or lone.samples is None:
            continue
        off = abs(math.log(alone.median / lone.median))
        # a median of n log-normal values is good to 1.25 σ / √n
        if off > _SURELY * 1.25 * math.hypot(
            alone.sigma_ln / alone.samples**0.5, lone.sigma_ln / lone.samples**0.5
        ):
            said.append(
                f"not the same devices: written alone, the {name} resistance of cells of the array has a median of "
                f"{engineering(alone.median, 'Ω')}, that of {condition.name} {engineering(lone.median, 'Ω')}"
            )
    return said


def _other_circuit(point: ArrayPoint, condition: Condition) -> list[str]:
    alone, lone = _energy_of(point).read_alone, condition.energy_read
    if alone is None or lone is None or abs(alone / lone.mean - 1) <= _ALIKE:
        return []
    return [
        f"not the same circuit, supply or temperature: cells of the array take {engineering(alone, 'J')} in a lone "
        f"read, those of {condition.name} {engineering(lone.mean, 'J')}"
    ]


def _doubts(figures: ArrayFigures, point: ArrayPoint, condition: Condition) -> tuple[str, ...]:
    said = []
    if not _same(point, condition):
        said.append(
            f"no array was written as {condition.name} is: the figures are of `{point.condition}`, and what is "
            "written changes them by a percent or two"
        )
    if _energy_of(point).read_alone is None:
        said.append(
            f"{figures.source} does not say what its cells take alone, nor its supply: whether both figures are of the "
            "same circuit is not known"
        )
    said += _unlike(point, condition) if _same(point, condition) else _other_circuit(point, condition)
    if point.failed.errors > _TOO_MANY * point.failed.samples:
        said.append(
            f"{point.failed.errors} of {point.failed.samples} reads in this array fail: it is no memory as it stands"
        )
    return tuple(said)
