"""A network of oscillators as it is built: currents that spread the frequencies, drive and record to suit."""

from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.network.oscillators.devices import Devices, Technology, scaled
from spicekit.network.oscillators.simulate import Wiring, simulate
from spicekit.network.oscillators.state import states_of

_MARGIN = 1.2  # spacings that the tones reach beyond the outermost oscillators
_RECORD, _SETTLE = 8.0, 2.5  # times of one turn at the edge of the locking range


@dataclass(frozen=True)
class Choice:
    """What a designer chooses; all in units of what the device gives, so that it suits any device."""

    oscillators: int = 4
    tones: int = 2
    lowest: float = 2.0  # current over the threshold
    highest: float = 4.0
    reach: float = 0.65  # locking range to either side over the spacing of the frequencies
    coupling: float = 1.0  # times what the loop of junctions and load gives
    noise: float = 1.0  # times the thermal noise
    spread: float = 1.0  # times the spread between devices
    load: float | None = None  # Ohm; None: that of the mutual locking in the statistics


@dataclass(frozen=True)
class Setup:
    """The network of nominal devices."""

    technology: Technology
    choice: Choice
    wiring: Wiring
    currents: np.ndarray  # (oscillators,), A: frequencies evenly spaced
    range: tuple[float, float]  # A, that currents may be tuned within
    frequencies: np.ndarray  # (oscillators,), Hz, of nominal devices
    band: tuple[float, float]  # Hz, of the tones
    half_range: float  # Hz, locking range to either side, mean over the oscillators
    settle: float  # s
    record: float  # s

    @property
    def spacing(self) -> float:
        """Hz, between neighbours."""
        return float(np.ptp(self.frequencies)) / (len(self.frequencies) - 1)

    def chips(self, number: int, seed: int) -> Devices:
        """Return drawn chips; each has its devices in the order of their frequencies, as measured before wiring."""
        spread, size = self.choice.spread, self.choice.oscillators
        drawn = self.technology.devices(number, size, seed=seed, spread=spread)
        return scaled(drawn, self.choice.noise).in_order(np.full((number, size), self.currents.mean()))

    def states(
        self, devices: Devices, currents: np.ndarray, tones: np.ndarray, keys: np.ndarray | None
    ) -> np.ndarray:
        """Return states (rows, oscillators) of one chip per row; `keys` as in `simulate`."""
        motion = simulate(
            devices, currents, tones, self.wiring, settle=self.settle, record=self.record, band=self.band,
            keys=keys if self.choice.noise else None,
        )  # fmt: skip
        return states_of(motion, tones)

    def calibrated(self, devices: Devices) -> np.ndarray:
        """Return currents (chips, oscillators) at which devices have the nominal frequencies, as far as the range goes.

        By bisection, as one would at the bench: current up while the frequency is too low.
        """
        low = np.full(devices.frequency.shape, self.range[0])
        high = np.full(devices.frequency.shape, self.range[1])
        rises = devices.frequency_shift > 0
        for _ in range(40):
            middle = (low + high) / 2
            more = (devices.free_frequency(middle) < self.frequencies) == rises
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return (low + high) / 2


def setup_of(technology: Technology, choice: Choice) -> Setup:
    """Return the network that a `choice` gives.

    Raises:
        InputError: fewer than two oscillators, a range of currents that is none or below the threshold, no load known,
            or a frequency that does not follow the current.
    """
    load = choice.load or technology.load
    if load is None:
        raise InputError("`oscillator.mutual` has no point in series to take the load from: give `--load`")
    if choice.oscillators < 2:
        raise InputError(f"`oscillators` is {choice.oscillators}, expected at least 2")
    if not 1 < choice.lowest < choice.highest:
        raise InputError(
            f"currents from {choice.lowest:g} to {choice.highest:g} times the threshold, expected the first above 1 "
            "and the second above the first"
        )
    nominal = technology.devices(1, 1, spread=0.0)
    threshold = float(nominal.threshold[0, 0])
    limits = choice.lowest * threshold, choice.highest * threshold
    grid = np.linspace(*limits, 2001)
    table = nominal.free_frequency(grid)[0]
    if not (np.all(np.diff(table) > 0) or np.all(np.diff(table) < 0)):
        raise InputError("the frequency does not follow the current (`oscillator.laws.frequency_shift` is 0)")
    rising = np.argsort(table)
    frequencies = np.linspace(table.min(), table.max(), choice.oscillators)
    currents = np.interp(frequencies, table[rising], grid[rising])
    spacing = float(frequencies[1] - frequencies[0])
    # locking range of weak drives: √(1 + ν²) F/√p (Slavin and Tiberkevich, Phys. Rev. B 72, 092407, 2005), F = κ I/2
    p = nominal.power(currents)[0]
    nu = nominal.frequency_shift[0] * p * 2 * np.pi / nominal.relaxation_rate(currents)[0]
    per_ampere = float(np.mean(np.hypot(1, nu) * abs(technology.line) / 2 / np.sqrt(p)))
    half = choice.reach * spacing
    wiring = Wiring.series(technology, currents, load, half / per_ampere, choice.coupling)
    band = float(frequencies[0] - _MARGIN * spacing), float(frequencies[-1] + _MARGIN * spacing)
    return Setup(
        technology, choice, wiring, currents, limits, frequencies, band, half, _SETTLE / half, _RECORD / half
    )  # fmt: skip
