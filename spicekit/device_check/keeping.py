"""Does a device keep its state without voltage, and under a small one?"""

from collections.abc import Mapping

from spicekit.circuits.device import bake_deck, hold_deck
from spicekit.device_check.bench import STATES, Bench
from spicekit.device_check.finding import Finding, Number
from spicekit.device_check.guarded import Ran, run
from spicekit.device_check.tolerances import slowly_begun, tight
from spicekit.units import engineering

_WAITS = (1e-6, 1e-3, 1.0)  # s
_SOON = 1e-3  # s: what is lost by then is lost between two pulses of an experiment
READ_VOLTAGE, _READ_TIME = 0.1, 1e-6  # V, s
_UNDER = f"{engineering(READ_VOLTAGE, 'V')} for {engineering(_READ_TIME, 's')}"
_KEPT, _LOST = 0.01, 0.1  # shares of the window

_Shares = Mapping[str, float | None]
"""By state: by which share of the window it has moved; None if it failed."""


def check_keeping(bench: Bench) -> Finding:
    """Leave both states alone for up to a second, and read them for long."""
    technology, middle = bench.technology, bench.middle
    rows = [{"cell.gap": bench.start(state)} for state in STATES]
    waits = {wait: _moved(bench, run(bake_deck(technology, wait, middle), rows)) for wait in _WAITS}
    read = _moved(bench, run(hold_deck(technology, READ_VOLTAGE, _READ_TIME, middle, middle), rows))
    numbers = {
        f"moved_{state}_after_{_plain(wait)}": Number(share[state], "1")
        for wait, share in waits.items()
        for state in STATES
    } | {f"moved_{state}_by_read": Number(read[state], "1") for state in STATES}
    faults = [fault for fault in (_waited(bench, waits, numbers), _disturbed(read, numbers)) if fault]
    if faults:
        return min(faults, key=lambda fault: fault.mark != "wrong")
    most = max(moved or 0.0 for share in (*waits.values(), read) for moved in share.values())
    kept = f"both states move by {_percent(most)} of the window, in 1 µs, 1 ms, 1 s without voltage and in {_UNDER}"
    if most > _KEPT:
        return Finding(
            "keeps",
            "look",
            kept,
            "the studies `retention` and `read_disturb` tell how long they last",
            numbers,
        )
    return Finding("keeps", "ok", kept, numbers=numbers)


def _waited(bench: Bench, waits: Mapping[float, _Shares], numbers: dict[str, Number]) -> Finding | None:
    """Return what is wrong without voltage."""
    for wait, state, moved in (
        (w, state, moved) for w, share in waits.items() for state, moved in share.items()
    ):
        after = f"{engineering(wait, 's')} without voltage"
        if moved is None:
            return Finding(
                "keeps", "wrong", f"{after} fails from `initial.{state}`",
                "make the motion of the state finite at 0 V: see `numerics`", numbers,
            )  # fmt: skip
        if moved > _LOST and _hangs_on_steps(bench, wait, state):
            return Finding(
                "keeps", "look", f"after {after} {state.upper()} ends anywhere, as the time steps have it",
                "its motion is far faster than the steps of so long a wait, which step over it: waits, as of the study "
                "`retention`, tell nothing of this device",
                numbers,
            )  # fmt: skip
        if moved > _LOST:
            return Finding(
                "keeps", "wrong" if wait <= _SOON else "look",
                f"{state.upper()} moves by {_percent(moved)} of the window within {after}",
                "let nothing drain the node of the state, no resistor and no source, and let its motion be zero at 0 V",
                numbers,
            )  # fmt: skip
    return None


def _disturbed(read: _Shares, numbers: dict[str, Number]) -> Finding | None:
    """Return what is wrong under a small voltage."""
    for state, moved in read.items():
        if moved is None or moved > _LOST:
            what = "fails" if moved is None else f"moves by {_percent(moved)} of the window"
            return Finding(
                "keeps", "wrong", f"{state.upper()} {what} under {_UNDER}",
                "reads would disturb it at once: give its motion a threshold, or a steeper dependence on the voltage",
                numbers,
            )  # fmt: skip
    return None


def _hangs_on_steps(bench: Bench, wait: float, state: str) -> bool:
    """Tell whether a wait ends elsewhere with other steps: then it is no fault of the device."""
    deck, row = bake_deck(bench.technology, wait, bench.middle), [{"cell.gap": bench.start(state)}]
    ends = [
        one["gap"] for way in (deck, tight(deck), slowly_begun(deck)) for one in run(way, row) if not one.why
    ]
    return max(ends) - min(ends) > _LOST * bench.window


def _moved(bench: Bench, ran: list[Ran]) -> _Shares:
    return {
        state: None if one.why else abs(one["gap"] - bench.start(state)) / bench.window
        for state, one in zip(STATES, ran, strict=True)
    }


def _plain(time: float) -> str:
    return engineering(time, "s").replace(" ", "").replace("µ", "u")


def _percent(share: float) -> str:
    return "less than 0.01 %" if share < 1e-4 else f"{100 * share:.2g} %"
