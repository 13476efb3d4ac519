"""A memory device from elsewhere, as circuits and studies take it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.models.foreign.card import ForeignCard
from spicekit.models.foreign.subcircuit import (
    INITIAL,
    PREFIX,
    Subcircuit,
    altered,
    find_subcircuit,
    nominal,
    storage,
)
from spicekit.models.population import CURRENT, Correlation, Drawn, Population, mixing
from spicekit.models.quantity import Quantity, read_card
from spicekit.models.spread_law import CorrelationLaw, SpreadLaw
from spicekit.models.telegraph_noise import TelegraphNoise
from spicekit.ngspice.flat import flat_lines

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
    model: Subcircuit = field(repr=False)
    store: str  # the capacitor that holds the state

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
    def capacitance(self) -> float:
        """Of the electrodes [F]."""
        return self.card.model.capacitance.value

    @property
    def sources(self) -> tuple[str, ...]:
        """Verilog-A texts that decks need compiled."""
        return ()

    @property
    def state_command(self) -> str:
        """The command that sets where the state starts, for an instance and then a value."""
        return f"alter @c.{{}}.xd.{self.store}[ic]={{{{}}}}"

    @property
    def alter(self) -> Mapping[str, str]:
        """The commands that set what is drawn, for an instance and then a value."""
        inside = {p: f"alter v.{{}}.xd.v{PREFIX}{p.lower()}={{{{}}}}" for p in self.laws if p != CURRENT}
        return {CURRENT: "alter v.{}.vcurrent={{}}", **inside}

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
        electrodes = {model.terminals.top.lower(): "inner", model.terminals.bottom.lower(): "be"}
        state, heat = card.state.node.lower(), (model.heat or "").lower()
        pins = [electrodes.get(p) or {state: "gap", heat: "temp"}.get(p) or p for p in self.model.pins]
        values = {name: quantity.value for name, quantity in self.quantities.items()}
        if model.temperature:
            values[model.temperature] = float(temperature)
        return "\n".join(
            [
                f"* {self.name}: `{model.name}` of {Path(self.model.file).name}, {card.meta.description}",
                f".subckt {self.subcircuit_name} te be gap_initial={card.initial.lrs.value!r}",
                "vinner te inner 0",
                f"xd {' '.join(pins)} {self.model.name} {INITIAL}={{gap_initial}}",
                "vcurrent current 0 dc 1",
                "bcurrent te be i=i(vinner)*(v(current)-1)",
                f"ccell te be {self.capacitance!r}",
                *([] if state in self.model.pins else [f"estate gap 0 xd.{state} 0 1"]),
                *([f"vtemp temp 0 {float(temperature)!r}"] if not heat else
                  [] if heat in self.model.pins else [f"etemp temp 0 xd.{heat} 0 1"]),
                f".ends {self.subcircuit_name}",
                altered(self.model, [p for p in self.laws if p != CURRENT], self.store, values),
            ]
        )  # fmt: skip


def load_foreign(path: Path) -> ForeignDevice:
    """Load the card of a foreign device.

    Raises:
        InputError: with the file and what to change: a key, a name that the model does not have, a line of the model
            that is not known to be good.
    """
    card = read_card(path, ForeignCard)
    _check_card(path, card)
    file = path.parent / card.model.file
    try:
        model = find_subcircuit(flat_lines(file), card.model.name, str(file))
        for key in ("top", "bottom"):
            _check_pin(model, f"model.terminals.{key}", getattr(card.model.terminals, key))
        if card.model.temperature:
            nominal(model, card.model.temperature, "model.temperature")
        for name in card.parameters:
            nominal(model, name, f"parameters.{name}")
        nominals = {CURRENT: 1.0}
        for name in card.spread:
            if name != CURRENT:
                given = card.parameters.get(name)
                nominals[name] = given.value if given else nominal(model, name, f"spread.{name}")
        store = storage(model, card.state.node, card.state.stored_in)
        device = ForeignDevice(card, card.parameters, nominals, model, store)
        device.subcircuit(300.0)  # refuses elements that no parameter can be altered in
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return device


def _check_pin(model: Subcircuit, key: str, name: str) -> None:
    if name.lower() not in model.pins:
        raise InputError(
            f"`{key}`: subcircuit `{model.name}` has no pin `{name}`{did_you_mean(name, model.pins)}; its pins are "
            f"{', '.join(f'`{p}`' for p in model.pins)}"
        )


def _check_card(path: Path, card: ForeignCard) -> None:
    state, initial = card.state, card.initial
    if card.model.terminals.top.lower() == card.model.terminals.bottom.lower():
        raise InputError(f"{path}: `model.terminals`: top and bottom are both `{card.model.terminals.top}`")
    if card.model.capacitance.unit != "F" or card.model.capacitance.value <= 0:
        raise InputError(f"{path}: `model.capacitance`: expected a value above 0 with the unit `F`")
    for name in ("lrs", "hrs", "pristine"):
        quantity = getattr(initial, name)
        if quantity is None:
            continue
        if quantity.unit != state.unit:
            raise InputError(
                f"{path}: `initial.{name}`: unit `{quantity.unit}`, expected `{state.unit}`, that of `state.unit`"
            )
        if not state.minimum <= quantity.value <= state.maximum:
            raise InputError(
                f"{path}: `initial.{name}`: got {quantity.value:g}, expected between `state.minimum` and "
                f"`state.maximum`, {state.minimum:g} and {state.maximum:g}"
            )
    if initial.lrs.value == initial.hrs.value:
        raise InputError(
            f"{path}: `initial`: `lrs` and `hrs` are both {initial.lrs.value:g}: give two states"
        )
    if card.cycling is None and any(law.slow for law in card.spread.values()):
        raise InputError(
            f"{path}: key `cycling.correlation_cycles` is missing: a parameter has a `slow` part"
        )
    for k, c in enumerate(card.correlation):
        for name in c.of:
            if name not in card.spread:
                raise InputError(
                    f"{path}: `correlation.{k}.of`: got `{name}`, expected one of {', '.join(card.spread)}"
                    + did_you_mean(name, card.spread)
                )
    names = tuple(card.spread)
    try:
        mixing(names, tuple(Correlation(*c.of, c.value) for c in card.correlation))
    except Exception as error:  # numpy.linalg.LinAlgError
        raise InputError(f"{path}: `correlation`: no devices can have these correlations together") from error
