"""Do tolerances and steps decide where the device ends, and does it fail anywhere?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from spicekit.circuits.device import hold_deck
from spicekit.device_check.bench import Bench
from spicekit.device_check.drawn import drawn_ends
from spicekit.device_check.finding import Finding, Number
from spicekit.device_check.guarded import Ran, run
from spicekit.device_check.ladder import Hold
from spicekit.device_check.tolerances import plain, tight
from spicekit.ngspice import Deck

OVERDRIVE = 3.0  # V
_HELD = 1e-6  # s
_USUAL = 2.0  # V: more is overdrive
_SCALE = (
    "the time steps miss its motion: scale the state so that it goes over about 1 V on a capacitor of about 1 nF "
    "(write it in nm or from 0 to 1), and let rates change smoothly"
)
_AGREE, _APART = 0.02, 0.1  # shares of the window


@dataclass(frozen=True)
class _Compared:
    """A pulse with three tolerances."""

    what: str
    ours: Ran
    default: Ran
    tight: Ran

    def apart(self, other: Ran, window: float) -> float:
        """Return the distance of two ends in windows; infinite if either failed."""
        if self.tight.why or other.why:
            return math.inf
        return abs(other["gap"] - self.tight["gap"]) / window


def check_numerics(bench: Bench, holds: Sequence[Hold], in_cell: bool) -> Finding:
    """Compare SET and RESET with other tolerances, on the device alone and, if it switches, `in_cell`."""
    compared = [_compare(f"SET alone at {OVERDRIVE:g} V", _held(bench, OVERDRIVE), bench.start("hrs")),
                _compare(f"RESET alone at -{OVERDRIVE:g} V", _held(bench, -OVERDRIVE), bench.start("lrs"))]  # fmt: skip
    if in_cell:
        pulses = bench.pulses
        compared += [_compare("SET in the cell", pulses.set_deck.deck, bench.start("hrs")),
                     _compare("RESET in the cell", pulses.reset_deck.deck, bench.start("lrs"))]  # fmt: skip
    off = {c.what: c.apart(c.ours, bench.window) for c in compared}
    numbers = {
        f"{what.lower().replace(' ', '_')}_off": Number(_finite(share), "1") for what, share in off.items()
    }
    if (failure := _failure(holds, compared)) is not None:
        found, advice, usual = failure
        return Finding("numerics", "wrong" if usual else "look", found, advice, numbers)
    worst = max(off, key=lambda what: off[what])
    plainly = [c for c in compared if c.apart(c.default, bench.window) > _APART]
    warned = ""
    if plainly:
        one = plainly[0]
        end = "fail" if one.default.why else f"end at {bench.shown(one.default['gap'])} instead of " \
            f"{bench.shown(one.tight['gap'])}"  # fmt: skip
        warned = f"; with ngspice's default tolerances {one.what} would silently {end}".replace(
            "silently fail", "fail"
        )
    found = f"spicekit's tolerances and steps and far finer ones end within {_share(off[worst])} of the window{warned}"
    if off[worst] <= _AGREE:
        return _drawn(bench, found, numbers) if in_cell else Finding("numerics", "ok", found, numbers=numbers)
    case = next(c for c in compared if c.what == worst)
    found = (
        f"{worst} ends at {bench.shown(case.ours['gap'])} with spicekit's tolerances and at "
        f"{bench.shown(case.tight['gap'])} with far finer ones{warned}"
    )
    return Finding("numerics", "wrong" if off[worst] > _APART else "look", found, _SCALE, numbers)


def _drawn(bench: Bench, found: str, numbers: dict[str, Number]) -> Finding:
    """Return what tolerances do to drawn devices, where they decide nothing for the nominal one."""
    ends = drawn_ends(bench)
    numbers |= {
        "drawn_pulses": Number(float(ends.pulses), "1"),
        "drawn_off": Number(float(len(ends.apart)), "1"),
    }
    if not ends.apart:
        return Finding(
            "numerics", "ok", f"{found}; so do {ends.pulses} pulses on drawn devices", numbers=numbers
        )
    worst = ends.apart[0]
    found = (
        f"{len(ends.apart)} of {ends.pulses} pulses on drawn devices end elsewhere with finer tolerances, such as a "
        f"{worst.what}: at {bench.shown(worst.ours)} instead of {bench.shown(worst.fine)}"
    )
    advice = _SCALE if ends.tolerance is None else (
        f"its motion is steeper than spicekit's tolerances follow: let the card ask for finer ones, `[numerics]` with "
        f"`relative_tolerance = {ends.tolerance:.0e}`, which mends it"
    )  # fmt: skip
    return Finding("numerics", "wrong" if worst.share > _APART else "look", found, advice, numbers)


def _held(bench: Bench, voltage: float) -> Deck:
    return hold_deck(bench.technology, voltage, _HELD, bench.middle, bench.middle)


def _compare(what: str, deck: Deck, start: float) -> _Compared:
    row = [{"cell.gap": start}]
    (ours,), (default,), (fine,) = (run(one, row) for one in (deck, plain(deck), tight(deck)))
    return _Compared(what, ours, default, fine)


def _failure(holds: Sequence[Hold], compared: Sequence[_Compared]) -> tuple[str, str, bool] | None:
    """Return (what fails, what helps, whether at usual voltages), or None."""
    failed = sorted((h for h in holds if h.failed), key=lambda h: abs(h.voltage))
    if failed:
        first = failed[0]
        places = (
            f"{len(failed)} of {len(holds)} holds fail, from {first.voltage:g} V on {first.start.upper()} on"
        )
        return f"{places}: {first.why}", _remedy(first.why), abs(first.voltage) <= _USUAL
    for one in compared:
        if one.ours.why:
            return f"{one.what} fails: {one.ours.why}", _remedy(one.ours.why), True
        if one.tight.why:
            return (f"{one.what} fails with finer tolerances: {one.tight.why}", _remedy(one.tight.why), False)
    return None


def _remedy(why: str) -> str:
    if "not finite" in why or "range" in why.lower() or "math" in why.lower():
        return "clip the arguments of `exp`, `sinh` and `pow`: `exp(min(max(x, -80), 80))`"
    return (
        "clip the argument of hard exponentials, `exp(min(max(x, -80), 80))`; end the state's motion smoothly, "
        "without `if` or `u()`; keep rate and temperature on nodes of their own"
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _share(share: float) -> str:
    return f"{share:.0e}".replace("e-0", "e-") if 0 < share < 1e-3 else f"{100 * share:.2g} %"
