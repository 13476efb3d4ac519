"""The decks of a plan, each to be run alone with `ngspice -b`."""

import json
from pathlib import Path

from spicekit.characterize.folder import DECKS
from spicekit.characterize.plan import Plan
from spicekit.ngspice import Deck, standalone
from spicekit.run_folder import RunFolder, write_text


def write_decks(plan: Plan, folder: RunFolder) -> list[Path]:
    """Write every deck of fresh devices, each to be run alone with `ngspice -b`, and the identities' facts."""
    decks = folder.path / DECKS
    decks.mkdir(parents=True, exist_ok=True)
    paths = [decks / "identity.json"]
    write_text(paths[0], json.dumps({"identities": plan.identities, "facts": plan.facts()}, indent=2) + "\n")
    for chain, _ in plan.chains:
        if chain.cycles == 0:
            found = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
            paths += [_write(decks, f"{chain.condition.name}_{name}", deck) for name, deck in found.items()]
    for planned in plan.studies:
        for point in planned.points:
            head = f"{planned.study.name}_{point.name}"
            paths += [_write(decks, f"{head}_{name}", deck) for name, deck in point.decks.items()]
    return paths


def _write(folder: Path, name: str, deck: Deck) -> Path:
    # its table is named as it is: in one folder no deck overwrites what another one wrote
    path = folder / f"{name}.cir"
    write_text(path, standalone(deck, output=f"{name}.txt"))
    return path
