"""A device alone under constant voltages: how long each takes to switch it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isfinite

from spicekit.circuits.device import hold_deck
from spicekit.device_check.bench import Bench
from spicekit.device_check.guarded import HUNG, run

VOLTAGES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0)  # V
FORMING = (*VOLTAGES[5:], 3.5, 4.0, 5.0)  # V
LENGTHS = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)  # s; each deck tells times from a tenth of its length on
_PATIENCE = 1  # holds of one kind that may take forever


@dataclass(frozen=True)
class Hold:
    """A constant voltage on a device."""

    start: str  # "lrs", "hrs" or "pristine"
    voltage: float  # V, SET is positive
    time: float  # s until the state has crossed; infinite: not within the longest hold
    end: float  # state at the end, NaN if it failed
    longest: float  # s, of the hold
    why: str = ""  # it failed

    @property
    def failed(self) -> bool:
        """Whether there is no result."""
        return self.why != ""


def switching_ladder(
    bench: Bench, voltages: Sequence[float] = VOLTAGES, lengths: Sequence[float] = LENGTHS
) -> tuple[Hold, ...]:
    """Return holds of both states at both polarities, and of pristine devices if they are others.

    With the polarity that should switch, times are found; with the other one only where it ends.
    """
    found = [*_times(bench, "hrs", 1, voltages, lengths), *_times(bench, "lrs", -1, voltages, lengths)]
    for start, sign in (("hrs", -1), ("lrs", 1)):
        for voltage in sorted(voltages):
            found.append(_hold(bench, start, sign * voltage, lengths[-1]))
            if found[-1].why == HUNG:
                break
    if bench.start("pristine") != bench.start("hrs"):
        for voltage in FORMING:
            found.append(_hold(bench, "pristine", voltage, lengths[-1]))
            if isfinite(found[-1].time) or found[-1].why == HUNG:
                break
    return tuple(found)


def _times(
    bench: Bench, start: str, sign: int, voltages: Sequence[float], lengths: Sequence[float]
) -> Iterator[Hold]:
    """Give one hold for each voltage, from the highest on, each as long as it takes: less voltage is not faster."""
    shortest = hung = 0
    for voltage in sorted(voltages, reverse=True):
        hold = _hold(bench, start, sign * voltage, lengths[shortest])
        while not hold.failed and not isfinite(hold.time) and shortest + 1 < len(lengths):
            shortest += 1
            hold = _hold(bench, start, sign * voltage, lengths[shortest])
        yield hold
        hung += hold.why == HUNG
        if hung > _PATIENCE:
            return
        if hold.failed:  # it said nothing about the time
            shortest = 0


def _hold(bench: Bench, start: str, voltage: float, length: float) -> Hold:
    # a pristine device is formed once it has the high state
    threshold = bench.start("hrs") if start == "pristine" else bench.middle
    (ran,) = run(hold_deck(bench.technology, voltage, length, bench.start(start), threshold))
    return Hold(start, voltage, inf if ran.why else ran["time"], ran["gap"], length, ran.why)
