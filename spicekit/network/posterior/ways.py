"""The ways to fill an array with a network that knows what it does not know, and how each speaks."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from spicekit.network.mcmc.devices import generator_of
from spicekit.network.mcmc.law import Law
from spicekit.network.posterior.array import least_targets
from spicekit.network.posterior.asked import PRIOR_STD, TEMPERATURES, Asked
from spicekit.network.posterior.families import Family, Normals, Numbers, Pairs, Variables
from spicekit.network.posterior.judge import Said, judged, said_of
from spicekit.network.posterior.learning import Job, learn
from spicekit.network.posterior.net import Net

POSTERIOR, BAYES = "spread as posterior", "spread as posterior, temperature 1"
SPREADS = "ensemble of spreads"
DRAWS, COPIES, ENSEMBLE = "draws of software's posterior", "one network, copied", "ensemble"
WIDE, DROPOUT = "one wide network", "MC dropout, one wide network"
SOFTWARE_DRAWS, SOFTWARE_ENSEMBLE, SOFTWARE_ONE = (
    f"{name}, in software" for name in ("draws of the posterior", ENSEMBLE, "one network")
)
RELEARNED = "spread as posterior, learned for this age"
TRAININGS = 13
"""Of `learn_ways`: five families are tried on a part of the training samples, eight learn all of them."""
_HELD_OUT = 4  # one of so many training samples is for the choice of the temperature


@dataclass(frozen=True)
class Way:
    """One way: what is programmed, or what software holds, and how often it is read for an inference."""

    name: str
    net: Net
    passes: int
    temperature: np.ndarray  # (splits,), chosen
    targets: np.ndarray | None = None  # (splits, copies, 2 n), S
    scales: np.ndarray | None = None  # (splits, copies or 1, n), 1/S
    parameters: np.ndarray | None = None  # (splits, copies, n), in software
    kept: float = 1.0  # share of the neurons that dropout leaves

    @property
    def several(self) -> bool:
        """Whether more than one model speaks."""
        return self.passes > 1

    def says(self, parameters: np.ndarray, inputs: np.ndarray, seed: int, first: int = 0) -> list[Said]:
        """Return what parameters (splits, copies, n) say of inputs (splits, samples, features), by split.

        `first`: so many copies speak; 0: all.
        """
        found = []
        for split, (w, x) in enumerate(zip(parameters, inputs, strict=True)):
            kept: np.ndarray | float = 1.0
            if self.kept < 1:
                shape = self.passes, len(x), self.net.hidden
                kept = (generator_of(seed, split, "dropout").random(shape) < self.kept) / self.kept
            scores = self.net.scores(w[: first or None], x, kept)
            found.append(said_of(self.net.probabilities(scores)))
        return found


@dataclass(frozen=True)
class Learned:
    """All ways, and what the pairs of the first split hold."""

    ways: tuple[Way, ...]
    mean: np.ndarray  # (n,), over `scale`: S
    std: np.ndarray  # (n,), S


def prior_of(net: Net) -> np.ndarray:
    """Return the prior's standard deviation of each parameter, (n,)."""
    return np.array(PRIOR_STD)[net.layer]


def pairs_of(asked: Asked, law: Law, net: Net) -> Pairs:
    """Return the family of what pairs of these devices hold."""
    return Pairs(law, net, asked.low, asked.high, prior_of(net))


def learn_ways(asked: Asked, law: Law, progress: Callable[[int], None]) -> Learned:
    """Return all ways to fill as many devices; `progress` is told how many trainings are done."""
    net, wide, splits, copies = asked.net, asked.wide, asked.task.splits, asked.copies
    work = _Work(asked, progress)
    numbers, normals, pairs = Numbers(), Normals(prior_of(net)), pairs_of(asked, law, net)
    ends = asked.low, asked.high

    def programmed(way: Way, w: np.ndarray) -> Way:
        targets, scales = least_targets(way.net, w, *ends)
        return replace(way, targets=targets, scales=scales)

    def many(w: np.ndarray) -> np.ndarray:
        return np.repeat(w, copies, axis=1)

    temperature = work.choose(net, pairs)
    found = work.learn(net, pairs, temperature)
    posterior = _held(POSTERIOR, asked, pairs, found, temperature)
    warm = np.ones(splits)
    bayes = _held(BAYES, asked, pairs, work.learn(net, pairs, warm), warm)
    apart = work.learn(net, pairs, temperature, copies)
    spreads = Way(
        SPREADS, net, copies, temperature, pairs.targets(apart).reshape(splits, copies, -1),
        pairs.scales(apart).reshape(splits, copies, -1),
    )  # fmt: skip
    temperature = work.choose(net, normals)
    drawn = draws(normals, work.learn(net, normals, temperature), copies, asked.seed)
    draw = Way(DRAWS, net, copies, temperature)
    temperature = work.choose(net, numbers)
    one = work.learn(net, numbers, temperature)["mean"][:, None].astype(float)
    copied = Way(COPIES, net, copies, temperature)
    others = work.learn(net, numbers, temperature, copies)["mean"].reshape(splits, copies, -1).astype(float)
    temperature = work.choose(wide, numbers)
    large = work.learn(wide, numbers, temperature)["mean"][:, None].astype(float)
    wider = Way(WIDE, wide, 1, temperature)
    temperature = work.choose(wide, numbers, asked.kept)
    dropped = work.learn(wide, numbers, temperature, kept=asked.kept)["mean"][:, None].astype(float)
    dropout = Way(DROPOUT, wide, copies, temperature, kept=asked.kept)
    in_software = tuple(
        replace(way, name=name, parameters=w, passes=w.shape[1])
        for way, name, w in (
            (draw, SOFTWARE_DRAWS, drawn), (copied, SOFTWARE_ENSEMBLE, others), (copied, SOFTWARE_ONE, one),
        )
    )  # fmt: skip
    mean, variance = pairs.moments(found)
    scale = pairs.scales(found)[0]
    assert variance is not None
    return Learned(
        (
            posterior, bayes, spreads, programmed(draw, drawn), programmed(copied, many(one)),
            programmed(replace(copied, name=ENSEMBLE), others), programmed(wider, large),
            programmed(dropout, dropped), *in_software,
        ),
        mean[0] / scale, np.sqrt(variance[0]) / scale,
    )  # fmt: skip


def learn_pairs(asked: Asked, law: Law, temperature: np.ndarray) -> Way:
    """Return the spread as posterior of devices with another law, at temperatures (splits,) that are known."""
    pairs = pairs_of(asked, law, asked.net)
    found = _Work(asked, lambda _: None).learn(asked.net, pairs, temperature)
    return _held(RELEARNED, asked, pairs, found, temperature)


def _held(name: str, asked: Asked, pairs: Pairs, found: Variables, temperature: np.ndarray) -> Way:
    targets = np.repeat(pairs.targets(found)[:, None], asked.copies, axis=1)
    return Way(name, asked.net, asked.copies, temperature, targets, pairs.scales(found)[:, None])


def draws(family: Family, found: Variables, count: int, seed: int) -> np.ndarray:
    """Return `count` parameters (splits, count, n) from the normal laws of each split; of numbers the numbers."""
    mean, variance = family.moments(found)
    if variance is None:
        return mean[:, None].astype(float)
    normal = [
        generator_of(seed, k, "draws").standard_normal((count, mean.shape[1])) for k in range(len(mean))
    ]
    return mean[:, None] + np.sqrt(variance)[:, None] * np.stack(normal)


@dataclass
class _Work:
    """Trainings of the study's task, counted."""

    asked: Asked
    progress: Callable[[int], None]
    done: int = 0

    def learn(
        self, net: Net, family: Family, temperature: np.ndarray, members: int = 1, *, kept: float = 1.0
    ) -> Variables:
        """Return what `members` networks of each split learn of all training samples, split after split."""
        task = self.asked.task
        found = self._learn(net, family, task.train_inputs, task.train_labels, temperature, members, kept)
        self._count()
        return found

    def choose(self, net: Net, family: Family, kept: float = 1.0) -> np.ndarray:
        """Return the temperature (splits,) with the least log loss on the last quarter of training samples."""
        task, copies, seed = self.asked.task, self.asked.copies, self.asked.seed
        x, y = task.train_inputs, task.train_labels
        first = y.shape[1] * (_HELD_OUT - 1) // _HELD_OUT
        way = Way("", net, copies, np.ones(task.splits), kept=kept)
        losses: list[np.ndarray] = []
        for value in TEMPERATURES:
            found = self._learn(net, family, x[:, :first], y[:, :first], np.full(task.splits, value), 1, kept)
            said = way.says(draws(family, found, copies, seed), x[:, first:], seed)
            losses.append(judged(said, y[:, first:], {}, several=True).log_loss)
        self._count()
        return np.array(TEMPERATURES)[np.argmin(losses, axis=0)]

    def _learn(
        self, net: Net, family: Family, inputs: np.ndarray, labels: np.ndarray, temperature: np.ndarray,
        members: int, kept: float,
    ) -> Variables:  # fmt: skip
        splits = len(inputs)
        return learn(
            Job(
                net, family, inputs, labels, tuple(np.repeat(np.arange(splits), members).tolist()),
                tuple(f"network {k}" for k in range(members)) * splits, np.repeat(temperature, members),
                prior_of(net), self.asked.seed, self.asked.steps, kept,
            )
        )  # fmt: skip

    def _count(self) -> None:
        self.done += 1
        self.progress(self.done)
