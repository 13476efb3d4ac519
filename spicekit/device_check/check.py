"""All checks of a device, in their order: each says most when those before it have nothing to complain about."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from spicekit.circuits.cell import Technology
from spicekit.device_check.bench import Bench
from spicekit.device_check.cell import check_cell
from spicekit.device_check.curves import Curves, trace_curves
from spicekit.device_check.effects import check_effects
from spicekit.device_check.finding import Finding, skipped
from spicekit.device_check.keeping import check_keeping
from spicekit.device_check.ladder import Hold, switching_ladder
from spicekit.device_check.numerics import check_numerics
from spicekit.device_check.spread import check_spread
from spicekit.device_check.states import check_states
from spicekit.device_check.switching import check_switching
from spicekit.errors import InputError, SimulatorError
from spicekit.ngspice import OSDI_HINT, check_loads, ngspice_version
from spicekit.ngspice.host import workers_kept

CHECKS = ("card", "states", "keeps", "switches", "1T1R cell", "numerics", "parameters", "spread")
STEPS = (*CHECKS, "curves")


@dataclass(frozen=True)
class Checked:
    """A device with all that was found."""

    bench: Bench
    source: str  # the card as it was named
    findings: tuple[Finding, ...]
    holds: tuple[Hold, ...]
    curves: Curves | None  # None: its states cannot be set

    def of(self, mark: str) -> list[Finding]:
        """Return the findings with a mark."""
        return [one for one in self.findings if one.mark == mark]

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong."""
        return not self.of("wrong")

    @property
    def verdict(self) -> str:
        """All in one line."""
        fix, know = len(self.of("wrong")), len(self.of("look"))
        name, things = self.bench.device.name, "thing" if fix == 1 else "things"
        also = f"{know} {'thing' if know == 1 else 'things'} to know" if know else ""
        if fix:
            return f"{name}: {fix} {things} to fix" + (f", {also}" if also else "")
        return f'{name}: ready to use: `rram = "{self.source}"`' + (f" ({also})" if also else "")


def check_device(
    technology: Technology, source: str, tell: Callable[[int], None] = lambda _: None
) -> Checked:
    """Check the memory device of a technology; `tell` hears how many of `STEPS` are done.

    Raises:
        InputError: ngspice does not load the device.
        SimulatorError: ngspice is missing.
    """
    with workers_kept():
        return _check(Bench(technology), source, tell)


def _check(bench: Bench, source: str, tell: Callable[[int], None]) -> Checked:
    found: list[Finding] = []

    def add(one: Finding) -> bool:
        found.append(one)
        tell(len(found))
        return one.mark != "wrong"

    add(_card(bench, source))
    holds: tuple[Hold, ...] = ()
    if not add(check_states(bench)):
        found += [skipped(name, "states") for name in CHECKS[2:]]
        return Checked(bench, source, tuple(found), holds, None)
    keeps = add(check_keeping(bench))
    holds = switching_ladder(bench)
    switches = add(check_switching(bench, holds, keeps))
    cell, bench = check_cell(bench) if switches else (skipped("1T1R cell", "switches"), bench)
    in_cell = add(cell) and switches
    add(check_numerics(bench, holds, in_cell))
    add(check_effects(bench, holds, in_cell) if switches else skipped("parameters", "switches"))
    add(check_spread(bench) if in_cell else skipped("spread", "1T1R cell" if switches else "switches"))
    return Checked(bench, source, tuple(found), holds, trace_curves(bench, holds, in_cell))


def _card(bench: Bench, source: str) -> Finding:
    ngspice_version()  # without ngspice that is the error, and none of the card
    try:
        check_loads([bench.read_deck])
    except SimulatorError as error:
        if OSDI_HINT in str(error):  # no fault of the card
            raise
        raise InputError(f"{source}: ngspice does not take this model: {error}") from None
    device, card = bench.device, getattr(bench.device, "card", None)
    low, high = device.population().gap_range
    equations = f"`{card.model.name}` of {Path(card.model.file).name}" if card else "the bundled equations"
    state = f"state `{card.state.node}`" if card else "state: the gap"
    spread = sum(bool(one.sigma) for one in device.population().parameters.values())
    return Finding(
        "card", "ok", f"{equations}, {state} from {low:g} to {bench.shown(high)}, {spread} parameters spread"
    )
