"""Transistors for the circuit builders: flattened SkyWater 130 nm cards, or the user's own library."""

import hashlib
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from spicekit.data import data_path
from spicekit.errors import InputError, did_you_mean
from spicekit.models.own_library import own_library
from spicekit.models.transistor import InstanceText, Process, Spread, Transistor

__all__ = [
    "CORNERS",
    "InstanceText",
    "Process",
    "Spread",
    "Transistor",
    "card_name",
    "instance_values",
    "own_library",
    "sky130",
]

CORNERS = ("tt", "ss", "ff", "sf", "fs")  # this foundry's first letter is the pmos: `sf` has the fast nmos
REGENERATE = "add it to device_models/cmos/sky130/geometries.toml and run `python -m spicekit.models.flatten`"


def card_name(transistor: Transistor) -> str:
    """Return the name of a drawn transistor's card, sizes in nm: ``nmos_w840_l150``."""
    return f"{transistor.kind}_w{transistor.width * 1e9:.6g}_l{transistor.length * 1e9:.6g}"


def instance_values(transistor: Transistor, extension: float) -> dict[str, float]:
    """Return the instance parameters of a one-finger transistor, in SI units.

    `extension` (m) is how far source and drain diffusions reach beyond the gate. The formulas are those of
    the foundry's schematic symbols (xschem_sky130).
    """
    width, length = transistor.width, transistor.length
    area, perimeter, squares = width * extension, 2 * (width + extension), extension / width
    sizes = {"w": width, "l": length, "nf": 1, "ad": area, "as": area, "pd": perimeter, "ps": perimeter}
    return sizes | {"nrd": squares, "nrs": squares, "sa": 0, "sb": 0, "sd": 0}


@dataclass(frozen=True)
class _Card:
    polarity: str  # "nmos" or "pmos", as SPICE has it
    body: str  # the parameters, with continuation lines
    spread: Mapping[str, tuple[float, float, str]]  # parameter -> nominal, 1-sigma, unit


@dataclass(frozen=True)
class _Sky130(Process):
    cards: Mapping[str, _Card] = field(hash=False, repr=False)
    extension: float  # m

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
        wanted = card_name(transistor)
        if wanted not in self.cards:
            known = ", ".join(f"`{card}`" for card in self.cards)
            raise InputError(f"{self.name} has no card `{wanted}`; it has {known} (nm): {REGENERATE}")
        card = self.cards[wanted]
        values = " ".join(
            f"{key}={value!r}" for key, value in instance_values(transistor, self.extension).items()
        )
        own = wanted if matched else name
        line = f"m{name.removeprefix('m')} {drain} {gate} {source} {bulk} card_{own} {values}"
        spread = tuple(
            Spread(f"{name}.{parameter}", f"altermod card_{name} {parameter}={{}}", nominal, sigma, unit)
            for parameter, (nominal, sigma, unit) in ({} if matched else card.spread).items()
        )
        return InstanceText((line,), (f".model card_{own} {card.polarity}\n{card.body}",), spread)


@cache
def sky130(corner: str = "tt") -> Process:
    """Return SkyWater 130 nm at one corner, as plain BSIM4 cards with the foundry's mismatch.

    The cards equal the foundry's full binned library for the sizes in ``geometries.toml``; other sizes raise.
    One-sigma spreads follow the library's law, slope / sqrt(width * length).

    Raises:
        InputError: if there is no such corner.
    """
    if corner not in CORNERS:
        known = ", ".join(f"`{known}`" for known in CORNERS)
        raise InputError(f"`corner` is `{corner}`, not one of {known}{did_you_mean(corner, CORNERS)}")
    folder = data_path("device_models", "cmos", "sky130")
    text = (folder / f"{corner}.spice").read_text(encoding="utf-8")
    geometries_text = (folder / "geometries.toml").read_text(encoding="utf-8")
    mismatch_text = (folder / "mismatch.toml").read_text(encoding="utf-8")
    geometries, mismatch = tomllib.loads(geometries_text), tomllib.loads(mismatch_text)
    cards = {
        name: _Card(polarity, body.rstrip(), _spread(body, mismatch[name]))
        for name, polarity, body in re.findall(r"^\.model (\S+) (\S+)\n((?:\+.*\n?)+)", text, re.MULTILINE)
    }
    return _Sky130(
        name=f"sky130 {corner}",
        header=(),
        supply=geometries["supply"]["core"]["value"],
        access_supply=geometries["supply"]["access"]["value"],
        identity=hashlib.sha256((text + geometries_text + mismatch_text).encode()).hexdigest(),
        cards=cards,
        extension=geometries["diffusion"]["extension"]["value"],
        devices={row["device"].lower(): row["kind"] for row in geometries["transistor"]},
        drawn_unit=1e-6,
    )


def _spread(body: str, card: Mapping[str, Any]) -> dict[str, tuple[float, float, str]]:
    """Return parameter -> (nominal, 1-sigma, unit) for the parameters whose slope is not zero."""
    found = {}
    for parameter, slope in card["slope"].items():
        if slope["value"] == 0:
            continue
        nominal = float(re.search(rf"(?<=[\s+]){parameter}=(\S+)", body)[1])  # type: ignore[index]
        sigma = slope["value"] / math.sqrt(card["width"] * card["length"])
        if slope["relative"]:
            sigma *= nominal
        found[parameter] = (nominal, sigma, slope["parameter_unit"])
    return found
