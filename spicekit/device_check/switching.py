"""Does the device switch, at which voltages, and with the right polarity?"""

from collections.abc import Sequence
from math import isfinite

from spicekit.device_check.bench import Bench
from spicekit.device_check.finding import Finding, Number
from spicekit.device_check.keeping import READ_VOLTAGE
from spicekit.device_check.ladder import Hold
from spicekit.units import engineering

WIDTHS = (1e-7, 1e-6, 1e-5)  # s
WAYS = {"SET": "hrs", "RESET": "lrs"}
"""From which state each begins."""
_STIRRED = 0.01  # share of the window: less is no motion


def check_switching(bench: Bench, holds: Sequence[Hold], keeps: bool = True) -> Finding:
    """Say at which voltages a device alone switches; one that never `keeps` its state also does without any."""
    lowest = {
        (way, width): lowest_voltage(holds, start, width) for way, start in WAYS.items() for width in WIDTHS
    }
    numbers = {
        f"{way.lower()}_voltage_{engineering(width, 's').replace(' ', '').replace('µ', 'u')}": Number(v, "V")
        for (way, width), v in lowest.items()
    }
    for hold in holds:
        if not hold.failed and not bench.inside(hold.end):
            low, high = bench.device.population().gap_range
            return Finding(
                "switches", "wrong",
                f"{hold.voltage:g} V on {hold.start.upper()} ends at {bench.shown(hold.end)}, outside of {low:g} to "
                f"{bench.shown(high)}",
                _backwards(bench, hold) or
                "let the motion end at both limits of the state, smoothly: a window function such as "
                "`1 - exp(-max(limit - x, 0)/edge)`",
                numbers,
            )  # fmt: skip
    never = [way for way in WAYS if lowest[way, WIDTHS[-1]] is None]
    if never:
        return _does_not(bench, holds, never, numbers)
    parts = []
    for way in WAYS:
        sign, shown = "" if way == "SET" else "−", []
        for width in WIDTHS:
            v = lowest[way, width]
            shown.append(f"{sign}{v:g} V" if v is not None else "no switching")
        parts.append(f"{way} at {', '.join(shown)}")
    widths = ", ".join(engineering(width, "s") for width in WIDTHS)
    formed, forming = _forming(holds)
    numbers |= {"forming_voltage_10us": Number(forming, "V")} if formed else {}
    found = f"{' and '.join(parts)} (lowest of the voltages tried, for {widths}){formed}"
    advice = _odd(bench, holds, lowest, keeps)
    if not advice and formed and forming is None:
        advice = "start experiments from formed devices, or lower what forming takes"
    return Finding("switches", "look" if advice else "ok", found, advice, numbers)


def _backwards(bench: Bench, hold: Hold) -> str:
    """Return what to do about a state that a voltage drives away from where it should."""
    away = (hold.end > bench.start(hold.start)) == (bench.start(hold.start) > bench.middle)
    if _is_other(hold) or hold.start not in WAYS.values() or not away:
        return ""
    way, other = ("SET", "low") if hold.start == "hrs" else ("RESET", "high")
    return (
        f"a {way} drives the state away from the {other} one: is the sign of its rate right? In Verilog-A it is "
        "`I(x) <+ ddt(1e-9 * V(x)) - 1e-9 * rate`, in SPICE a current from ground into the node, "
        "`Bx 0 x I=1e-9*(rate)`; or top and bottom are exchanged"
    )


def lowest_voltage(holds: Sequence[Hold], start: str, width: float) -> float | None:
    """Return the lowest magnitude [V] that switches a state, or forms a device, within `width` [s]; None: none does."""
    hold = lowest_hold(holds, start, width)
    return None if hold is None else abs(hold.voltage)


def lowest_hold(holds: Sequence[Hold], start: str, width: float) -> Hold | None:
    """Return the hold of that voltage."""
    return min(
        (h for h in holds if h.start == start and h.time <= width), key=lambda h: abs(h.voltage), default=None
    )


def crosses(bench: Bench, hold: Hold) -> bool:
    """Tell whether a hold ends in the other state, whatever its polarity."""
    return not hold.failed and bench.is_high(hold.end) != (hold.start != "lrs")


def _does_not(bench: Bench, holds: Sequence[Hold], never: list[str], numbers: dict[str, Number]) -> Finding:
    most = max(abs(h.voltage) for h in holds if h.start != "pristine")
    other = {way: [abs(h.voltage) for h in holds if h.start == WAYS[way] and _is_other(h) and crosses(bench, h)]
             for way in never}  # fmt: skip
    ways = " or ".join(never)
    if len(never) == 2 and all(other.values()):
        return Finding(
            "switches", "wrong",
            f"it is SET at −{min(other['SET']):g} V and RESET at {min(other['RESET']):g} V, where a positive voltage "
            "from top to bottom should be SET",
            f"swap top and bottom in the card{_swapped(bench)}", numbers,
        )  # fmt: skip
    if any(other.values()):
        way = next(way for way in never if other[way])
        return Finding(
            "switches", "wrong", f"{way} happens with the polarity of the other: at {min(other[way]):g} V alike",
            "spicekit's circuits need a bipolar device: SET by positive, RESET by negative voltages",
            numbers,
        )  # fmt: skip
    mine = [h for h in holds if h.start in (WAYS[way] for way in never) and not _is_other(h)]
    failed = [h for h in mine if h.failed]
    if failed:
        first = min(failed, key=lambda h: abs(h.voltage))
        return Finding(
            "switches", "wrong", f"no {ways}: simulations fail from {first.voltage:g} V on ({first.why})",
            "see `numerics`", numbers,
        )  # fmt: skip
    share = max(abs(h.end - bench.start(h.start)) for h in mine) / bench.window
    found = f"no {ways} within {engineering(WIDTHS[-1], 's')} at up to {most:g} V: "
    if share < _STIRRED:
        return Finding(
            "switches", "wrong", f"{found}the state does not move (by {share:.1%} of the window)",
            "check that voltages are taken between the model's terminals, and the units of thresholds (V) and rates, "
            "such as nm/s into a capacitor of 1 nF: `i = 1e-9 dx/dt`",
            numbers,
        )  # fmt: skip
    return Finding(
        "switches", "wrong", f"{found}the state moves by {share:.0%} of the window, half is needed",
        "raise its rate or lower its threshold: `[parameters]`", numbers,
    )  # fmt: skip


def _is_other(hold: Hold) -> bool:
    return (hold.voltage > 0) == (hold.start == "lrs")


def _odd(
    bench: Bench, holds: Sequence[Hold], lowest: dict[tuple[str, float], float | None], keeps: bool
) -> str:
    """Return what to do about a device that switches, but oddly; "" if it does not."""
    for way in WAYS:
        v = lowest[way, 1e-6]
        if v is not None and v <= READ_VOLTAGE:
            return f"{v:g} V of one polarity is a {way} in 1 µs: reads and noise would disturb it: raise its threshold"
    failed = [h for h in holds if h.failed]
    if failed:
        return "some voltages fail: see `numerics`"
    for way, start in WAYS.items():
        if keeps and any(h.start == start and _is_other(h) and crosses(bench, h) for h in holds):
            return f"it is unipolar: {way} happens with both polarities, so that reads and pulses of either disturb"
    slow = [f"{way} within 1 µs" for way in WAYS if lowest[way, 1e-6] is None]
    if slow:
        return f"no {' or '.join(slow)} at up to 3 V: use longer pulses"
    return ""


def _forming(holds: Sequence[Hold]) -> tuple[str, float | None]:
    mine = [h for h in holds if h.start == "pristine"]
    if not mine:
        return "", None
    forming = min((h.voltage for h in mine if isfinite(h.time)), default=None)
    if forming is None:
        return f"; not formed at up to {max(h.voltage for h in mine):g} V in 10 µs", None
    return f"; formed at {forming:g} V in 10 µs", forming


def _swapped(bench: Bench) -> str:
    card = getattr(bench.device, "card", None)
    if card is None:
        return ""
    t = card.model.terminals
    return f': `terminals = {{top = "{t.bottom}", bottom = "{t.top}"}}`'
