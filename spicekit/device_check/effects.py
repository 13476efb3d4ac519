"""Does each parameter that spreads change anything?"""

from collections.abc import Callable, Sequence

import numpy as np

from spicekit.circuits.device import hold_deck
from spicekit.device_check.bench import STATES, Bench
from spicekit.device_check.finding import Finding, Number
from spicekit.device_check.guarded import Ran, run
from spicekit.device_check.ladder import LENGTHS, Hold
from spicekit.device_check.pulses import read_resistance
from spicekit.device_check.switching import WAYS, lowest_hold
from spicekit.models.population import CURRENT

_HARDLY = 1e-3  # relative change
_FACTOR = 1.1  # on the current, where the card does not spread it

_Changes = dict[str, dict[str, float]]
"""By parameter and by what is measured: relative changes."""


def check_effects(bench: Bench, holds: Sequence[Hold], in_cell: bool) -> Finding:
    """Shift each by one sigma, and compare reads, switching times and, if it can be written there, the cell."""
    drawn = bench.device.population().parameters
    spread = [name for name, one in drawn.items() if one.sigma]
    shifted = {name: float(drawn[name].at(np.array(1.0))) for name in spread}
    if CURRENT in drawn:
        shifted.setdefault(CURRENT, _FACTOR * drawn[CURRENT].nominal)
    changes = _changes(bench, holds, shifted, in_cell)
    most = {name: max(found.items(), key=lambda item: abs(item[1])) for name, found in changes.items()}
    numbers = {f"{name}: {what}": Number(change, "1") for name, (what, change) in most.items()}
    if not spread:
        return Finding(
            "parameters", "look", "the card has no `[spread]`: all devices are alike",
            "add `[spread.NAME]` for what differs between devices and cycles: error rates come from it", numbers,
        )  # fmt: skip
    name = min(most, key=lambda name: abs(most[name][1]))
    change = most[name][1]
    if change == 0:
        return Finding(
            "parameters", "wrong", f"`{name}` shifted by its sigma changes not a bit of reads, SET and RESET",
            f"the model does not use it, or puts another value in its place: look for `{name}` in its text, or remove "
            f"`[spread.{name}]`",
            numbers,
        )  # fmt: skip
    if abs(change) < _HARDLY:
        return Finding(
            "parameters", "look", f"`{name}` shifted by its sigma changes {most[name][0]} by {change:+.0e}, no more",
            "is its sigma in the unit of the model, and of the right `kind`, absolute or relative?", numbers,
        )  # fmt: skip
    shown = ", ".join(f"`{name}` {most[name][0]} {most[name][1]:+.1%}" for name in spread)
    return Finding("parameters", "ok", f"one sigma more changes {shown}", numbers=numbers)


def _changes(bench: Bench, holds: Sequence[Hold], shifted: dict[str, float], in_cell: bool) -> _Changes:
    found: _Changes = {name: {} for name in shifted}
    rows = [{}, *({f"cell.{name}": value} for name, value in shifted.items())]

    def compare(what: str, ran: Sequence[Ran], measured: Callable[[Ran], float]) -> None:
        nominal, *others = (np.nan if one.why else measured(one) for one in ran)
        for name, value in zip(shifted, others, strict=True):
            change = value / nominal - 1 if nominal else np.nan
            found[name][what] = float(change) if np.isfinite(change) else 0.0

    for state in STATES:
        read = run(bench.read_deck, [{**row, "cell.gap": bench.start(state)} for row in rows])
        compare(f"{state.upper()}", read, lambda one: 1 / one["current"])
    for way, start in WAYS.items():
        if (hold := lowest_hold(holds, start, LENGTHS[-1])) is not None:
            deck = hold_deck(bench.technology, hold.voltage, hold.longest, bench.start(start), bench.middle)
            compare(f"{way} time", run(deck, rows), lambda one: one["time"])
    if in_cell:
        for way, program in (("SET", bench.pulses.set_deck), ("RESET", bench.pulses.reset_deck)):
            ran = run(program.deck, rows)
            compare(f"{way} resistance", ran, read_resistance)
            compare(f"{way} energy", ran, lambda one: one["energy_cell"])
    return found
