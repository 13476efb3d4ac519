"""The device as a random variable: what a RESET and a SET at a chosen compliance make of a conductance.

A device is programmed towards a target, at the compliance whose mean conductance was the target when the devices were
fresh. What comes out scatters: a part belongs to the device and stays, a slow part remembers the cycles before, and a
fresh part is new in each cycle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from scipy.interpolate import PchipInterpolator

from spicekit.errors import InputError
from spicekit.statistics import Statistics
from spicekit.studies.conductance_law.result import ConductanceLaw, ConductancePoint

Shape = Literal["normal", "log-normal"]
_GRID = 512  # places of the tables; the law between them is straight in log-log
_LEAST = 2  # points: one tells no compliance from another


@dataclass(frozen=True)
class Law:
    """Law of the conductance [S] that a cycle towards a target conductance [S] gives, over devices and cycles."""

    target: np.ndarray  # (places,), S, rising in equal steps of the logarithm
    mean: np.ndarray  # (places,), S; the target itself in fresh devices
    std: np.ndarray  # (places,), S
    compliance: np.ndarray  # (places,), A, that is applied for the target
    device_share: float  # of the variance, between devices
    correlation: float  # of the slow part of a cycle, from one cycle of a device to its next
    shape: Shape
    slow_share: float = 1.0  # of the variance between cycles of a device; the rest is fresh at each cycle

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest target [S]: only between them the law was simulated."""
        return float(self.target[0]), float(self.target[-1])

    def __post_init__(self) -> None:
        steps = np.diff(np.log(self.target))
        if not (steps > 0).all() or not np.allclose(steps, steps.mean(), rtol=1e-6):
            raise ValueError("`target` must rise in equal steps of its logarithm")

    @cached_property
    def _logs(self) -> dict[str, np.ndarray]:
        """Logarithms of the tables, and how much they change from each place to the next."""
        logs = {name: np.log(getattr(self, name)) for name in ("mean", "std", "compliance")}
        return logs | {f"{name} step": np.diff(values, append=values[-1]) for name, values in logs.items()}

    def _found(self, target: np.ndarray, *names: str) -> list[np.ndarray]:
        """Return what the tables of these names have for `target` [S]; beyond their ends what the ends have."""
        first, last = np.log(self.target[[0, -1]])
        most = len(self.target) - 1
        place = np.clip((np.log(target) - first) * (most / (last - first)), 0, most)
        whole = place.astype(np.int64)
        part, logs = place - whole, self._logs
        return [np.exp(logs[name].take(whole) + part * logs[f"{name} step"].take(whole)) for name in names]

    def moments(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation [S] of a cycle towards `target` [S]; any shape."""
        mean, std = self._found(target, "mean", "std")
        return mean, std

    def compliance_of(self, target: np.ndarray) -> np.ndarray:
        """Return the compliance [A] that is applied for a target [S]."""
        return self._found(target, "compliance")[0]

    def draw(self, moments: tuple[np.ndarray, np.ndarray], z: np.ndarray) -> np.ndarray:
        """Return conductances [S] of cycles with these `moments` [S] whose deviation is `z`, standard normal."""
        mean, std = moments
        if self.shape == "normal":
            return mean + std * z
        width = np.sqrt(np.log1p((std / mean) ** 2))
        return mean * np.exp(width * z - width**2 / 2)

    def log_density(self, found: np.ndarray, moments: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """Return ln of the density [1/S] of `found` [S] after a cycle with these `moments` [S], but for ln(2 pi)/2."""
        mean, std = moments
        if self.shape == "normal":
            return -(((found - mean) / std) ** 2) / 2 - np.log(std)
        width = np.sqrt(np.log1p((std / mean) ** 2))
        deviation = (np.log(found / mean) + width**2 / 2) / width
        return -(deviation**2) / 2 - np.log(width * found)


def known_law(statistics: Statistics) -> ConductanceLaw:
    """Return the conductance law of statistics.

    Raises:
        InputError: they have none.
    """
    if statistics.conductance_law is None:
        raise InputError(
            "the statistics have no `conductance_law`: run an experiment with [studies.conductance_law], such as "
            "sweeps/learning.toml"
        )
    return statistics.conductance_law


def fresh_law(law: ConductanceLaw) -> Law:
    """Return the law of fresh devices.

    The shape is the one of both whose skewness is nearer to that found, by least squares with its errors.

    Raises:
        InputError: the law has fewer than two points, or its means do not rise with the compliance.
    """
    means = np.array([p.mean.value for p in law.points])
    if len(means) < _LEAST or not (np.diff(means) > 0).all():
        raise InputError(
            f"`conductance_law` has {len(means)} points, expected at least {_LEAST}, with means that rise with the "
            "compliance: give more `compliances` in its study"
        )
    target = np.geomspace(means[0], means[-1], _GRID)
    std, compliance = (
        _table(means, values, target)
        for values in ([p.std.value for p in law.points], [p.compliance for p in law.points])
    )
    step = math.copysign(abs(law.correlation) ** (1 / law.cycle_step), law.correlation)
    return Law(
        target,
        target,
        std,
        compliance,
        _device_share(law.points),
        step,
        shape_of(law.points),
        _slow_share(law.points),
    )


def aged_law(statistics: Statistics, cycles: float) -> Law:
    """Return the law of devices with `cycles` done, programmed by someone who knows the fresh means alone.

    Mean and standard deviation of the fresh law change as those of the devices that were simulated at both ages.

    Raises:
        InputError: the statistics have no `conductance_ageing` at this age, or no fresh devices.
    """
    block, law = statistics.conductance_ageing, statistics.conductance_law
    if block is None or law is None or 0.0 not in block.ages or cycles not in block.ages:
        raise InputError(
            f"the statistics have no `conductance_ageing` of fresh devices and at {cycles:g} cycles"
        )
    fresh = fresh_law(law)
    before, after = (
        {p.conductance.compliance: p.conductance for p in block.at(age)} for age in (0.0, cycles)
    )
    both = sorted(before.keys() & after.keys())
    mean, std = (
        np.exp(
            np.interp(
                np.log(fresh.compliance),
                np.log(both),
                [math.log(getattr(after[c], name).value / getattr(before[c], name).value) for c in both],
            )
        )
        for name in ("mean", "std")
    )
    share = (
        fresh.device_share
        + _device_share([after[c] for c in both])
        - _device_share([before[c] for c in both])
    )
    return replace(
        fresh, mean=fresh.mean * mean, std=fresh.std * std, device_share=float(np.clip(share, 0, 1))
    )


def _table(known: np.ndarray, values: Sequence[float], places: np.ndarray) -> np.ndarray:
    return np.exp(PchipInterpolator(np.log(known), np.log(values))(np.log(places)))


def _device_share(points: Sequence[ConductancePoint]) -> float:
    # one number for all compliances: the shares of single points scatter by more than they differ
    return float(np.mean([(p.std_device.value / p.std.value) ** 2 for p in points]))


def _slow_share(points: Sequence[ConductancePoint]) -> float:
    """Return the slow share of the variance between cycles; 1 where the file does not know of a fresh part."""
    known = [(p.std_slow.value / p.std_cycle.value) ** 2 for p in points if p.std_slow and p.std_cycle.value]
    return float(np.clip(np.mean(known), 0, 1)) if known else 1.0


def shape_of(points: Sequence[ConductancePoint]) -> Shape:
    """Return which shape has a skewness nearer to the points': 0 of the normal, or x³ + 3 x of the log-normal law.

    x is the standard deviation over the mean (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1,
    chapter 14).
    """
    found = np.array([p.skewness.value for p in points])
    error = np.array([p.skewness.error or 1.0 for p in points])
    ratio = np.array([p.std.value / p.mean.value for p in points])
    distance = [(((found - model) / error) ** 2).sum() for model in (0.0, ratio**3 + 3 * ratio)]
    return "normal" if distance[0] <= distance[1] else "log-normal"
