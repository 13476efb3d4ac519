"""What a circuit builder asks of a process, and what it gets: one drawn transistor as SPICE text."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.ngspice.compiled import Compiled
from spicekit.ngspice.draws import of_law
from spicekit.ngspice.wiring import Coordinate

KINDS = ("nmos", "pmos", "access", "thick_pmos")


@dataclass(frozen=True)
class Transistor:
    """One drawn transistor.

    Raises:
        InputError: if `kind` is not a known role, or `width` or `length` is not a size in m.
    """

    # "nmos", "pmos" (core), "access" (thick-oxide nmos, such as in series with a memory device), "thick_pmos"
    kind: str
    width: float  # m, total drawn width
    length: float  # m

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            known = ", ".join(f"`{kind}`" for kind in KINDS)
            raise InputError(f"`kind` is `{self.kind}`, not one of {known}{did_you_mean(self.kind, KINDS)}")
        for key, value in (("width", self.width), ("length", self.length)):
            # a width of 0.84 is a micrometre that was not converted
            if not 1e-9 <= value <= 1e-2:
                raise InputError(f"`{key}` is {value!r}: expected metres, such as 0.84e-6")


@dataclass(frozen=True)
class Spread:
    """One mismatch coordinate of one instance: ``value = nominal + sigma * z``, z standard normal or by its law."""

    name: str  # "mn0.vth0"
    command: str  # ngspice command with one {} for the value
    nominal: float
    sigma: float  # one standard deviation, in `unit`
    unit: str
    law: str = "normal"  # or "uniform", "sign"

    def value(self, z: np.ndarray) -> np.ndarray:
        """Return the values (n,) at standard normal coordinates (n,)."""
        return self.nominal + self.sigma * of_law(self.law, z)


@dataclass(frozen=True)
class InstanceText:
    """One transistor as text for the top level of a deck."""

    lines: tuple[str, ...]  # the instance, and what stands in series with its gate if anything does
    cards: tuple[str, ...]  # its own model card; empty when the process brings shared models
    spread: tuple[Spread, ...]  # none when the process states no mismatch


@dataclass(frozen=True)
class Process(ABC):
    """What circuits are drawn in.

    A deck holds `header` once, then `lines` and `cards` of every instance; it must not set
    ``.option scale``.
    """

    name: str  # "sky130 tt"
    header: tuple[str, ...] = field(repr=False)  # lines that stand once in the deck
    supply: float  # V, of the core transistors
    access_supply: float  # V, the highest nominal gate voltage of the access transistors
    identity: str  # SHA-256 of the model text: results computed with other models are other results
    osdi: tuple[Compiled, ...] = field(
        default=(), kw_only=True, repr=False
    )  # compiled models that decks load

    devices: Mapping[str, str] = field(default_factory=dict, kw_only=True, repr=False, hash=False)
    """Names by which netlists call its transistors, in lower case -> kind."""
    drawn_unit: float = field(default=1.0, kw_only=True)
    """m per unit of `w` and `l` in such netlists."""
    drawn: tuple[Coordinate, ...] = field(default=(), kw_only=True, repr=False)
    """What the header draws outside of subcircuits: one number for all transistors of a sample."""

    @abstractmethod
    def instance(
        self,
        name: str,
        drain: str,
        gate: str,
        source: str,
        bulk: str,
        transistor: Transistor,
        matched: bool = False,
    ) -> InstanceText:
        """Return the text of one transistor; `matched`: without mismatch, its card that of all such of its size.

        Raises:
            InputError: if the process does not have this transistor.
        """
