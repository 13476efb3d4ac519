"""Spoken digits by one time-multiplexed oscillator, and by the same pipeline without it.

alone    the ridge readout on the front end's frames: no oscillator
static   masks and the oscillator's amplitude curve, as if power followed the current at once: no memory, no noise
perfect  a nominal device without noise      nominal  the same with thermal noise
devices  drawn devices with noise, each under a mask of its own
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data.spoken import Recordings
from spicekit.network.oscillators.devices import Technology, scaled
from spicekit.network.oscillators.front_ends import FRONT_ENDS
from spicekit.network.oscillators.readout import groups_of, moments, right
from spicekit.network.oscillators.reservoir import reservoir, responses, without_memory

WAYS = ("alone", "static", "perfect", "nominal", "devices")


@dataclass(frozen=True)
class Drive:
    """How the oscillator is driven; currents over its threshold.

    Raises:
        InputError: at construction, the current would fall below zero, or stay below the threshold.
    """

    nodes: int = 200
    bias: float = 3.0
    swing: float = 1.8
    node_time: float = 2.0  # over the relaxation time of the power at the bias
    noise: float = 1.0  # times the thermal noise
    spread: float = 1.0

    def __post_init__(self) -> None:
        if self.bias <= 1:
            raise InputError(
                f"`--bias` is {self.bias:g}, expected above 1: below its threshold a device does not oscillate"
            )
        if self.swing >= self.bias:
            raise InputError(
                f"`--swing` is {self.swing:g}, expected below `--bias` ({self.bias:g}): a reversed current damps"
            )


@dataclass(frozen=True)
class Study:
    """What is tried.

    Raises:
        InputError: at construction, a front end that is not known, or none.
    """

    recordings: Recordings
    technology: Technology
    drive: Drive
    masks: int  # nominal and drawn devices, each with its own mask
    front_ends: tuple[str, ...]
    seed: int

    def __post_init__(self) -> None:
        known = ", ".join(FRONT_ENDS)
        if not self.front_ends:
            raise InputError(f"`--front-ends` is empty, expected some of {known}")
        for name in self.front_ends:
            if name not in FRONT_ENDS:
                raise InputError(
                    f"`--front-ends`: unknown `{name}`{did_you_mean(name, FRONT_ENDS)}; known: {known}"
                )


@dataclass(frozen=True)
class Trial:
    """What one way on one front end gave."""

    front_end: str
    way: str
    features: int  # of the readout
    mixed: np.ndarray  # (test recordings, masks), bool: other recordings of the same speakers
    apart: np.ndarray  # (speakers, masks), share right of a speaker who was not in the training


def study_digits(study: Study, progress: Callable[[int], None] = lambda _: None) -> tuple[Trial, ...]:
    """Return all ways on all front ends; `progress` is told steps out of `steps_in(study)`."""
    found, count = [], 0
    for front_end in study.front_ends:
        frames = FRONT_ENDS[front_end](study.recordings)
        for way in WAYS:
            tries = []
            for number in range(study.masks if way != "alone" else 1):
                tries.append(_tried(study, features_of(study, way, frames, number)))
                count += 1
                progress(count)
            mixed, apart = (np.stack(part, 1) for part in zip(*tries, strict=True))
            size = frames[0].shape[1] if way == "alone" else study.drive.nodes
            found.append(Trial(front_end, way, size, mixed, apart))
    return tuple(found)


def steps_in(study: Study) -> int:
    """Return how many steps `study_digits` has."""
    return len(study.front_ends) * (1 + (len(WAYS) - 1) * study.masks)


def features_of(study: Study, way: str, frames: list[np.ndarray], number: int) -> list[np.ndarray]:
    """Return what the readout sees of each recording, (frames, features); mask and device have a `number`."""
    if way == "alone":
        return frames
    drive = study.drive
    drawn = study.technology.devices(
        number + 1, 1, seed=study.seed, spread=drive.spread if way == "devices" else 0.0
    )
    device = scaled(drawn.chip(np.array([number])), drive.noise)
    one = reservoir(
        device, frames[0].shape[1], drive.nodes, bias=drive.bias, swing=drive.swing, node_time=drive.node_time,
        noise=drive.noise > 0 and way != "perfect", seed=study.seed + number,
    )  # fmt: skip
    return without_memory(one, frames) if way == "static" else responses(one, frames, study.seed + number)


def _tried(study: Study, features: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    recordings = study.recordings
    sums = moments(features, groups_of(recordings.test, recordings.speakers))
    mixed = right(sums, recordings.labels, recordings.test)
    apart = [
        right(sums, recordings.labels, recordings.speakers == speaker).mean()
        for speaker in range(len(recordings.names))
    ]
    return mixed, np.array(apart)
