"""Do drawn devices, and those far out, survive SET and RESET?"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from spicekit.circuits.cell import ProgramDeck
from spicekit.device_check.bench import Bench
from spicekit.device_check.finding import Finding, Mark, Number
from spicekit.device_check.guarded import Ran, guarded, run, said
from spicekit.device_check.pulses import read_resistance
from spicekit.sampling.counts import event_share
from spicekit.studies.devices import draw_cycle, draw_devices

_DEVICES, _SEED = 20, 0
_FAR = 4.0  # standard deviations


def check_spread(bench: Bench) -> Finding:
    """Program drawn devices, and nominal ones with one parameter far out, and count the losses."""
    pulses = bench.pulses
    drawn = guarded(_drawn, bench)
    if isinstance(drawn, str):
        return Finding("spread", "wrong", f"drawn devices: {drawn}", "narrow the spread, or see `numerics`")
    far = _far(bench, pulses.set_deck, pulses.reset_deck)
    lost = [why for why in drawn if why]
    share = event_share(len(drawn), len(lost), 0, "counted")
    numbers = {
        "lost_low": Number(share.low, "1"), "lost": Number(share.best, "1"), "lost_high": Number(share.high, "1"),
        "far": Number(float(len(far)), "1"), "far_lost": Number(float(sum(bool(w) for w in far.values())), "1"),
    }  # fmt: skip
    interval = (
        f"{100 * share.low:.0f} … {100 * share.high:.0f} %" if lost else f"below {100 * share.high:.0f} %"
    )
    found = f"{len(lost)} of {len(drawn)} drawn devices are lost (95 % interval: {interval})"
    if far:
        away = [name for name, why in far.items() if why]
        found += f", and {len(away)} of {len(far)} at {_FAR:g} sigma of one parameter"
        if away:
            found += f" ({', '.join(away)}: {far[away[0]]})"
    if lost:
        (reason, times), *_ = Counter(lost).most_common()
        found += f"; most often ({times}): {reason}"
    mark: Mark = "wrong" if len(lost) > _DEVICES / 4 else "look" if lost or any(far.values()) else "ok"
    return Finding("spread", mark, found, "" if mark == "ok" else _advice(bench, far), numbers)


def _drawn(bench: Bench) -> list[str]:
    rise, fall = bench.pulses.set_deck, bench.pulses.reset_deck
    population = bench.device.population()
    devices = draw_devices(population, rise, _SEED, 0, _DEVICES)
    first, second = (draw_cycle(population, _SEED, 0, _DEVICES, cycle) for cycle in (0, 1))
    low = devices.pulse(rise, devices.filled(bench.start("hrs")), first, "SET")["gap"].to_numpy()
    devices.pulse(fall, low, population.next_cycle(first, second), "RESET")
    return [said(str(reason)) for reason in devices.reason]


def _far(bench: Bench, rise: ProgramDeck, fall: ProgramDeck) -> dict[str, str]:
    """Return why devices with one parameter far out are lost, by their names; "" for those that are not."""
    rows = {
        f"`{name}` {sign:+g}": {f"cell.{name}": float(one.at(np.array(sign)))}
        for name, one in bench.device.population().parameters.items()
        if one.sigma
        for sign in (-_FAR, _FAR)
    }
    if not rows:
        return {}
    lows = run(rise.deck, [{**row, "cell.gap": bench.start("hrs")} for row in rows.values()])
    starts = [bench.start("lrs") if one.why else one["gap"] for one in lows]
    highs = run(fall.deck, [{**row, "cell.gap": at} for row, at in zip(rows.values(), starts, strict=True)])
    return {
        name: _lost(bench, "SET", low) or _lost(bench, "RESET", high)
        for name, low, high in zip(rows, lows, highs, strict=True)
    }


def _lost(bench: Bench, way: str, ran: Ran) -> str:
    if ran.why:
        return f"{way}: {ran.why}"
    if not bench.inside(ran["gap"]):
        return f"{way}: state out of range"
    return "" if read_resistance(ran) > 0 else f"{way}: no resistance above zero was read"


def _advice(bench: Bench, far: Mapping[str, str]) -> str:
    turned = _turned(bench)
    if turned:
        name, value = turned[0]
        return f"`{name}` is {value:.3g} at 4 sigma, another sign: narrow `[spread.{name}]`, or give its `marginal`"
    what = "failing simulations: see `numerics`" if any("abort" in why for why in far.values()) else "them"
    return f"runs discard such samples and count them: mend {what}, or narrow the spread"


def _turned(bench: Bench) -> Sequence[tuple[str, float]]:
    """Return parameters whose sign differs far out, with their value there."""
    ends = [
        (name, float(one.at(np.array(sign))), one.nominal)
        for name, one in bench.device.population().parameters.items()
        for sign in (-_FAR, _FAR)
    ]
    return [(name, value) for name, value, nominal in ends if value * nominal <= 0 and nominal]
