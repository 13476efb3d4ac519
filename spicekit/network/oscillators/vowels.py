"""Vowels told apart by synchronization: training and test over splits and chips, in several ways.

perfect  nominal devices without noise      noisy  nominal devices with thermal noise
devices  drawn devices with thermal noise, and of them
  designed    currents, linear map and table made for nominal devices; nothing is learned on the chip
  calibrated  currents set so that free frequencies are the designed ones; table counted on the chip
  online      currents tuned from the designed ones by the measured states; table counted on the chip
  offline     calibrated, and the linear map fitted to the chip's own synchronization map (the first chips only)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spicekit.network.data.formants import Vowels, split_by_talker
from spicekit.network.oscillators.design import SynchronizationMap, fit_map, synchronization_maps
from spicekit.network.oscillators.devices import Devices, Technology
from spicekit.network.oscillators.learning import Lesson, learn_online
from spicekit.network.oscillators.setup import Choice, Setup, setup_of
from spicekit.network.oscillators.tones import Scale, Table, ToneMap

WAYS = ("perfect", "noisy", "designed", "calibrated", "online", "offline")
TEST_SHARE = 0.2  # of the talkers
_FITTED = 5  # chips at most whose own maps are fitted, which takes longest
_TESTED = 3  # first number of the keys of noise in tests


@dataclass(frozen=True)
class Trial:
    """What one way gave: (splits, chips) each."""

    train: np.ndarray  # share of the training tokens that are right
    test: np.ndarray
    states: np.ndarray  # entries of the table

    @property
    def parameters(self) -> float:
        """Mean entries of the table; currents and map come on top."""
        return float(self.states.mean())


@dataclass(frozen=True)
class Split:
    """One division of the talkers, and what is designed from its training part."""

    number: int
    test: np.ndarray  # (tokens,), bool
    scale: Scale
    tone_map: ToneMap
    table: Table

    def tones(self, vowels: Vowels) -> np.ndarray:
        """Return the tones (tokens, 2) [Hz] of all tokens."""
        return self.tone_map(self.scale(vowels.features))


@dataclass(frozen=True)
class Study:
    """What is tried: data, network, how many splits and chips."""

    vowels: Vowels
    technology: Technology
    choice: Choice
    splits: int
    chips: int
    epochs: int
    seed: int


@dataclass(frozen=True)
class Findings:
    """All ways, the maps of the first chips, and how the online training went."""

    trials: dict[str, Trial]
    nominal: Setup
    nominal_map: SynchronizationMap  # with noise
    first_split: Split
    learning: np.ndarray  # (epochs, splits, chips), share in a right state
    tuned: np.ndarray  # (splits, chips, oscillators), A: currents after the online training
    at_limit: float  # share of the calibrated currents at an end of their range


def study_vowels(study: Study, progress: Callable[[int], None] = lambda _: None) -> Findings:
    """Return what all ways give. `progress` is told steps out of `steps_in(study)`."""
    counter = _Progress(progress)
    silent = setup_of(study.technology, replace(study.choice, noise=0.0, spread=0.0))
    noisy = setup_of(study.technology, replace(study.choice, spread=0.0))
    drawn = setup_of(study.technology, study.choice)
    trials, tests = {}, tests_of(study)
    splits: list[Split] = []
    nominal_map = None
    for way, setup, chips in (("perfect", silent, 1), ("noisy", noisy, study.chips)):
        devices, currents = setup.chips(chips, study.seed), np.tile(setup.currents, (chips, 1))
        nominal_map = synchronization_maps(setup, devices.chip(np.array([0])), currents[:1], study.seed)[0]
        splits = []
        for number, test in enumerate(tests):
            splits.append(design(nominal_map, study.vowels, number, test, study.seed))
            counter.step(_costs(study)[1])
        trials[way] = _tried(study, setup, devices, [currents] * study.splits, splits, counter)
    assert nominal_map is not None
    devices = drawn.chips(study.chips, study.seed)
    designed = np.tile(drawn.currents, (study.chips, 1))
    calibrated = drawn.calibrated(devices)
    trials["designed"] = _tried(study, drawn, devices, [designed] * study.splits, splits, counter, own=False)
    trials["calibrated"] = _tried(study, drawn, devices, [calibrated] * study.splits, splits, counter)
    tuned, learning = _online(study, drawn, devices, designed, splits, counter)
    trials["online"] = _tried(study, drawn, devices, list(tuned), splits, counter)
    trials["offline"] = _offline(study, drawn, devices, calibrated, splits, counter)
    lowest, highest = drawn.range
    slack = 1e-6 * (highest - lowest)
    at_limit = float(((calibrated < lowest + slack) | (calibrated > highest - slack)).mean())
    return Findings(trials, noisy, nominal_map, splits[0], learning, tuned, at_limit)


def tests_of(study: Study) -> list[np.ndarray]:
    """Return the test tokens of each split."""
    return [
        split_by_talker(study.vowels.talkers, TEST_SHARE, study.seed + number)
        for number in range(study.splits)
    ]


def design(
    found: SynchronizationMap, vowels: Vowels, number: int, test: np.ndarray, seed: int,
    start: Split | None = None,
) -> Split:  # fmt: skip
    """Return scale, map and table from the training tokens, by the synchronization map `found`."""
    scale = Scale.of(vowels.features[~test])
    x, labels = scale(vowels.features[~test]), vowels.labels[~test]
    tone_map = fit_map(found, x, labels, seed + number, None if start is None else start.tone_map)
    at = np.searchsorted((found.tones[1:] + found.tones[:-1]) / 2, tone_map(x))
    table = Table.of(found.states[at[:, 0], at[:, 1]], labels, len(vowels.classes))
    return Split(number, test, scale, tone_map, table)


def tried(
    setup: Setup, devices: Devices, currents: np.ndarray, split: Split, vowels: Vowels, seed: int, own: bool = True
) -> np.ndarray:  # fmt: skip
    """Return right shares in training and test, and the size of the table: (chips, 3).

    Each chip sees every token once. With `own` the table is counted from the chip's states under the training tokens.
    """
    chips, tones = len(currents), split.tones(vowels)
    rows = np.repeat(np.arange(chips), len(tones))
    token = np.tile(np.arange(len(tones)), chips)
    ones = np.ones_like(rows)
    keys = np.stack([_TESTED * ones, seed * ones, split.number * ones, rows, token], 1)
    states = setup.states(devices.chip(rows), currents[rows], tones[token], keys)
    found = []
    for mine in states.reshape(chips, len(tones), -1):
        table = (
            Table.of(mine[~split.test], vowels.labels[~split.test], len(vowels.classes))
            if own
            else split.table
        )
        right = table(mine) == vowels.labels
        found.append((right[~split.test].mean(), right[split.test].mean(), len(table.classes)))
    return np.array(found)


def steps_in(study: Study) -> int:
    """Return how many steps `study_vowels` has: about tenths of a second."""
    per_test, per_fit = _costs(study)
    per_split = (
        2 * per_fit + (1 + 4 * study.chips) * per_test + min(study.chips, _FITTED) * _own(per_test, per_fit)
    )
    return round(study.splits * (per_split + _online_cost(study)))


def _costs(study: Study) -> tuple[float, float]:
    """Return the steps of a test of one chip on one split, and of a map fitted anew."""
    tokens, features = study.vowels.features.shape
    return tokens / 250, 3 * (features + 1)


def _own(per_test: float, per_fit: float) -> float:
    return per_test + per_fit / 5


def _online_cost(study: Study) -> float:
    """Return the steps of the online training of all chips on one split."""
    return study.chips * study.epochs * (1 - TEST_SHARE) * _costs(study)[0]


class _Progress:
    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress, self._count = progress, 0.0

    def step(self, number: float = 1) -> None:
        self._count += number
        self._progress(round(self._count))


def _tried(
    study: Study, setup: Setup, devices: Devices, currents: list[np.ndarray], splits: list[Split],
    counter: _Progress, own: bool = True,
) -> Trial:  # fmt: skip
    found = []
    for mine, split in zip(currents, splits, strict=True):
        found.append(tried(setup, devices, mine, split, study.vowels, study.seed, own))
        counter.step(len(mine) * _costs(study)[0])
    return Trial(*np.moveaxis(np.array(found), 2, 0))


def _online(
    study: Study,
    setup: Setup,
    devices: Devices,
    currents: np.ndarray,
    splits: list[Split],
    counter: _Progress,
) -> tuple[np.ndarray, np.ndarray]:
    """Return tuned currents (splits, chips, oscillators) and the training's course; all chips of all splits at once."""
    pairs = [(split, chip) for split in splits for chip in range(study.chips)]
    lessons = [
        Lesson(
            (split.number, chip),
            split.tones(study.vowels)[~split.test],
            study.vowels.labels[~split.test],
            split.table,
        )
        for split, chip in pairs
    ]
    chosen = np.array([chip for _, chip in pairs])
    rounds = study.epochs * (min(len(lesson.labels) for lesson in lessons) // 4)
    learned = learn_online(
        setup, devices.chip(chosen), currents[chosen], lessons, study.epochs, study.seed,
        lambda _: counter.step(study.splits * _online_cost(study) / rounds),
    )  # fmt: skip
    shape = len(splits), study.chips
    return learned.currents.reshape(*shape, -1), learned.right.reshape(study.epochs, *shape)


def _offline(
    study: Study,
    setup: Setup,
    devices: Devices,
    currents: np.ndarray,
    splits: list[Split],
    counter: _Progress,
) -> Trial:
    chips = min(study.chips, _FITTED)
    maps = synchronization_maps(setup, devices.chip(np.arange(chips)), currents[:chips], study.seed)
    found = []
    for split in splits:
        rows = []
        for chip, own in enumerate(maps):
            mine = design(own, study.vowels, split.number, split.test, study.seed, split)
            one = np.array([chip])
            rows.append(tried(setup, devices.chip(one), currents[one], mine, study.vowels, study.seed)[0])
            counter.step(_own(*_costs(study)))
        found.append(rows)
    return Trial(*np.moveaxis(np.array(found), 2, 0))
