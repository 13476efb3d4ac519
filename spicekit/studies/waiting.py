"""How long devices take to cross a gap at a constant voltage, over as many decades as it takes."""

import numpy as np

from spicekit.circuits.cell import ProgramDeck, Technology
from spicekit.circuits.device import RANGE, hold_deck
from spicekit.models.population import Population
from spicekit.studies.devices import Devices

_SHORTEST, _DECADES = 1e-12, 18  # s: faster is no experiment; 10^6 s are twelve days


def hold_decks(
    technology: Technology, voltage: float, gap: float, threshold: float
) -> tuple[ProgramDeck, ...]:
    """Return decks of growing length, which together tell any time from picoseconds to days."""
    lengths = [_SHORTEST * RANGE**k for k in range(_DECADES + 1)]
    return tuple(
        ProgramDeck(hold_deck(technology, voltage, length, gap, threshold), ()) for length in lengths
    )


def waiting_times(
    population: Population,
    decks: tuple[ProgramDeck, ...],
    gap: np.ndarray,
    points: np.ndarray,
    cycle: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return (times [s], reasons) of devices: infinite where none of the `decks` is long enough, NaN where lost.

    Args:
        gap: (devices,), nm.
        points, cycle: (devices, coordinates), standard normals of the devices and of their cycles.
    """
    times, reasons = np.full(len(points), np.inf), np.full(len(points), "", dtype=object)
    waiting = np.arange(len(points))
    for program in decks:
        devices = Devices(population, points[waiting])
        found = devices.measure(program, gap[waiting], cycle[waiting], program.deck.name)["time"].to_numpy()
        reasons[waiting], times[waiting] = devices.reason, found
        waiting = waiting[devices.good & ~np.isfinite(found)]
        if not waiting.size:
            break
    return times, reasons


def log_moments(times: np.ndarray) -> tuple[float | None, float | None]:
    """Return (median, standard deviation of log10) of times among which some are infinite.

    The deviation is that of the central 68 %, so that infinite times may be a sixth of all; None where they are more.
    """
    if not times.size:
        return None, None
    low, middle, high = np.quantile(times, (0.1587, 0.5, 0.8413), method="nearest")
    median = float(middle) if np.isfinite(middle) else None
    return median, float(np.log10(high / low) / 2) if np.isfinite(high) and times.size > 1 else None
