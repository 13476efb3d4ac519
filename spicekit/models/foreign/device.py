"""A memory device from elsewhere, as circuits and studies take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from spicekit.errors import InputError
from spicekit.models.foreign.card import ForeignCard
from spicekit.models.foreign.module import Module
from spicekit.models.foreign.subcircuit import Subcircuit
from spicekit.models.population import CURRENT, Correlation, Drawn, Population
from spicekit.models.quantity import Quantity
from spicekit.models.spread_law import CorrelationLaw, SpreadLaw
from spicekit.models.telegraph_noise import TelegraphNoise

_NO_MEMORY = 1.0  # cycles, of a card without slow parts


@dataclass(frozen=True)
class Initial:
    """States before the first pulse, in the unit of the state."""

    lrs: Quantity
    hrs: Quantity
    pristine: Quantity


@dataclass(frozen=True)
class ForeignDevice:
    """A card with the text of its model."""

    card: ForeignCard
    quantities: Mapping[str, Quantity]  # values other than the model's own
    nominals: Mapping[str, float]  # of all that is drawn
    model: Subcircuit | Module = field(repr=False)

    @property
    def name(self) -> str:
        """Name of the card."""
        return self.card.meta.name

    @property
    def subcircuit_name(self) -> str:
        """Name of the subcircuit that circuits instantiate."""
        return f"device_{self.name.lower()}"

    @property
    def initial(self) -> Initial:
        """States before the first pulse; a device that needs no forming starts from its high one."""
        given = self.card.initial
        return Initial(given.lrs, given.hrs, given.pristine or given.hrs)

    @property
    def laws(self) -> Mapping[str, SpreadLaw]:
        """Spread of what is drawn."""
        return self.card.spread

    @property
    def correlations(self) -> tuple[CorrelationLaw, ...]:
        """Between devices."""
        return self.card.correlation

    @property
    def fitted_at(self) -> Mapping[str, tuple[float, float]]:
        """Conditions that were measured, as the card says."""
        return self.card.fitted_at

    ageing = None
    """It has no law of ageing."""

    @property
    def high_is_wide(self) -> bool:
        """Whether the state variable is larger in the high resistance state."""
        return self.card.initial.hrs.value > self.card.initial.lrs.value

    state_per_ln = None
    """How ln R depends on the state is not known without simulating it."""

    @property
    def relative_tolerance(self) -> float | None:
        """The `reltol` that it needs where its state moves, if the usual one is too coarse."""
        return self.card.numerics.relative_tolerance if self.card.numerics else None

    @property
    def capacitance(self) -> float:
        """Of the electrodes [F]."""
        return self.card.model.capacitance.value

    @property
    def _drawn(self) -> list[str]:
        return [p for p in self.laws if p != CURRENT]

    @property
    def sources(self) -> tuple[str, ...]:
        """Verilog-A texts that decks need compiled."""
        return self.model.sources(self._drawn)

    @property
    def started(self) -> bool:
        """Whether circuits need the node ``sk_start``, which is 1 V at the very start and 0 V then."""
        return self.model.started

    @property
    def state_command(self) -> str:
        """The command that sets where the state starts, for an instance and then a value."""
        return self.model.state_command

    @property
    def alter(self) -> Mapping[str, str]:
        """The commands that set what is drawn, for an instance and then a value."""
        return {CURRENT: "alter v.{}.vcurrent={{}}", **{p: self.model.command(p) for p in self._drawn}}

    def value(self, parameter: str) -> float:
        """Return the nominal value of what is drawn, in the unit of the model."""
        return self.nominals[parameter]

    def with_value(self, parameter: str, value: float) -> "ForeignDevice":
        """Return the device with another value of a parameter of its card."""
        quantity = self.quantities[parameter].model_copy(update={"value": value})
        nominals = {p: value if p == parameter else nominal for p, nominal in self.nominals.items()}
        return replace(self, quantities={**self.quantities, parameter: quantity}, nominals=nominals)

    def resting(self) -> "ForeignDevice":
        """Return the device for waits without voltage: the same."""
        return self

    @property
    def telegraph_noise(self) -> TelegraphNoise:
        """Refuse: the card has no law of it."""
        raise InputError(
            f"`telegraph_noise`: the card of `{self.name}` has no law of it, as the model comes from elsewhere: remove "
            "the key"
        )

    @property
    def trap_time(self) -> None:
        """None: the card has no law of traps."""
        return None

    def population(self, wear: float = 0.0) -> Population:
        """Return how devices are drawn; there is no wear."""
        del wear
        card = self.card
        drawn = {p: self.laws[p].drawn(self.value(p)) if p in self.laws else Drawn(1.0) for p in self.alter}
        initial = self.initial
        return Population(
            drawn,
            card.cycling.correlation_cycles.value if card.cycling else _NO_MEMORY,
            {"lrs": initial.lrs.value, "hrs": initial.hrs.value, "pristine": initial.pristine.value},
            (card.state.minimum, card.state.maximum),
            tuple(Correlation(*c.of, c.value) for c in self.correlations),
        )

    def subcircuit(self, temperature: float) -> str:
        """Return the text of the device at a `temperature` [K] of the surroundings, with the foreign one inside.

        Nodes ``te``, ``be``; ``gap``, the state; ``temp``, the temperature in K. What flows through the foreign device
        is multiplied by a source ``vcurrent``. Its own parameter ``gap_initial`` is where the state starts.
        """
        model, card = self.card.model, self.card
        electrodes = {model.terminals.top: "inner", model.terminals.bottom: "be"}
        named = {one.lower(): node for one, node in electrodes.items()}
        state, heat = card.state.node.lower(), (model.heat or "").lower()
        pins = {pin.lower() for pin in self.model.pins}
        nodes = [({state: "gap", heat: "temp"} | named).get(pin.lower(), pin) for pin in self.model.pins]
        values = {name: quantity.value for name, quantity in self.quantities.items()}
        if model.temperature:
            values[model.temperature] = float(temperature)
        return "\n".join(
            [
                f"* {self.name}: `{model.name}` of {Path(model.file).name}. {card.meta.description}",
                f".subckt {self.subcircuit_name} te be gap_initial={card.initial.lrs.value!r}",
                "vinner te inner 0",
                *self.model.instance(nodes, values),
                "vcurrent current 0 dc 1",
                "bcurrent te be i=i(vinner)*(v(current)-1)",
                f"ccell te be {self.capacitance!r}",
                *([] if state in pins else [f"estate gap 0 xd.{state} 0 1", ".ic v(gap)={gap_initial}"]),
                *([f"vtemp temp 0 {float(temperature)!r}"] if not heat else
                  [] if heat in pins else [f"etemp temp 0 xd.{heat} 0 1"]),
                f".ends {self.subcircuit_name}",
                *self.model.definition(self._drawn, values),
            ]
        )  # fmt: skip
