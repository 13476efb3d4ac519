"""Learning by gradients: the most likely parameters, or a normal law of each, near the posterior."""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.mcmc.devices import generator_of
from spicekit.network.posterior.families import Family, Variables
from spicekit.network.posterior.net import Net, slopes

RATE = 0.02
"""Of Adam, where learning begins."""
BATCH = 128
"""Samples of a step."""


@dataclass(frozen=True)
class Job:
    """Networks to learn: net i learns the data of split `of`[i] and draws from (seed, `of`[i], names[i]) alone."""

    net: Net
    family: Family
    inputs: np.ndarray  # (splits, samples, features)
    labels: np.ndarray  # (splits, samples)
    of: tuple[int, ...]  # split of each net
    names: tuple[str, ...]  # of what is drawn
    temperature: np.ndarray  # (nets,), weight of prior and entropy; 1 is Bayes' rule
    prior_std: np.ndarray  # (n,)
    seed: int
    steps: int
    kept: float = 1.0  # share of the neurons that dropout leaves


def learn(job: Job) -> Variables:
    """Return what the nets learned, (nets, …), after so many steps of Adam (Kingma and Ba, ICLR 2015).

    The loss is minus ln of the likelihood and of the prior at the parameters; of a family with spread the mean of both,
    less its entropy: the evidence lower bound (Blundell et al., ICML 2015). The rate falls as half a cosine.
    """
    net, kind = job.net, np.float32
    generators = [generator_of(job.seed, of, name) for of, name in zip(job.of, job.names, strict=True)]
    inputs, of = job.inputs.astype(kind), np.array(job.of)
    truth = np.eye(net.classes, dtype=kind)[job.labels]
    samples = inputs.shape[1]
    size = min(BATCH, samples)
    pick = generator_of(job.seed, 0, "batches")
    width = np.sqrt(np.repeat([1 / rows for rows, _ in net.shapes], [a * b for a, b in net.shapes]))
    begun = np.stack([width * g.standard_normal(net.parameters) for g in generators]).astype(kind)
    now = job.family.start(begun)
    adam = _Adam(now)
    precision, cold = (job.prior_std**-2.0).astype(kind), job.temperature[:, None].astype(kind)

    def normals(columns: int) -> np.ndarray:
        return np.stack([g.standard_normal((size, columns), kind) for g in generators])

    with threadpool_limits(1):  # small matrices
        for step in range(job.steps):
            chosen = pick.permutation(samples)[:size]
            places = of[:, None], chosen
            mean, variance = job.family.moments(now)
            noise = () if variance is None else (normals(net.hidden), normals(net.outputs))
            kept = None
            if job.kept < 1:
                kept = np.stack([g.random((size, net.hidden), kind) < job.kept for g in generators])
                kept = kept / kind(job.kept)
            of_mean, of_variance = slopes(net, mean, variance, inputs[places], truth[places], noise, kept)
            of_mean = kind(samples / size) * of_mean + cold * mean * precision
            if of_variance is not None and variance is not None:
                of_variance = kind(samples / size) * of_variance + cold * (precision - 1 / variance) / 2
            rate = RATE * (1 + np.cos(np.pi * step / job.steps)) / 2
            adam.step(now, job.family.pull(now, of_mean, of_variance), rate)
            job.family.bound(now)
    return now


class _Adam:
    """Running means of slopes and of their squares."""

    def __init__(self, now: Variables) -> None:
        self._first = {name: np.zeros_like(value) for name, value in now.items()}
        self._second = {name: np.zeros_like(value) for name, value in now.items()}
        self._steps = 0

    def step(self, now: Variables, slopes: Variables, rate: float) -> None:
        """Move what is learned, in place."""
        self._steps += 1
        for name, slope in slopes.items():
            first, second = self._first[name], self._second[name]
            first += np.float32(0.1) * (slope - first)
            second += np.float32(0.001) * (slope**2 - second)
            size = np.sqrt(second / np.float32(1 - 0.999**self._steps)) + np.float32(1e-8)
            now[name] -= np.float32(rate / (1 - 0.9**self._steps)) * first / size
