"""What parameters may be while they are learned: numbers, normal laws of any width, or what pairs of devices hold."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from spicekit.network.mcmc.law import Law
from spicekit.network.posterior.net import Net

Variables = dict[str, np.ndarray]
"""What is learned, by name; (nets, …)."""
Moments = tuple[np.ndarray, np.ndarray | None]
"""Means and variances of the parameters, (nets, n); None: they have no spread."""
_NARROW = 0.1  # standard deviation over the prior's, where learning begins
_REACH = 4  # largest parameter over the prior's standard deviation, where learning begins


class Family(Protocol):
    """What parameters may be, and how they hang on what is learned."""

    def start(self, mean: np.ndarray) -> Variables:
        """Begin where the means are these, (nets, n)."""
        ...

    def moments(self, now: Variables) -> Moments:
        """Return means and variances."""
        ...

    def pull(self, now: Variables, of_mean: np.ndarray, of_variance: np.ndarray | None) -> Variables:
        """Return slopes of the variables from those of means and variances."""
        ...

    def bound(self, now: Variables) -> None:
        """Put variables that are beyond their range at its ends."""
        ...


class Numbers:
    """Parameters without spread: an ordinary network."""

    def start(self, mean: np.ndarray) -> Variables:
        """As `Family`."""
        return {"mean": mean}

    def moments(self, now: Variables) -> Moments:
        """As `Family`."""
        return now["mean"], None

    def pull(self, now: Variables, of_mean: np.ndarray, of_variance: np.ndarray | None) -> Variables:  # noqa: ARG002
        """As `Family`."""
        return {"mean": of_mean}

    def bound(self, now: Variables) -> None:
        """As `Family`."""


@dataclass(frozen=True)
class Normals:
    """Each parameter has a normal law of its own: mean-field variational inference in software."""

    prior_std: np.ndarray  # (n,)

    def start(self, mean: np.ndarray) -> Variables:
        """As `Family`."""
        width = np.log(_NARROW * self.prior_std).astype(mean.dtype)
        return {"mean": mean, "width": np.tile(width, (len(mean), 1))}

    def moments(self, now: Variables) -> Moments:
        """As `Family`."""
        return now["mean"], np.exp(2 * now["width"])

    def pull(self, now: Variables, of_mean: np.ndarray, of_variance: np.ndarray | None) -> Variables:
        """As `Family`."""
        assert of_variance is not None
        return {"mean": of_mean, "width": 2 * np.exp(2 * now["width"]) * of_variance}

    def bound(self, now: Variables) -> None:
        """As `Family`."""


@dataclass(frozen=True)
class Pairs:
    """Each parameter is a difference of two conductances, and the law of the devices says how far it spreads.

    w = scale (G+ - G-), with one scale for each layer, which is learned, too: it is the gain behind a column. The
    difference of the targets is the mean; the higher both are, the wider is the parameter.
    """

    law: Law
    net: Net
    low: float  # S, lowest target
    high: float  # S
    prior_std: np.ndarray  # (n,)

    def start(self, mean: np.ndarray) -> Variables:
        """As `Family`."""
        first = [self.prior_std[self.net.layer == k][0] for k in (0, 1)]
        scale = np.log(_REACH * np.array(first) / (self.high - self.low))
        scales = np.tile(scale, (len(mean), 1)).astype(mean.dtype)
        half = mean / np.exp(scales)[:, self.net.layer] / 2
        centre = math.sqrt(self.low * self.high)  # no NumPy number, which would make the others as long
        now = {"log_conductance": np.log(np.stack([centre + half, centre - half], axis=1).clip(self.low)),
               "log_scale": scales}  # fmt: skip
        self.bound(now)
        return now

    def targets(self, now: Variables) -> np.ndarray:
        """Return the conductances [S] that are programmed, (nets, 2 n): first all G+, then all G-."""
        found = np.exp(now["log_conductance"].astype(float))
        return found.reshape(len(found), -1)

    def scales(self, now: Variables) -> np.ndarray:
        """Return parameter per conductance [1/S], (nets, n)."""
        return np.exp(now["log_scale"].astype(float))[:, self.net.layer]

    def moments(self, now: Variables) -> Moments:
        """As `Family`."""
        scale = np.exp(now["log_scale"])[:, self.net.layer]
        (mean, _), (std, _) = self._of_devices(now)
        return scale * (mean[:, 0] - mean[:, 1]), scale**2 * (std**2).sum(axis=1)

    def pull(self, now: Variables, of_mean: np.ndarray, of_variance: np.ndarray | None) -> Variables:
        """As `Family`."""
        assert of_variance is not None
        scale = np.exp(now["log_scale"])[:, None, self.net.layer]
        (mean, rises), (std, widens) = self._of_devices(now)
        sign = np.array([1, -1], scale.dtype)[:, None]
        # of ln of the mean and of ln of the spread of each device; ln of a scale moves both alike
        along, wide = sign * scale * mean * of_mean[:, None], 2 * (scale * std) ** 2 * of_variance[:, None]
        both = (along + wide).sum(axis=1)
        of_scale = np.stack([both[:, self.net.layer == k].sum(axis=1) for k in (0, 1)], axis=1)
        return {"log_conductance": along * rises + wide * widens, "log_scale": of_scale}

    def _of_devices(self, now: Variables) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return mean and spread [S] of each device, each with its slope in logarithms; as `Law.moments`."""
        target = now["log_conductance"]
        logs = np.log(self.law.target[[0, -1]])
        per_place = float(logs[1] - logs[0]) / (len(self.law.target) - 1)
        place = (target - float(logs[0])) / per_place
        whole = place.astype(np.int32)
        part = place - whole.astype(place.dtype)
        found = []
        for table, step in self._tables:
            change = step.take(whole, mode="clip")
            found.append((np.exp(table.take(whole, mode="clip") + part * change), change / per_place))
        return found

    @cached_property
    def _tables(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Logarithms of mean and spread at each place of the law, and how much they change to the next; short."""
        logs = [np.log(part) for part in (self.law.mean, self.law.std)]
        return [
            (part.astype(np.float32), np.diff(part, append=2 * part[-1] - part[-2]).astype(np.float32))
            for part in logs
        ]

    def bound(self, now: Variables) -> None:
        """As `Family`."""
        np.clip(now["log_conductance"], math.log(self.low), math.log(self.high), out=now["log_conductance"])
