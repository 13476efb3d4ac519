"""The decks of a plan, each to be run alone with `ngspice -b`."""

import json
from pathlib import Path

from spicekit.ngspice import Deck, standalone, write_modules
from spicekit.run.folder import DECKS
from spicekit.run.plan import Plan
from spicekit.run_folder import MEMORY, RunFolder, write_text


def write_decks(plan: Plan, folder: RunFolder) -> list[Path]:
    """Write every deck of fresh devices, each to be run alone with `ngspice -b`, and the identities' facts."""
    decks = folder.path / DECKS
    decks.mkdir(parents=True, exist_ok=True)
    paths = [decks / "identity.json"]
    write_text(paths[0], json.dumps({"identities": plan.identities, "facts": plan.facts()}, indent=2) + "\n")
    for planned in plan.studies:
        for point in planned.points:
            if planned.study.name == MEMORY and point.labels["cycles"]:
                continue  # aged devices are in the same decks
            # ngspice writes its table to a file so called, and takes no `~` there
            head = planned.name_of(point).replace("/", "_").replace("~", "__")
            paths += [_write(decks, f"{head}_{name}", deck) for name, deck in point.decks.items()]
    return paths


def _write(folder: Path, name: str, deck: Deck) -> Path:
    # its table is named as it is: in one folder no deck overwrites what another one wrote
    path = folder / f"{name}.cir"
    write_modules(deck.verilog_a, folder)
    write_text(path, standalone(deck, output=f"{name}.txt"))
    return path
