"""All that is found of a source of random bits: settings, intervals, streams before and after whitening."""

from collections.abc import Callable

import numpy as np

from spicekit.entropy.bits.chain import bits
from spicekit.entropy.bits.judge import STEPS, correlations, judge
from spicekit.entropy.bits.stream import MADE_UP
from spicekit.entropy.trng import junction
from spicekit.entropy.trng.asked import Asked, Setting
from spicekit.entropy.trng.result import AtInterval, AtSetting, Found
from spicekit.entropy.trng.streams import XOR, streams

_STEPS = 25  # intervals of the sweep
_LONGEST = 3  # of the sweep, in chosen intervals
_COUNTED = 100_000  # bits of each simulated point of the sweep
_POINTS = 6
_STREAMS = 3 + len(XOR) + MADE_UP


def steps_in(asked: Asked) -> int:
    """Return how many steps `study` has."""
    del asked
    return _STREAMS * STEPS


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many steps are done."""
    first = asked.settings[0]
    chosen = asked.interval or junction.quiet_interval(first.found)
    fast = first.found.precharge_time + first.found.read_time
    settings = tuple(_at_setting(asked, one, chosen) for one in asked.settings)
    sweep = tuple(_at_interval(asked, first, at, n) for n, at in enumerate(_intervals(fast, chosen)))
    judged = tuple(
        judge(stream, progress, number * STEPS)
        for number, stream in enumerate(streams(asked, first, chosen, fast))
    )
    return Found(asked, chosen, fast, settings, sweep, judged)


def _intervals(fast: float, chosen: float) -> np.ndarray:
    return np.geomspace(fast, max(_LONGEST * chosen, 2 * fast), _STEPS)


def _at_setting(asked: Asked, setting: Setting, chosen: float) -> AtSetting:
    z = junction.drawn(asked.cells, asked.seed)
    cells = junction.chains(setting.found, chosen, z)
    return AtSetting(setting, cells, junction.quiet_interval(setting.found))


def _at_interval(asked: Asked, setting: Setting, interval: float, number: int) -> AtInterval:
    """Return the median cell at an interval, at some of them with simulated bits beside the closed form."""
    chain = junction.median(setting.found, float(interval))
    counted = None
    if number % (_STEPS // _POINTS) == 0:
        counted = correlations(bits(chain, 0, _COUNTED, asked.seed, f"interval {number}"), 1)[0]
    return AtInterval(float(interval), float(chain.correlation[0]), float(chain.ones[0]), counted)
