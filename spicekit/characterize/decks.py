"""The decks of a plan, each to be run alone with `ngspice -b`."""

import json
from pathlib import Path

from spicekit.characterize.chain import Chain
from spicekit.characterize.folder import DECKS, check_folder
from spicekit.characterize.plan import Plan
from spicekit.ngspice import standalone
from spicekit.run_folder import RunFolder, write_text


def write_decks(plan: Plan, folder: RunFolder) -> list[Path]:
    """Write every deck of fresh devices, each to be run alone with `ngspice -b`, and the identities' facts."""
    check_folder(plan, folder)
    decks = folder.path / DECKS
    decks.mkdir(parents=True, exist_ok=True)
    paths = [decks / "identity.json"]
    write_text(paths[0], json.dumps({"identities": plan.identities, "facts": plan.facts()}, indent=2) + "\n")
    for chain, _ in plan.chains:
        if chain.cycles == 0:
            for name, text in deck_texts(chain).items():
                paths.append(decks / f"{chain.condition.name}_{name}.cir")
                write_text(paths[-1], text)
    for planned in plan.studies:
        for point in planned.points:
            for name, deck in point.decks.items():
                paths.append(decks / f"{planned.study.name}_{point.name}_{name}.cir")
                write_text(paths[-1], standalone(deck))
    return paths


def deck_texts(chain: Chain) -> dict[str, str]:
    """Return the nominal decks of a chain as stand-alone netlists."""
    decks = {"set": chain.set_deck.deck, "reset": chain.reset_deck.deck, "read": chain.read.deck}
    return {name: standalone(deck) for name, deck in decks.items()}
