"""All that is found of bits of written pairs: settings, choices, reads of one write, streams."""

from collections.abc import Callable, Iterator

import numpy as np

from spicekit.entropy.bits.judge import STEPS, Interval, correlations, judge
from spicekit.entropy.writes.asked import Asked, Setting
from spicekit.entropy.writes.bits import Reads, constants, pooled, quiet_interval, reads_of
from spicekit.entropy.writes.result import BOUNDS, AtInterval, AtSetting, Found
from spicekit.entropy.writes.streams import choose, number_of_streams, streams
from spicekit.studies.random_writes.law import Law

_LITTLE_BIAS = 1e-3  # root mean square, of pairs joined by XOR
_STEPS, _POINTS, _COUNTED = 25, 6, 100_000  # intervals of the sweep; of them simulated; bits of each


def steps_in(asked: Asked) -> int:
    """Return how many steps `study` has."""
    first = asked.settings[0]
    return (
        number_of_streams(first, choose(first.law, asked.tests, asked.bound, asked.seed), _reads(first))
        * STEPS
    )


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many steps are done."""
    first = asked.settings[0]
    tests = sorted({asked.tests, max(asked.tests // 4, 2), 4 * asked.tests})
    choices = tuple(choose(first.law, n, asked.bound, asked.seed) for n in tests)
    chosen = next(one for one in choices if one.tests == asked.tests)
    reads = _reads(first)
    interval = _interval(asked, first, reads)
    return Found(
        asked=asked,
        settings=tuple(at_setting(asked, one) for one in asked.settings),
        choices=choices,
        reads=reads,
        interval=interval,
        sweep=() if reads is None else tuple(sweep(asked, first, reads, interval)),
        streams=tuple(
            judge(stream, progress, number * STEPS)
            for number, stream in enumerate(streams(asked, first, chosen, reads, interval))
        ),
    )


def _reads(setting: Setting) -> Reads | None:
    """Return the most frequent way in which bits depend on traps, None where none was seen."""
    noise = setting.state.read_noise
    found = reads_of(noise) if noise else ()
    return found[0][0] if found else None


def _interval(asked: Asked, setting: Setting, reads: Reads | None) -> float:
    noise = setting.state.read_noise
    if reads is None or noise is None:
        return 0.0
    if asked.interval is None or noise.relaxation_time is None:
        return quiet_interval(reads)
    return asked.interval / noise.relaxation_time


def at_setting(asked: Asked, setting: Setting) -> AtSetting:
    """Return what the law says of pairs at one setting."""
    law, turned = setting.law, setting.state.turns[0].share
    whitened = [
        2 * setting.energy / share if share else np.inf for share in (turned.high, turned.best, turned.low)
    ]
    return AtSetting(
        setting=setting,
        ones=law.ones(constants(asked.pairs, asked.seed)),
        balanced=tuple(balanced(setting, bound) for bound in BOUNDS),
        whitened=Interval(*whitened),
        joined=Interval(*(pairs_to_join(one) for one in setting.laws)),
    )


def balanced(setting: Setting, bound: float) -> Interval:
    """Return the share of pairs whose share of ones is within `bound` of one half, with the interval of the law."""
    most, best, least = (law.balanced(bound) for law in setting.laws)
    return Interval(min(least, best), best, max(most, best))


def pairs_to_join(law: Law) -> int:
    """Return of how many pairs, any ones, the XOR has a root mean square bias of 1e-3 at most.

    The mean square of 2 p - 1 over pairs is 1 less twice the chance that two writes far apart differ; XOR multiplies
    it.
    """
    square = 1 - 2 * float(law.turns(np.inf))
    return max(1, int(np.ceil(2 * np.log(2 * _LITTLE_BIAS) / np.log(square)))) if 0 < square < 1 else 1


def sweep(asked: Asked, setting: Setting, reads: Reads, chosen: float) -> Iterator[AtInterval]:
    """Yield correlations of reads against the interval, some with simulated bits beside the closed form."""
    noise = setting.state.read_noise
    assert noise is not None
    intervals = np.geomspace(0.01, max(3 * chosen, 30.0), _STEPS)
    whole = pooled(noise, intervals)
    for number, interval in enumerate(intervals):
        counted, decay = None, float(np.exp(-interval))
        if number % (_STEPS // _POINTS) == 0:
            counted = correlations(reads.bits(decay, _COUNTED, asked.seed, f"interval {number}"), 1)[0]
        yield AtInterval(
            float(interval), float(reads.correlation(np.array(decay))), float(whole[number]), counted
        )
