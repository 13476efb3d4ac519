"""Memory devices of any equations: what circuits and studies need of them, and their cards by name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from spicekit.data import MEMORY_CARDS
from spicekit.models.foreign.device import ForeignDevice
from spicekit.models.foreign.load import load_foreign
from spicekit.models.foreign.syntax import refuse_syntax
from spicekit.models.population import Population
from spicekit.models.quantity import Quantity, find_card
from spicekit.models.rram import Ageing, RramModel, load_rram
from spicekit.models.telegraph_noise import TelegraphNoise, TrapTime
from spicekit.readers import read_toml


class States(Protocol):
    """State of a device before its first pulse, and before forming."""

    @property
    def lrs(self) -> Quantity: ...
    @property
    def hrs(self) -> Quantity: ...
    @property
    def pristine(self) -> Quantity: ...


class MemoryModel(Protocol):
    """A two-terminal memory device with one state variable, the voltage of its node `gap`."""

    @property
    def name(self) -> str: ...
    @property
    def quantities(self) -> Mapping[str, Quantity]: ...
    @property
    def initial(self) -> States: ...
    @property
    def subcircuit_name(self) -> str:
        """Of the subcircuit with the pins top and bottom electrode, and the parameter `gap_initial`."""
        ...

    @property
    def alter(self) -> Mapping[str, str]:
        """Commands that set what is drawn, for an instance and then a value."""
        ...

    @property
    def state_command(self) -> str:
        """The command that sets where the state starts, for an instance and then a value."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Verilog-A texts that decks need compiled."""
        ...

    @property
    def started(self) -> bool:
        """Whether circuits need the node ``sk_start``, which is 1 V at the very start and 0 V then."""
        ...

    @property
    def high_is_wide(self) -> bool:
        """Whether the state variable is larger in the high resistance state."""
        ...

    @property
    def state_per_ln(self) -> float | None:
        """Change of the state by which ln R rises by 1; None if it is no constant."""
        ...

    @property
    def capacitance(self) -> float:
        """Of the electrodes [F]."""
        ...

    @property
    def relative_tolerance(self) -> float | None:
        """The `reltol` that it needs where its state moves; None: that of the deck will do."""
        ...

    @property
    def ageing(self) -> Ageing | None: ...
    @property
    def telegraph_noise(self) -> TelegraphNoise: ...
    @property
    def trap_time(self) -> TrapTime | None:
        """How fast the traps of that noise are; None where the card does not say it."""
        ...

    @property
    def fitted_at(self) -> Mapping[str, tuple[float, float]]:
        """Lowest and highest condition that was measured (SI), by its name."""
        ...

    def value(self, parameter: str) -> float:
        """Return the nominal value of a parameter."""
        ...

    def with_value(self, parameter: str, value: float) -> "MemoryModel":
        """Return the device with another value of a parameter that its card has."""
        ...

    def resting(self) -> "MemoryModel":
        """Return the device for waits without voltage."""
        ...

    def population(self, wear: float = 0.0) -> Population:
        """Return how devices are drawn."""
        ...

    def subcircuit(self, temperature: float) -> str:
        """Return the text of the device at a temperature [K] of the surroundings."""
        ...


def checked_memory(source: str | Path) -> RramModel | ForeignDevice:
    """Load a card as `load_memory` does; what the compiler says of its Verilog-A comes first.

    Raises:
        InputError: as `load_memory`, and a text that does not compile.
    """
    refuse_syntax(find_card(source, *MEMORY_CARDS))
    return load_memory(source)


def load_memory(source: str | Path = "hfo2_130nm") -> RramModel | ForeignDevice:
    """Load the card of a memory device by its bundled name or by the path of a TOML file.

    A card with a table ``[model]`` wraps equations from elsewhere.

    Raises:
        InputError: as `load_rram` and `load_foreign`.
    """
    path = find_card(source, *MEMORY_CARDS)
    return load_foreign(path) if "model" in read_toml(path) else load_rram(path)
