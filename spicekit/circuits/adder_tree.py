"""Adders of a neuron at the gates: what stands behind sense amplifiers and makes one number of many bits.

A tree of full and half adders adds the bits of equal weight, three at a time, and hands carries to the next weight:
the population count of bits that amplifiers give, or the sum of words that each bit of memory lets through as they are
or inverted. Inputs come through inverters, as from the complementary outputs of amplifiers. All transistors are those
of the logic of the process, without mismatch; wires between gates are not drawn.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from spicekit.circuits.array.measure import Until
from spicekit.circuits.cell import Technology
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.circuits.logic import Gates
from spicekit.ngspice.deck import Deck
from spicekit.ngspice.measure import At, Energy, Waves, vector_name

Kind = Literal["count", "held", "sum"]
"""What is added: bits of amplifiers with the XNOR; XNORs with bits that amplifiers hold; words that they invert."""

_REST = 3e-9  # s: the nodes come from zero, and have settled after it
_STEP = 50e-12  # s
_TRANSISTORS = {"full": 28, "half": 18, "nand": 4, "inverter": 2}
_DECIDED = 0.95  # of a period: when the outputs are taken


@dataclass(frozen=True)
class TreeDeck:
    """The deck of a tree, and what it is made of."""

    deck: Deck
    kind: Kind
    inputs: int
    width: int  # bits of each input
    outputs: int  # bits of the sum
    gates: dict[str, int]  # how many of each kind

    @property
    def transistors(self) -> int:
        """How many there are."""
        return sum(_TRANSISTORS[name] * count for name, count in self.gates.items())

    def row(self, before: np.ndarray, after: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Return values of the deck's parameters: bits (inputs, width) at rest and then, `weights` (inputs,), 0 or 1.

        Of a count only `after` is used: its bits are 0 before.
        """
        values = {f"before{k}": float(bit) for k, bit in enumerate(before.ravel())}
        values |= {f"after{k}": float(bit) for k, bit in enumerate(after.ravel())}
        values |= {f"weight{k}": float(bit) for k, bit in enumerate(weights)}
        return np.array([values[p.name] for p in self.deck.parameters])

    def right(self, after: np.ndarray, weights: np.ndarray) -> int:
        """Return the sum by arithmetic."""
        bits = after if self.kind == "count" else 1 - (after ^ weights[:, None])
        return int((bits << np.arange(self.width)).sum())


@dataclass(frozen=True)
class Settled:
    """Time [s] after `start` at which a wave crosses a level for the last time; 0 if it never does."""

    name: str
    wave: str
    level: float
    start: float

    @property
    def vectors(self) -> tuple[str, ...]:
        return (vector_name(self.wave),)

    def __call__(self, waves: Waves) -> float:
        time, above = waves["time"], waves[vector_name(self.wave)] >= self.level
        changes = np.flatnonzero((above[1:] != above[:-1]) & (time[1:] > self.start))
        return float(time[changes[-1] + 1] - self.start) if changes.size else 0.0


@dataclass
class _Tree:
    """Adders under construction."""

    gates: Gates
    count: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_TRANSISTORS, 0))

    def inverter(self, a: str, out: str) -> None:
        self.count["inverter"] += 1
        self.gates.inverter(f"inv_{out}", a, out)

    def nand(self, a: str, b: str, out: str) -> None:
        self.count["nand"] += 1
        self.gates.nand(f"nand_{out}", a, b, out)

    def add(self, columns: list[deque[str]]) -> list[str]:
        """Add bits, by weight; return the bits of the sum, the lowest first."""
        found = []
        while columns:
            column, carries = columns.pop(0), deque()
            while len(column) > 1:
                kind = "full" if len(column) > 2 else "half"
                name = f"{kind}{self.count[kind]}"
                self.count[kind] += 1
                bits = [column.popleft() for _ in range(3 if kind == "full" else 2)]
                adder = self.gates.full_adder if kind == "full" else self.gates.half_adder
                adder(name, bits, f"{name}_s", f"{name}_c")
                column.append(f"{name}_s")  # behind the others: the tree stays low
                carries.append(f"{name}_c")
            found.append(column[0])
            if carries:
                columns[:1] = [(columns[0] if columns else deque()) + carries]
        return found


def tree_deck(
    technology: Technology, kind: Kind, inputs: int, width: int = 1, period: float = 4e-9, bit: float = 0.0
) -> TreeDeck:
    """Return the deck of a tree that adds `inputs` words of `width` bits.

    Of a "count" and a "sum" amplifiers that pre-charge take the bits away again after a `period` [s]; both changes
    are counted. With "held" the amplifiers hold the weights, and one word of inputs follows another. Nominally all
    bits are `bit`.

    Measures: ``out0`` … [V], the bits of the sum, ``settled0`` … [s], when they crossed half of the supply for the
    last time, ``energy`` [J] of all gates, and ``rest`` [J], what they take before, in ten edges of the logic.
    """
    design = technology.design
    supply, edge = design.supply, design.logic_edge
    builder = CircuitBuilder(
        "adder tree", f"{inputs} inputs of {width} bits, {kind}", technology.process, technology.temperature
    )
    builder.hold("dd", "vdd", supply)
    taken, end = _REST + period, _REST + 2 * period
    go = ((0, 0), (_REST, 0), (_REST + edge, 1), (taken, 1), (taken + edge, 0 if kind != "held" else 1))
    builder.drive("go", "go", go)
    tree = _Tree(Gates(builder, design, "vdd", matched=True))
    columns: list[deque[str]] = [deque() for _ in range(width)]
    for word in range(inputs):
        _input(builder, tree, kind, word, width, supply, columns, bit)
    sums = tree.add(columns)
    for node in sums:
        builder.capacitance(node, node, design.output_capacitance)
    late = _REST + _DECIDED * period
    begin, stop = _REST - edge, end if kind != "held" else taken
    deck = builder.deck(
        (
            *(At(f"out{k}", node, late) for k, node in enumerate(sums)),
            *(
                Until(Settled(f"settled{k}", node, supply / 2, _REST), late)
                for k, node in enumerate(sums)
            ),
            Energy("energy", "vdd", None, "i(vdd)", begin, stop, delivered=True),
            Energy("rest", "vdd", None, "i(vdd)", begin - 10 * edge, begin, delivered=True),
        ),
        _STEP,
        stop,
        also_save=("go",),
    )  # fmt: skip
    return TreeDeck(deck, kind, inputs, width, len(sums), tree.count)


def _input(
    builder: CircuitBuilder,
    tree: _Tree,
    kind: Kind,
    word: int,
    width: int,
    supply: float,
    columns: list[deque[str]],
    nominal: float,
) -> None:
    """Add one word with its gates: its bits go into the columns."""

    def source(name: str, node: str, high: str) -> None:
        builder.circuit.BehavioralSource(
            name, node, builder.circuit.gnd, voltage_expression=f"{supply!r}*({high})"
        )

    if kind == "count":
        _value(builder, f"after{word}", nominal)
        source(f"qb{word}", f"qb{word}", f"1-v(after{word})*v(go)")
        tree.inverter(f"qb{word}", f"bit{word}")
        columns[0].append(f"bit{word}")
        return
    _value(builder, f"weight{word}", nominal)
    gone = "v(go)" if kind == "sum" else "1"
    source(f"q{word}", f"q{word}", f"1-(1-v(weight{word}))*{gone}")
    source(f"qb{word}", f"qb{word}", f"1-v(weight{word})*{gone}")
    tree.inverter(f"qb{word}", f"w{word}")
    tree.inverter(f"q{word}", f"wb{word}")
    for bit in range(width):
        k = word * width + bit
        now = f"v(after{k})"
        if kind == "held":
            _value(builder, f"before{k}", nominal)
            now = f"v(before{k})+(v(after{k})-v(before{k}))*v(go)"
        _value(builder, f"after{k}", nominal)
        source(f"x{k}", f"x{k}", now)
        source(f"xb{k}", f"xb{k}", f"1-({now})")
        tree.nand(f"x{k}", f"w{word}", f"straight{k}")
        tree.nand(f"xb{k}", f"wb{word}", f"crossed{k}")
        tree.nand(f"straight{k}", f"crossed{k}", f"bit{k}")
        columns[bit].append(f"bit{k}")


def _value(builder: CircuitBuilder, name: str, nominal: float) -> None:
    """Add a node of so many volts as a sample says under this name."""
    builder.current(name, "0", name, nominal)
    builder.circuit.R(name, name, builder.circuit.gnd, 1)
