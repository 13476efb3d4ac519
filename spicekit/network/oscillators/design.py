"""Offline training: the linear map that suits a synchronization map, by differential evolution.

What a chip does depends on its two tones alone. So its states are simulated once over a grid of tones, and a candidate
map costs a look-up per token instead of a simulation.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import differential_evolution

from spicekit.network.oscillators.devices import Devices
from spicekit.network.oscillators.setup import Setup
from spicekit.network.oscillators.tones import ToneMap

GRID = 56  # tones each way
_FITTED = 800  # tokens, about, that a map is fitted to: copies of those for training
_JITTER = 0.1  # of a standard deviation, by which copies are displaced: a map with margins
_WIDEST, _FARTHEST = 0.8, 0.5  # matrix entries and offsets, over half of the band
_POPULATION, _GENERATIONS, _AGAIN = 15, 150, 20  # per parameter; _AGAIN: from a map that is nearly right


@dataclass(frozen=True)
class SynchronizationMap:
    """States over a grid of two tones."""

    states: np.ndarray  # (grid, grid, oscillators): first tone, second tone
    tones: np.ndarray  # (grid,), Hz

    @property
    def band(self) -> tuple[float, float]:
        return float(self.tones[0]), float(self.tones[-1])


def synchronization_maps(
    setup: Setup, devices: Devices, currents: np.ndarray, seed: int, grid: int = GRID
) -> list[SynchronizationMap]:
    """Return the map of each chip (devices and currents: (chips, oscillators))."""
    at = np.linspace(*setup.band, grid)
    tones = np.stack(np.meshgrid(at, at, indexing="ij"), -1).reshape(-1, 2)
    found = []
    for number in range(len(currents)):
        rows = np.full(len(tones), number)
        keys = np.stack([np.ones_like(rows), np.full_like(rows, seed), rows, np.arange(len(tones))], 1)
        states = setup.states(devices.chip(rows), currents[rows], tones, keys)
        found.append(SynchronizationMap(states.reshape(grid, grid, -1), at))
    return found


def fit_map(
    found: SynchronizationMap, x: np.ndarray, labels: np.ndarray, seed: int, start: ToneMap | None = None
) -> ToneMap:
    """Return the linear map with which the states tell most about the training `labels` (tokens,).

    What counts is the share of tokens that the best table of states and classes gets right. `x` are scaled features
    (tokens, features); `start` is a map to begin near.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, len(x)]))
    times = max(1, round(_FITTED / len(x)))
    copies = np.concatenate([x] * times)
    copies = copies + _JITTER * rng.standard_normal(copies.shape)
    repeated, classes, features = np.concatenate([labels] * times), int(labels.max()) + 1, x.shape[1]
    grid = len(found.tones)
    known, code = np.unique(found.states.reshape(grid * grid, -1), axis=0, return_inverse=True)
    code = code.reshape(grid, grid)

    def wrong(parameters: np.ndarray) -> np.ndarray:
        candidates = parameters.reshape(2 * (features + 1), -1)
        number = candidates.shape[1]
        matrix = candidates[: 2 * features].T.reshape(number, 2, features)
        places = matrix @ copies.T + candidates[2 * features :].T[:, :, None]
        cells = np.clip(np.round((places + 1) / 2 * (grid - 1)), 0, grid - 1).astype(int)
        states = code[cells[:, 0], cells[:, 1]]
        bins = (np.arange(number)[:, None] * len(known) + states) * classes + repeated
        counts = np.bincount(bins.ravel(), minlength=number * len(known) * classes)
        return 1 - counts.reshape(number, len(known), classes).max(2).sum(1) / len(repeated)

    bounds = [(-_WIDEST, _WIDEST)] * (2 * features) + [(-_FARTHEST, _FARTHEST)] * 2
    best = differential_evolution(
        wrong, bounds, popsize=_POPULATION, maxiter=_AGAIN if start else _GENERATIONS, tol=0, rng=seed,
        vectorized=True, updating="deferred", polish=False,
        x0=None if start is None else np.concatenate([start.matrix.ravel(), start.offset]),
    ).x  # fmt: skip
    return ToneMap(best[: 2 * features].reshape(2, features), best[2 * features :], found.band)
