"""What a first layer costs with inputs in fixed point, and on streams of random bits: energy of an inference, and area.

All of it with the same figures: weights read in the array, adders, comparators and flip-flops simulated at the gates.
Blocks work one row after another. Three first layers are set beside each other:

* fixed point: each weight is read once; gates let the eight bits of its input through as they are or inverted, and a
  tree adds the words of a row;
* streams, read in each cycle: the amplifiers take the XNOR, and a tree counts; all rows are read in each cycle;
* streams, weights held: a row is read once, its amplifiers hold it, and XNOR gates take the inputs cycle after cycle;
  the random numbers are made anew for each row of a block.
"""

from dataclasses import dataclass
from math import ceil, log2

from spicekit.errors import InputError
from spicekit.models.digital import Digital
from spicekit.models.logic_area import LogicArea
from spicekit.network.bnn.energy import Budget, Item, Memory, binarized
from spicekit.network.bnn.in_array import ArrayFigures
from spicekit.network.bnn.network import Network
from spicekit.network.bnn.streams import REGISTER, SOURCES, VALUE_BITS
from spicekit.network.bnn.tiling import Tiled, tile
from spicekit.studies.adders.result import AdderTree
from spicekit.studies.bayes_column.result import BayesColumn

WAYS = ("fixed point", "streams, read in each cycle", "streams, weights held")
_COMPARATOR = 14  # transistors per bit: a carry stage, and the inverters before it
_FLIP_FLOP, _FULL_ADDER = 20, 28  # transistors


@dataclass(frozen=True)
class Parts:
    """What first layers are built of."""

    memory: Memory  # weights read in the array
    logic: Digital  # its full adder simulated
    count: AdderTree
    held: AdderTree
    total: AdderTree
    column: BayesColumn  # comparator and flip-flop
    area: LogicArea
    cell: float  # m2, of the memory
    source: str  # of comparator and flip-flop

    @property
    def compared_bit(self) -> float:
        """Energy [J] of one bit of a comparator in one cycle."""
        return self.column.energy_compare.mean / self.column.bits

    @property
    def flip_flop(self) -> float:
        """Energy [J] of one flip-flop in one cycle."""
        return self.column.energy_flip_flop.mean


@dataclass(frozen=True)
class Cost:
    """An inference with one of the first layers."""

    way: str  # of `WAYS`
    source: str  # of random numbers, of `streams.SOURCES`; empty with fixed point
    cycles: int  # 1 with fixed point
    budget: Budget  # of the whole inference
    memory_area: float  # m2, cells of all layers
    logic_area: float  # m2, trees, registers and sources of random numbers of all layers

    @property
    def area(self) -> float:
        """Area [m2] of what is counted."""
        return self.memory_area + self.logic_area


def parts_of(
    figures: ArrayFigures,
    memory: Memory,
    digital: Digital,
    column: BayesColumn,
    source: str,
    area: LogicArea,
) -> Parts:
    """Return what first layers are built of.

    Raises:
        InputError: the statistics have no adders of a kind that is needed, or do not say how large a cell is.
    """
    trees = (
        {}
        if figures.adders is None
        else {kind: figures.adders.tree(kind) for kind in ("count", "held", "sum")}
    )
    missing = [kind for kind in ("count", "held", "sum") if trees.get(kind) is None]
    if missing:
        raise InputError(
            f"{figures.source}: has no `adders` of the kind {', '.join(missing)}, which `--streams` counts with: run "
            "an experiment with `[studies.adders]` as sweeps/neuron.toml has it, or give `--array neuron`"
        )
    logic, cell = figures.logic(digital), figures.array.cell_area
    if cell is None:
        raise InputError(
            f"{figures.source}: `array` has no `cell_area`, which `--streams` counts with: run it again"
        )
    return Parts(memory, logic, *trees.values(), column, area, cell, source)  # type: ignore[arg-type]


def cost(network: Network, parts: Parts, way: str, source: str = "", cycles: int = 1) -> Cost:
    """Return what an inference costs with a first layer of this `way`."""
    first, *rest = tile(network)
    items = _fixed_point(first, parts) if way == WAYS[0] else _streamed(first, parts, way, source, cycles)
    others = binarized(rest, parts.memory, parts.logic)
    items = (
        *items,
        Item("the other layers", sum(t.reads for t in rest), others.total, others.items[0].source),
    )
    transistors = _first_transistors(first, parts, way, source, cycles)
    transistors += sum(t.blocks * _tree(parts.count, t.block.columns) for t in rest)
    cells = sum(t.cells for t in (first, *rest)) * parts.cell
    name = way if way == WAYS[0] else f"{way}, {cycles} cycle{'s' * (cycles > 1)}"
    return Cost(way, source, cycles, Budget(name, items), cells, transistors * parts.area.transistor)


def _fixed_point(first: Tiled, parts: Parts) -> tuple[Item, ...]:
    width, bits = first.sum_width + VALUE_BITS, VALUE_BITS * first.reads
    logic, add = parts.logic, parts.logic.add_bit
    partial, held = first.partial_sums * width, first.outputs * width
    return (
        *parts.memory.read(first.reads),
        Item("signs and sums of inputs, bits", bits, bits * parts.total.energy_per_bit, logic.source),
        Item("partial sums, full adders", partial, partial * add, logic.source),
        Item("thresholds, full adders", held, held * add, logic.source),
    )


def _streamed(first: Tiled, parts: Parts, way: str, source: str, cycles: int) -> tuple[Item, ...]:
    held = way == WAYS[2]
    counted, add, logic = cycles * first.reads, parts.logic.add_bit, parts.logic
    tree = parts.held if held else parts.count
    width = first.sum_width + _more(cycles)
    partial, summed = cycles * first.partial_sums * first.sum_width, cycles * first.outputs * width
    made = cycles * (first.block.rows if held else 1)  # of random numbers
    compared = made * first.inputs * VALUE_BITS
    shifted = made * REGISTER * _registers(first, source)
    return (
        *parts.memory.read(first.reads if held else counted),
        Item("XNOR and population count, bits", counted, counted * tree.energy_per_bit, logic.source),
        Item("partial sums, full adders", partial, partial * add, logic.source),
        Item("sums over cycles, full adders", summed, summed * add, logic.source),
        Item("sums over cycles, flip-flops", summed, summed * parts.flip_flop, parts.source),
        Item("comparators, bits × cycles", compared, compared * parts.compared_bit, parts.source),
        Item("random numbers, flip-flops × cycles", shifted, shifted * parts.flip_flop, parts.source),
        Item("thresholds, full adders", first.outputs * width, first.outputs * width * add, logic.source),
    )


def _first_transistors(first: Tiled, parts: Parts, way: str, source: str, cycles: int) -> float:
    block, joints = first.block, first.down * (first.across - 1)
    if way == WAYS[0]:
        width = first.sum_width + VALUE_BITS
        trees = first.blocks * _tree(parts.total, block.columns * VALUE_BITS)
        return trees + _FULL_ADDER * width * (joints + first.down)
    width = first.sum_width + _more(cycles)
    held = way == WAYS[2]
    trees = first.blocks * _tree(parts.held if held else parts.count, block.columns)
    # rows that follow each other need a register each, unless a row is done before the next
    registers = _FLIP_FLOP * width * (first.down if held else first.outputs)
    numbers = _COMPARATOR * VALUE_BITS * first.inputs + _FLIP_FLOP * REGISTER * _registers(first, source)
    adders = _FULL_ADDER * (joints * first.sum_width + first.down * 2 * width)
    return trees + adders + registers + numbers


def _tree(tree: AdderTree, bits: int) -> float:
    """Return the transistors of a tree of this kind for so many bits: each adder takes one bit away."""
    return tree.transistors * bits / (tree.inputs * tree.width)


def _registers(first: Tiled, source: str) -> int:
    return 1 if SOURCES[source].shared == "all" else first.inputs


def _more(cycles: int) -> int:
    """Return the bits that sums over cycles have more than a single one."""
    return ceil(log2(cycles)) if cycles > 1 else 0
