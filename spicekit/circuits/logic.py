"""Static CMOS gates of the process's logic transistors: what stands beside a memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.models.design import Design
from spicekit.models.transistor import Transistor


@dataclass(frozen=True)
class Gates:
    """Adds gates to a circuit; all transistors are as wide as those of the sense amplifier's latch."""

    builder: CircuitBuilder
    design: Design
    supply: str  # node
    matched: bool = False  # without mismatch: of energies that many gates share it says nothing

    def _n(self, name: str, drain: str, gate: str, source: str) -> None:
        self.builder.transistor(name, drain, gate, source, self._sized("nmos"), self.matched)

    def _p(self, name: str, drain: str, gate: str, source: str) -> None:
        self.builder.transistor(name, drain, gate, source, self._sized("pmos"), self.matched)

    def _sized(self, kind: str) -> Transistor:
        return Transistor(kind, self.design.latch_width, self.design.logic_length)

    def inverter(self, name: str, a: str, out: str) -> None:
        """Add out = not a."""
        self._n(f"{name}_n", out, a, "0")
        self._p(f"{name}_p", out, a, self.supply)

    def nand(self, name: str, a: str, b: str, out: str) -> None:
        """Add out = not (a and b)."""
        self._n(f"{name}_na", out, a, f"{name}_low")
        self._n(f"{name}_nb", f"{name}_low", b, "0")
        self._p(f"{name}_pa", out, a, self.supply)
        self._p(f"{name}_pb", out, b, self.supply)

    def minority(self, name: str, a: str, b: str, c: str, out: str) -> None:
        """Add out = not (at least two of a, b, c): the carry of the mirror adder, ten transistors."""
        low, deep, high, top = (f"{name}_{node}" for node in ("low", "deep", "high", "top"))
        self._n(f"{name}_nc", out, c, low)
        self._n(f"{name}_na", low, a, "0")
        self._n(f"{name}_nb", low, b, "0")
        self._n(f"{name}_ma", out, a, deep)
        self._n(f"{name}_mb", deep, b, "0")
        self._p(f"{name}_pc", out, c, high)
        self._p(f"{name}_pa", high, a, self.supply)
        self._p(f"{name}_pb", high, b, self.supply)
        self._p(f"{name}_qa", out, a, top)
        self._p(f"{name}_qb", top, b, self.supply)

    def full_adder(self, name: str, bits: Sequence[str], total: str, carry: str) -> None:
        """Add the mirror adder, 28 transistors: `total` is the sum of three bits modulo two, `carry` what is over."""
        (a, b, c), less, odd = bits, f"{name}_less", f"{name}_odd"
        self.minority(f"{name}_carry", a, b, c, less)
        low, high = f"{name}_low", f"{name}_high"
        deep, deeper, top, upper = (f"{name}_{node}" for node in ("deep", "deeper", "top", "upper"))
        self._n(f"{name}_nl", odd, less, low)
        self._p(f"{name}_pl", odd, less, high)
        for bit, node in zip("abc", bits, strict=True):
            self._n(f"{name}_n{bit}", low, node, "0")
            self._p(f"{name}_p{bit}", high, node, self.supply)
        self._n(f"{name}_ma", odd, a, deep)
        self._n(f"{name}_mb", deep, b, deeper)
        self._n(f"{name}_mc", deeper, c, "0")
        self._p(f"{name}_qa", odd, a, top)
        self._p(f"{name}_qb", top, b, upper)
        self._p(f"{name}_qc", upper, c, self.supply)
        self.inverter(f"{name}_to_carry", less, carry)
        self.inverter(f"{name}_to_total", odd, total)

    def half_adder(self, name: str, bits: Sequence[str], total: str, carry: str) -> None:
        """Add two bits by four NAND gates and an inverter, 18 transistors."""
        a, b = bits
        both, left, right = (f"{name}_{node}" for node in ("both", "left", "right"))
        self.nand(f"{name}_1", a, b, both)
        self.nand(f"{name}_2", a, both, left)
        self.nand(f"{name}_3", b, both, right)
        self.nand(f"{name}_4", left, right, total)
        self.inverter(f"{name}_to_carry", both, carry)

    def gate(self, name: str, a: str, b: str, on: str, off: str) -> None:
        """Add a transmission gate between two nodes, open when `on` is high and `off` is low."""
        self._n(f"{name}_n", a, on, b)
        self._p(f"{name}_p", a, off, b)

    def flip_flop(self, name: str, data: str, clock: str, out: str) -> None:
        """Add a flip-flop of two latches of transmission gates that takes `data` when `clock` rises; 20 transistors."""
        late, true = f"{name}_late", f"{name}_true"
        self.inverter(f"{name}_clock", clock, late)
        self.inverter(f"{name}_again", late, true)
        first, held, back = (f"{name}_{node}" for node in ("first", "held", "back"))
        self.gate(f"{name}_in", data, first, late, true)
        self.inverter(f"{name}_hold", first, held)
        self.inverter(f"{name}_keep", held, back)
        self.gate(f"{name}_loop", back, first, true, late)
        second, kept = f"{name}_second", f"{name}_kept"
        self.gate(f"{name}_pass", held, second, true, late)
        self.inverter(f"{name}_drive", second, out)
        self.inverter(f"{name}_return", out, kept)
        self.gate(f"{name}_store", kept, second, late, true)
