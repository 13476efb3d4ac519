"""Identities: the SHA-256 of everything that affects a sample, from public facts that anyone can read."""

import hashlib
import json
from typing import Any

from spicekit.circuits.cell import ProgramDeck
from spicekit.circuits.read import ReadDeck
from spicekit.circuits.surroundings import SharedSpread
from spicekit.models.rram import ALTER, RramModel
from spicekit.ngspice import ngspice_version

ENGINE = 2
"""Raised whenever the same decks and spread would give other samples: how points are drawn, mapped or judged."""


def facts(
    set_deck: ProgramDeck,
    reset_deck: ProgramDeck,
    read: ReadDeck,
    rram: RramModel,
    wear: float,
    supply: float,
    telegraph_noise: bool,
    shared: tuple[SharedSpread, ...],
) -> dict[str, Any]:
    """Return all that affects the samples of a chain, beside the seed, as plain data."""
    ageing = rram.ageing
    return {
        "engine": ENGINE,
        "ngspice": ngspice_version().split(".")[0],  # patch releases compute alike
        "decks": {d.name: d.identity for d in (set_deck.deck, reset_deck.deck, read.deck)},
        "mismatch": {s.name: [s.nominal, s.sigma] for s in (*set_deck.spread, *read.spread)},
        "rram": {
            p: {"nominal": rram.value(p), "device": rram.sigma(p, "device"), "cycle": rram.sigma(p, "cycle")}
            for p in ALTER
        },
        "correlation_cycles": rram.cycling.correlation_cycles.value,
        "telegraph": {k: q.value for k, q in dict(rram.telegraph).items()} if telegraph_noise else None,
        "initial_gap": {"lrs": rram.initial.lrs.value, "hrs": rram.initial.hrs.value},
        "gap_range": [rram.value("gap_min"), rram.value("gap_max")],
        "ageing": {
            "wear": wear,
            "barrier_shift": ageing.barrier_shift.value,
            "spread_growth": ageing.spread_growth.value,
        },
        "supply": supply,
        # absent without such a spread, so that chains that never heard of it keep their identity
        **({"shared": {s.name: [s.nominal, s.sigma] for s in shared}} if shared else {}),
    }


def sha256(public: object) -> str:
    """Return the SHA-256 (hex) of plain data."""
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()
