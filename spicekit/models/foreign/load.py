"""Loads the card of a memory device from elsewhere, and checks it against the model that it names."""

from pathlib import Path

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.models.foreign.card import ForeignCard
from spicekit.models.foreign.device import ForeignDevice
from spicekit.models.foreign.module import Module, find_module
from spicekit.models.foreign.subcircuit import Subcircuit, find_subcircuit
from spicekit.models.population import CURRENT, Correlation, mixing
from spicekit.models.quantity import Quantity, read_card
from spicekit.ngspice.flat import expanded, flat_lines, read_netlist
from spicekit.readers import read_toml


def load_foreign(path: Path) -> ForeignDevice:
    """Load the card of a foreign device.

    Raises:
        InputError: with the file and what to change: a key, a name that the model does not have, a line of the model
            that is not known to be good.
    """
    card = read_card(path, ForeignCard)
    _check_card(path, card)
    file = model_file(path, card.model.file)
    _check_file(path, file)
    try:
        if file.suffix == ".va":
            model = find_module(
                read_netlist(file), str(file), card.state.node, card.state.storage, card.model.heat
            )
            if model.name != card.model.name:
                raise InputError(
                    f"`model.name`: got `{card.model.name}`, but the module of {file} is `{model.name}`: write "
                    f'`name = "{model.name}"`'
                )
        else:
            model = find_subcircuit(
                flat_lines(file), card.model.name, str(file), card.state.node, card.state.stored_in
            )
            if card.model.heat:
                model.require_node(card.model.heat, "model.heat")
        for key in ("top", "bottom"):
            _check_pin(model, f"model.terminals.{key}", getattr(card.model.terminals, key))
        if card.model.temperature:
            model.nominal(card.model.temperature, "model.temperature")
        for name in card.parameters:
            model.nominal(name, f"parameters.{name}")
        nominals = {CURRENT: 1.0}
        for name in card.spread:
            if name != CURRENT:
                given = card.parameters.get(name)
                nominals[name] = given.value if given else model.nominal(name, f"spread.{name}")
        device = ForeignDevice(card, card.parameters, nominals, model)
        device.subcircuit(300.0)  # refuses elements that no parameter can be altered in
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return device


def model_file(card: Path, name: str) -> Path:
    """Return where the file of a card's model is: in a run folder beside the card, whatever folder it came from.

    Raises:
        InputError: the path holds a variable that is not set.
    """
    file = card.parent / expanded(name, f"{card}: `model.file`")
    beside = card.parent / file.name
    return beside if beside.is_file() and not file.is_file() else file


def model_text(card: Path) -> tuple[str, str]:
    """Return the name and the whole text of the model that a foreign card names, with all that it includes.

    Raises:
        InputError: no such file.
    """
    file = model_file(card, str(read_toml(card)["model"]["file"]))
    if file.suffix == ".va":
        return file.name, read_netlist(file)
    return file.name, "\n".join([*(line.written() for line in flat_lines(file)), ""])


def _check_file(card: Path, file: Path) -> None:
    if not file.is_file():
        kind = f"*{file.suffix}" if file.suffix else "*"
        beside = sorted(one.name for one in file.parent.glob(kind)) if file.parent.is_dir() else []
        raise InputError(f"{card}: `model.file`: there is no file {file}{did_you_mean(file.name, beside)}")


def _check_pin(model: Subcircuit | Module, key: str, name: str) -> None:
    pins = model.own_pins if isinstance(model, Module) else model.pins
    asked = name if isinstance(model, Module) else name.lower()
    if asked not in pins:
        raise InputError(
            f"`{key}`: `{model.name}` has no pin `{name}`{did_you_mean(name, pins)}; its pins are "
            f"{', '.join(f'`{p}`' for p in pins)}"
        )


def _shown(one: Quantity) -> str:
    return f"{one.value:g} {one.unit}".rstrip()


def _check_card(path: Path, card: ForeignCard) -> None:
    state, initial = card.state, card.initial
    if card.model.terminals.top.lower() == card.model.terminals.bottom.lower():
        raise InputError(f"{path}: `model.terminals`: top and bottom are both `{card.model.terminals.top}`")
    if card.model.capacitance.unit != "F" or card.model.capacitance.value <= 0:
        raise InputError(
            f"{path}: `model.capacitance`: got {_shown(card.model.capacitance)}, expected a value above 0 with "
            "the unit `F`"
        )
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
    except np.linalg.LinAlgError:
        raise InputError(f"{path}: `correlation`: no devices can have these correlations together") from None
