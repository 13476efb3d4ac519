"""Numbers that say where they come from, and the TOML files that hold them."""

from collections.abc import Collection, Mapping
from dataclasses import field, fields
from pathlib import Path
from typing import Any, TypeVar

import pydantic

from spicekit.data import bundled_cards
from spicekit.errors import InputError, did_you_mean
from spicekit.models.card_errors import in_words
from spicekit.readers import read_toml

STATUS = "^(published|fitted|assumed)$"
Card = TypeVar("Card", bound=pydantic.BaseModel)
Design = TypeVar("Design", bound=Any)  # a dataclass


class Quantity(pydantic.BaseModel, extra="forbid", frozen=True):
    """A number with its unit, its source, and whether it is published, fitted or assumed."""

    value: float = pydantic.Field(strict=True, allow_inf_nan=False)
    unit: str
    status: str = pydantic.Field(pattern=STATUS)
    source: str = pydantic.Field(min_length=1)

    @property
    def identity(self) -> float:
        """What samples depend on: where a number comes from does not change it."""
        return self.value


class Meta(pydantic.BaseModel, extra="forbid", frozen=True):
    """What a TOML file of device parameters says about itself."""

    name: str
    description: str
    subcircuit: str = ""


class _Quantities(pydantic.BaseModel, extra="forbid", frozen=True):
    meta: Meta
    quantities: dict[str, Quantity]


def find_card(source: str | Path, *folders: str) -> Path:
    """Return the TOML file that `source` names: a bundled name in `folders` below `device_models`, or a path.

    Raises:
        InputError: neither.
    """
    bundled = bundled_cards(*folders)
    if str(source) in bundled:
        return bundled[str(source)]
    path = Path(source)
    if path.suffix != ".toml" or not path.is_file():
        meant = did_you_mean(path.name, _siblings(path)) if path.suffix == ".toml" else ""
        raise InputError(
            f"model `{source}` is neither a TOML file that exists nor one of {', '.join(sorted(bundled))}"
            + (meant or did_you_mean(str(source), bundled))
        )
    return path


def _siblings(path: Path) -> list[str]:
    """Return the names of the TOML files that are where a file was looked for."""
    try:
        return sorted(file.name for file in path.parent.glob("*.toml"))
    except (OSError, ValueError):
        return []


def read_card(path: Path, card: type[Card]) -> Card:
    """Return the content of a TOML file, checked against the pydantic model `card`.

    Raises:
        InputError: unreadable, or not of the form expected; names the file and the key.
    """
    tree = read_toml(path)
    try:
        return card.model_validate(tree)
    except pydantic.ValidationError as error:
        raise InputError(f"{path}: {in_words(error, card)}") from None


def in_unit(unit: str) -> float:
    """Declare a field of a dataclass that `read_quantities` fills, in SI units."""
    return field(metadata={"unit": unit})


def read_quantities(path: Path, kind: type[Design], ranges: Mapping[str, tuple[float, float]]) -> Design:
    """Return the dataclass whose fields, each declared by `in_unit`, are the section `quantities` of a TOML file.

    Args:
        ranges: by unit the least and the largest value; beyond stands a slip of the prefix.

    Raises:
        InputError: unreadable, unknown or missing quantity, another unit, or a value out of range.
    """
    card = read_card(path, _Quantities)
    units = {quantity.name: quantity.metadata["unit"] for quantity in fields(kind)}
    check_quantities(path, "quantities", card.quantities, units)
    for name, quantity in card.quantities.items():
        low, high = ranges[units[name]]
        if not low <= quantity.value <= high:
            raise InputError(
                f"{path}: `quantities.{name}`: got {quantity.value:g} {units[name]}, expected {low:g} to {high:g} "
                f"{units[name]}: check the power of ten"
            )
    return kind(**{name: quantity.value for name, quantity in card.quantities.items()})


def check_quantities(path: Path, section: str, got: Mapping[str, Quantity], units: Mapping[str, str]) -> None:
    """Raise InputError unless `got` has exactly the names of `units`, each in that unit and not negative.

    Units are compared and never converted: a card is read by people, who must see the number that is used.
    """
    check_names(path, section, got, units)
    for name, quantity in got.items():
        if quantity.unit != units[name]:
            raise InputError(
                f"{path}: `{section}.{name}`: unit `{quantity.unit}`, expected `{units[name]}`: convert the value"
            )
        if quantity.value < 0 or (quantity.value == 0 and not name.endswith("_min")):
            raise InputError(f"{path}: `{section}.{name}`: got {quantity.value:g}, expected a number above 0")


def check_signs(
    path: Path,
    got: Mapping[str, Quantity],
    units: Mapping[str, str],
    above_zero: Collection[str],
    not_negative: Collection[str] = (),
) -> None:
    """Raise InputError unless `got`, of the section `parameters`, has the names and units given, and these signs."""
    check_names(path, "parameters", got, units)
    for name, quantity in got.items():
        if quantity.unit != units[name]:
            raise InputError(
                f"{path}: `parameters.{name}`: unit `{quantity.unit}`, expected `{units[name]}`: convert the value"
            )
        if name in above_zero and quantity.value <= 0:
            raise InputError(
                f"{path}: `parameters.{name}`: got {quantity.value:g}, expected a number above 0"
            )
        if name in not_negative and quantity.value < 0:
            raise InputError(f"{path}: `parameters.{name}`: got {quantity.value:g}, expected 0 or more")


def check_names(path: Path, section: str, got: Collection[str], known: Collection[str]) -> None:
    """Raise InputError if `got` lacks one of the `known` names or has another one."""
    for name in got:
        if name not in known:
            raise InputError(f"{path}: unknown key `{section}.{name}`{did_you_mean(name, known)}")
    for name in known:
        if name not in got:
            raise InputError(f"{path}: key `{section}.{name}` is missing")
