"""Can both states be set, are they still there after a short read, and do they differ in resistance?"""

from spicekit.circuits.device import bake_deck
from spicekit.device_check.bench import STATES, Bench
from spicekit.device_check.finding import Finding, Number
from spicekit.device_check.guarded import HUNG, run
from spicekit.units import engineering

_KEPT = 0.01  # share of the window by which a read may move a state
_SAME = 1.05  # factor between resistances that are the same
_SMALL = 1.5  # factor between resistances that a sense amplifier can hardly tell apart


def check_states(bench: Bench) -> Finding:
    """Set both states, read them, and compare."""
    design = bench.technology.design
    voltage, time = engineering(design.verify_voltage, "V"), engineering(design.settle_time, "s")
    rows = [{"cell.gap": bench.start(state)} for state in STATES]
    read = dict(zip(STATES, bench.read(rows), strict=True))
    for state, (ran, _) in read.items():
        given = f"`initial.{state}`, {bench.shown(bench.start(state))},"
        if ran.why:
            return Finding(
                "states", "wrong", f"a read of {given} at {voltage} fails: {ran.why}",
                _endless() if ran.why == HUNG else
                "start with the equation of the current: it must be finite for every state and for 0 V",
            )  # fmt: skip
        if abs(ran["gap"] - bench.start(state)) > _KEPT * bench.window:
            became = f"{given} has become {bench.shown(ran['gap'])} after {time}"
            (rested,) = run(bake_deck(bench.technology, design.settle_time, bench.start(state)))
            if not rested.why and abs(rested["gap"] - bench.start(state)) <= _KEPT * bench.window:
                return Finding(
                    "states", "wrong", f"{became} at {voltage}, but not without voltage",
                    "this device switches while it is read: raise its thresholds, or lower the design's "
                    "`verify_voltage`",
                )  # fmt: skip
            return Finding(
                "states", "wrong", f"{became}, even without voltage",
                f"something else than its capacitor holds the node {_node(bench)}: let nothing but currents drive it, "
                "no voltage source and no small resistor, with `c dx/dt = i`",
            )  # fmt: skip
    return _compared(bench, read["lrs"][1], read["hrs"][1])


def _compared(bench: Bench, low: float, high: float) -> Finding:
    voltage = engineering(bench.technology.design.verify_voltage, "V")
    ratio = high / low
    numbers = {
        "resistance_lrs": Number(low, "Ohm"), "resistance_hrs": Number(high, "Ohm"), "ratio": Number(ratio, "1"),
    }  # fmt: skip
    shown = f"{engineering(low, 'Ω')} and {engineering(high, 'Ω')} at {voltage}"
    states = " and ".join(bench.shown(bench.start(state)) for state in STATES)
    if not (0 < low < float("inf") and high > 0):
        return Finding(
            "states", "wrong", f"{shown}: no current flows from top to bottom",
            "connect the current source between both terminals, from top to bottom at a positive voltage",
            numbers,
        )  # fmt: skip
    if 1 / _SAME < ratio < _SAME:
        return Finding(
            "states", "wrong", f"{states} are set and read back, but both have {engineering(low, 'Ω')} at {voltage}",
            f"the current does not depend on the state: use V({_plain(bench)}) in its expression, or name the node "
            "that it uses: `state.node`",
            numbers,
        )  # fmt: skip
    if ratio < 1:
        return Finding(
            "states", "wrong", f"{shown}: `initial.lrs` has the higher resistance",
            "swap `initial.lrs` and `initial.hrs`", numbers,
        )  # fmt: skip
    found = f"{states} are set and read back: {shown}, a ratio of {ratio:.3g}"
    if ratio < _SMALL:
        return Finding(
            "states", "look", found, "with so small a ratio many reads will err: is it the one that is meant?",
            numbers,
        )  # fmt: skip
    return Finding("states", "ok", found, numbers=numbers)


def _endless() -> str:
    return (
        "ngspice takes ever smaller time steps: look for what is stiff in the equation of the state, such as a window "
        "that pushes it back with a large current, and make it smooth; in Verilog-A a parameter named by "
        "`state.storage` may help, which takes the capacitance of the state out of the module"
    )


def _node(bench: Bench) -> str:
    return f"`{_plain(bench)}`"


def _plain(bench: Bench) -> str:
    card = getattr(bench.device, "card", None)  # of a device from elsewhere
    return card.state.node if card else "gap"
