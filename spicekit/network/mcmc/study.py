"""A whole study of learning in the array: the arrays of all splits, their references, diagnosis, ageing, energy."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.errors import InputError
from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import Budget, Item
from spicekit.network.mcmc.ageing import Aged, age, ages_of
from spicekit.network.mcmc.diagnose import Diagnosis, Distance, diagnose, distance
from spicekit.network.mcmc.energy import Work, duration, pulses_of, training
from spicekit.network.mcmc.law import Law, fresh_law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.nuts import nuts
from spicekit.network.mcmc.predict import Score, score, told_apart, vote
from spicekit.network.mcmc.references import gradient, logistic, perceptron, programmed
from spicekit.network.mcmc.sampler import Learned, Retry, Rule
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.tasks import Task
from spicekit.network.mcmc.train import Job, train
from spicekit.statistics import Condition, ConductanceLaw, Statistics

RETRIES: tuple[Retry, ...] = ("rotate", "next", "same")
_DRAWS = 250  # of each of two NUTS chains, after as many of warm-up


@dataclass(frozen=True)
class Asked:
    """What is to be studied."""

    task: Task
    code: Coding
    devices: int  # of an array
    steps: int
    seed: int
    arrays: int  # that learn the first split, for the diagnosis
    aged: int  # splits at each age
    nuts: int  # splits that NUTS samples
    perceptrons: int  # splits of the perceptron
    hidden: int
    workers: int = 1

    @property
    def model(self) -> Model:
        """The classifier."""
        return Model(self.task.features, self.hidden)

    @property
    def rule(self) -> Rule:
        """How an array learns: as many rows as fit, half of them free."""
        rows = self.devices // (2 * self.model.parameters)
        return Rule(self.steps, rows, spare=rows // 2)


@dataclass(frozen=True)
class Method:
    """One way to learn the task."""

    name: str
    score: Score
    note: str = ""


@dataclass(frozen=True)
class Found:
    """All that was found."""

    asked: Asked
    law: Law
    methods: tuple[Method, ...]  # the array with the exact ratio first
    diagnoses: dict[str, Diagnosis]  # by how the array learns
    distances: dict[str, Distance]  # the same, from NUTS
    nuts_draws: np.ndarray | None  # (draws, n), of the first split
    strangers: dict[
        str, float
    ]  # by measure: chance that a sample of no class has more of it than a known one
    aged: tuple[Aged, ...]
    budget: Budget | None
    cpu: dict[str, float]  # s of one training on this processor, by method
    duration: tuple[float, float] | None  # s, programming and reading in the array
    learned: Learned  # of all splits, exact ratio


def total_arrays(asked: Asked, statistics: Statistics) -> int:
    """Return how many arrays `study` trains."""
    return (
        2 * asked.task.splits + (1 + len(RETRIES)) * asked.arrays + 2 * asked.aged * len(ages_of(statistics))
    )


def study(
    asked: Asked, statistics: Statistics, condition: Condition, digital: Digital, done: Callable[[int], None]
) -> Found:
    """Return all that is found; `done` is told how many arrays are ready.

    Raises:
        InputError: the statistics have no conductance law.
    """
    task, model, code = asked.task, asked.model, asked.code
    law = fresh_law(known_law(statistics))
    job = Job(
        law,
        code,
        model,
        task.train_inputs,
        task.train_labels,
        asked.rule,
        tuple(range(task.splits)),
        asked.seed,
    )
    counter = _Counter(done)
    begun = time.process_time()
    learned = counter.train(job, asked.workers)
    cpu = (
        {"this algorithm, array simulated": (time.process_time() - begun) / task.splits}
        if asked.workers == 1
        else {}
    )
    votes = vote(model, code.parameters(learned.conductances), learned.counts, task.test_inputs)
    methods = [Method("array, exact ratio", score(votes.probability, task.test_labels, task.overlap))]
    short = counter.train(replace(job, rule=replace(asked.rule, ratio="shortcut")), asked.workers)
    found = vote(model, code.parameters(short.conductances), short.counts, task.test_inputs)
    methods.append(Method("array, shortcut", score(found.probability, task.test_labels, task.overlap)))
    diagnoses = _diagnoses(asked, job, counter)
    draws, reference = _nuts(asked, cpu)
    if reference:
        methods.append(reference)
    with threadpool_limits(1):  # small matrices
        plain = _references(asked, law, methods, cpu)
    strange = task.strangers(asked.seed)
    other = vote(model, code.parameters(learned.conductances), learned.counts, strange)
    strangers = {
        "disagreement of the models in the array": told_apart(votes.disagreement, other.disagreement),
        "doubt of logistic regression": told_apart(
            *(-np.abs(_scores(plain, x)) for x in (task.test_inputs, strange))
        ),
    }
    few = slice(asked.aged)
    young = replace(job, inputs=job.inputs[few], labels=job.labels[few], chains=job.chains[few])
    tests = task.test_inputs[few], task.test_labels[few]
    aged = age(statistics, young, tests, task.overlap, asked.workers, counter.after()) if asked.aged else ()
    work = Work(
        asked.steps, model.parameters, task.train_labels.shape[1], float(learned.set_current.mean()),
        known_law(statistics).pulse_width,
    )  # fmt: skip
    known = condition.energy_read is not None
    return Found(
        asked, law, tuple(methods), diagnoses,
        {name: distance(d, draws) for name, d in diagnoses.items()} if draws is not None else {},
        draws, strangers, aged,
        training(work, pulses_of(statistics), condition, digital) if known else None,
        cpu, duration(work, condition), learned,
    )  # fmt: skip


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


def on_processor(cpu: dict[str, float], digital: Digital) -> tuple[Budget, ...]:
    """Return the budgets of measured times on this machine's processor."""
    said = f"processor time measured here, {digital.cpu_power:g} W assumed"
    return tuple(
        Budget(f"this processor: {name}", (Item("seconds", s, s * digital.cpu_power, said),))
        for name, s in cpu.items()
    )


def _diagnoses(asked: Asked, job: Job, counter: "_Counter") -> dict[str, Diagnosis]:
    """Return how arrays do that all learn the first split, by the way in which they learn."""
    if asked.arrays < 2:
        return {}
    first = 1000  # chains of their own: the first split's array is among the others already
    same = replace(
        job,
        inputs=np.repeat(job.inputs[:1], asked.arrays, axis=0),
        labels=np.repeat(job.labels[:1], asked.arrays, axis=0),
        chains=tuple(range(first, first + asked.arrays)),
    )
    rules = {f"exact ratio, {retry}": replace(asked.rule, retry=retry) for retry in RETRIES}
    rules["shortcut, rotate"] = replace(asked.rule, ratio="shortcut")
    return {
        name: diagnose(counter.train(replace(same, rule=rule), asked.workers), asked.code)
        for name, rule in rules.items()
    }


def _nuts(asked: Asked, cpu: dict[str, float]) -> tuple[np.ndarray | None, Method | None]:
    task, first, found = asked.task, None, []
    begun = time.process_time()
    for split in range(min(asked.nuts, task.splits)):
        draws = nuts(
            asked.model,
            asked.code,
            task.train_inputs[split],
            task.train_labels[split],
            _DRAWS,
            2,
            asked.seed + split,
        )
        draws = draws.reshape(-1, draws.shape[-1])
        first = draws if first is None else first
        one = vote(asked.model, draws[None], np.ones((1, len(draws))), task.test_inputs[split][None])
        found.append(one.probability[0])
    if first is None:
        return None, None
    cpu["NUTS (NumPyro), compilation included"] = (time.process_time() - begun) / len(found)
    what = f"{len(found)} of the splits" if len(found) < task.splits else ""
    return first, Method("NUTS", score(np.array(found), task.test_labels[: len(found)], task.overlap), what)


def _references(asked: Asked, law: Law, methods: list[Method], cpu: dict[str, float]) -> np.ndarray:
    task, seed = asked.task, asked.seed
    few = replace(
        task,
        train_inputs=task.train_inputs[: asked.perceptrons],
        train_labels=task.train_labels[: asked.perceptrons],
        test_inputs=task.test_inputs[: asked.perceptrons],
        test_labels=task.test_labels[: asked.perceptrons],
    )
    begun = time.process_time()
    probability, parameters = logistic(task, asked.code.prior_std)
    cpu["logistic regression"] = (time.process_time() - begun) / task.splits

    def add(name: str, found: np.ndarray, labels: np.ndarray, note: str = "") -> None:
        methods.append(Method(name, score(found, labels, task.overlap), note))

    add("logistic regression", probability, task.test_labels)
    add(
        "logistic regression, programmed once",
        programmed(task, law, asked.code, parameters, seed),
        task.test_labels,
    )
    add("gradients on the devices", gradient(task, law, asked.code, seed), task.test_labels)
    if asked.perceptrons:
        begun = time.process_time()
        found, hidden = perceptron(few, asked.devices, seed)
        cpu["perceptron"] = (time.process_time() - begun) / few.splits
        what = f", {few.splits} of the splits" if few.splits < task.splits else ""
        add("perceptron", found, few.test_labels, f"{hidden} hidden neurons{what}")
    return parameters


def _scores(parameters: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    return Model(inputs.shape[-1]).score(parameters, inputs)


@dataclass
class _Counter:
    """Counts arrays over several trainings."""

    done: Callable[[int], None]
    before: int = 0

    def train(self, job: Job, workers: int) -> Learned:
        learned = train(job, workers, self.after())
        self.before += len(job.chains)
        return learned

    def after(self) -> Callable[[int], None]:
        before = self.before
        return lambda ready: self.done(before + ready)
