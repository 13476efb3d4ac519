"""One array per split, trained side by side, over processes where asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.mcmc.evidence import Linear, Whole
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.models import Model, log_likelihood
from spicekit.network.mcmc.sampler import Learned, Rule, learn
from spicekit.network.mcmc.target import Coding
from spicekit.network.workers import in_workers

_GROUP = 50


@dataclass(frozen=True)
class Job:
    """Arrays to train: chain i has data i and draws from (seed, chains[i])."""

    law: Law
    code: Coding
    model: Model
    inputs: np.ndarray  # (chains, samples, features)
    labels: np.ndarray  # (chains, samples)
    rule: Rule
    chains: tuple[int, ...]
    seed: int


def train(job: Job, workers: int = 1, progress: Callable[[int], None] = lambda _: None) -> Learned:
    """Return what the arrays have learned; `progress` is told how many arrays are ready. Workers change nothing."""
    size = min(_GROUP, -(-len(job.chains) // workers))
    groups = [
        replace(
            job,
            inputs=job.inputs[a : a + size],
            labels=job.labels[a : a + size],
            chains=job.chains[a : a + size],
        )
        for a in range(0, len(job.chains), size)
    ]
    found, ready = [], 0
    for group, learned in zip(groups, _each(groups, workers), strict=True):
        found.append(learned)
        ready += len(group.chains)
        progress(ready)
    joined = {
        f.name: np.concatenate([getattr(part, f.name) for part in found])
        for f in fields(Learned)
        if f.name != "proposals"
    }
    return Learned(**joined, proposals=found[0].proposals)


def _each(groups: list[Job], workers: int) -> Iterator[Learned]:
    if workers == 1 or len(groups) == 1:
        yield from map(_one, groups)
        return
    yield from in_workers(_one, groups, workers)


def _one(job: Job) -> Learned:
    with threadpool_limits(1):
        evidence = (
            Whole(partial(log_likelihood, job.model, job.inputs, job.labels))
            if job.model.hidden
            else Linear(job.inputs, job.labels)
        )
        return learn(job.law, job.code, evidence, job.model.parameters, job.rule, job.chains, job.seed)
