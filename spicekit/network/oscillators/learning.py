"""Online training: currents follow the measured states, token by token, on each chip by itself."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.network.oscillators.devices import Devices
from spicekit.network.oscillators.setup import Setup
from spicekit.network.oscillators.tones import Table, wanted_shift

LEARNING = 2  # first number of the keys of noise: apart from that of maps and tests
BATCH = 4  # tokens between changes of the currents
_FIRST, _LAST = 0.02, 0.004  # change of a current per wrong token, over the range; falls along the training


@dataclass(frozen=True)
class Lesson:
    """What one chip learns from: each token's tones, the labels, and the states that stand for classes."""

    key: tuple[int, int]  # split and chip: order and noise depend on it alone
    tones: np.ndarray  # (tokens, tones), Hz
    labels: np.ndarray  # (tokens,)
    table: Table


@dataclass(frozen=True)
class Learned:
    """How a training went."""

    currents: np.ndarray  # (chips, oscillators), A
    right: np.ndarray  # (epochs, chips), share of the tokens in a state of their class, while learning


def learn_online(
    setup: Setup, devices: Devices, currents: np.ndarray, lessons: list[Lesson], epochs: int, seed: int,
    progress: Callable[[int], None] = lambda _: None,
) -> Learned:  # fmt: skip
    """Return currents (chips, oscillators) tuned by the measured states; one lesson per chip.

    For each token whose state stands for another class: the oscillators that differ from the nearest state of the
    right class move towards the tone that they should follow, or away from that which they should not
    (`wanted_shift`). Where they stand without tones is measured, too. Currents stay within the range of the setup.
    """
    chips, tokens = len(currents), min(len(lesson.labels) for lesson in lessons)
    lowest, highest = setup.range
    generators = [
        np.random.default_rng(np.random.SeedSequence([LEARNING, seed, *one.key])) for one in lessons
    ]
    rises = np.where(devices.frequency_shift > 0, 1, -1)
    rounds = max(tokens // BATCH, 1)
    right = np.zeros((epochs, chips))
    rows = np.repeat(np.arange(chips), BATCH)
    ones, named = np.ones_like(rows), np.array([one.key for one in lessons])[rows]
    for epoch in range(epochs):
        orders = [rng.permutation(len(one.labels)) for rng, one in zip(generators, lessons, strict=True)]
        for turn in range(rounds):
            chosen = [order[turn * BATCH : (turn + 1) * BATCH] for order in orders]
            tones = np.concatenate([one.tones[these] for one, these in zip(lessons, chosen, strict=True)])
            labels = np.concatenate([one.labels[these] for one, these in zip(lessons, chosen, strict=True)])
            keys = np.stack([LEARNING * ones, seed * ones, *named.T, epoch * ones, np.concatenate(chosen)], 1)
            states = setup.states(devices.chip(rows), currents[rows], tones, keys)
            targets = np.concatenate(
                [one.table.target(states[rows == k], labels[rows == k]) for k, one in enumerate(lessons)]
            )
            free = devices.free_frequency(currents)[rows]
            shift = wanted_shift(states, targets, free, tones)
            share = (epoch * rounds + turn) / (epochs * rounds)
            size = (_FIRST + (_LAST - _FIRST) * share) * (highest - lowest)
            change = rises * size * shift.reshape(chips, BATCH, -1).sum(1)
            currents = np.clip(currents + change, lowest, highest)
            right[epoch] += (states == targets).all(1).reshape(chips, BATCH).mean(1) / rounds
            progress(epoch * rounds + turn + 1)
    return Learned(currents, right)
