"""All that is found of a source of random bits: settings, intervals, streams before and after whitening."""

import time
from collections.abc import Callable

import numpy as np

from spicekit.entropy import sp800_22, sp800_90b
from spicekit.entropy.trng import junction
from spicekit.entropy.trng.asked import Asked, Setting
from spicekit.entropy.trng.result import AtInterval, AtSetting, Found, Interval, Judged
from spicekit.entropy.trng.streams import XOR, Stream, streams

_STEPS = 25  # intervals of the sweep
_LONGEST = 3  # of the sweep, in chosen intervals
_SHOWN = 128 * 128  # bits of a map
_LAGS = 24
_COUNTED = 100_000  # bits of each simulated point of the sweep
_POINTS = 6
_STREAMS = 6 + len(XOR)
_LEVEL = 1.959963984540054  # of an interval of 95 %


def steps_in(asked: Asked) -> int:
    """Return how many steps `study` has."""
    del asked
    return _STREAMS * (1 + sp800_90b.NUMBER + sp800_22.NUMBER)


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many steps are done."""
    first = asked.settings[0]
    chosen = asked.interval or junction.quiet_interval(first.found)
    fast = first.found.precharge_time + first.found.read_time
    settings = tuple(_at_setting(asked, one, chosen) for one in asked.settings)
    sweep = tuple(_at_interval(asked, first, at, n) for n, at in enumerate(_intervals(fast, chosen)))
    judged, each = [], 1 + sp800_90b.NUMBER + sp800_22.NUMBER
    for number, stream in enumerate(streams(asked, first, chosen, fast)):
        judged.append(_judge(stream, first, progress, number * each))
    return Found(asked, chosen, fast, settings, sweep, tuple(judged))


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
        bits = junction.bits(chain, 0, _COUNTED, asked.seed, f"interval {number}")
        counted = correlations(bits, 1)[0]
    return AtInterval(float(interval), float(chain.correlation[0]), float(chain.ones[0]), counted)


def correlations(bits: np.ndarray, lags: int) -> tuple[Interval, ...]:
    """Return the autocorrelation of bits at 1 … `lags`, each with its interval of 95 % for independent bits."""
    centred = bits - bits.mean()
    power = float(centred @ centred)
    found = [float(centred[:-k] @ centred[k:]) / power if power else 1.0 for k in range(1, lags + 1)]
    half = _LEVEL / np.sqrt(len(bits))
    return tuple(Interval(value - half, value, value + half) for value in found)


def _share(bits: np.ndarray, neighbours: float) -> Interval:
    """Return the share of ones; correlated bits are worth fewer independent ones, by (1 - r)/(1 + r)."""
    worth = len(bits) * (1 - neighbours) / (1 + neighbours) if abs(neighbours) < 1 else 1.0
    share = float(bits.mean())
    centre = (share + _LEVEL**2 / (2 * worth)) / (1 + _LEVEL**2 / worth)  # Wilson 1927
    half = (
        _LEVEL / (1 + _LEVEL**2 / worth) * np.sqrt(share * (1 - share) / worth + _LEVEL**2 / (4 * worth**2))
    )
    return Interval(float(centre - half), share, float(centre + half))


def _judge(stream: Stream, setting: Setting, progress: Callable[[int], None], done: int) -> Judged:
    begun = time.process_time()
    bits = stream.make()
    made = time.process_time() - begun
    progress(done + 1)
    lags = correlations(bits, _LAGS)
    entropy = sp800_90b.estimates(bits, progress, done + 1)
    verdict = sp800_22.run(bits, progress, done + 1 + sp800_90b.NUMBER)
    energy = None if stream.reads is None else stream.reads * setting.found.energy.mean
    return Judged(
        stream=stream,
        length=len(bits),
        ones=_share(bits, lags[0].best),
        correlations=lags,
        entropy=entropy,
        verdict=verdict,
        energy=energy,
        picture=bits[:_SHOWN],
        bits_per_second=len(bits) / made if made > 0 else float("inf"),
        seconds=time.process_time() - begun,
    )
