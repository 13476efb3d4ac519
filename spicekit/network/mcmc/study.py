"""A whole study of learning in the array: the arrays of all splits, their references, diagnosis, ageing, energy."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from spicekit.models.digital import Digital
from spicekit.network.bnn.energy import Budget
from spicekit.network.mcmc.ageing import Aged, age, ages_of
from spicekit.network.mcmc.asked import Asked, rule_of
from spicekit.network.mcmc.copies import targets
from spicekit.network.mcmc.diagnose import Diagnosis, Distance, diagnose, distance
from spicekit.network.mcmc.energy import Work, duration, programmed_rows, pulses_of, training
from spicekit.network.mcmc.law import Law, fresh_law, known_law
from spicekit.network.mcmc.methods import Method, by_nuts, by_software
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.predict import Difference, auroc, difference, score, told, vote
from spicekit.network.mcmc.sampler import Learned
from spicekit.network.mcmc.train import Job, train
from spicekit.network.shown import Shown
from spicekit.statistics import Condition, Statistics

_DIAGNOSED = 3  # ways in which arrays all learn the first split


@dataclass(frozen=True, repr=False)
class Found(Shown):
    """All that was found."""

    asked: Asked
    law: Law
    methods: tuple[Method, ...]  # the array with the exact ratio first
    diagnoses: dict[str, Diagnosis]  # by how the array learns
    distances: dict[str, Distance]  # the same, from NUTS
    nuts_draws: np.ndarray | None  # (draws, n), of the first split
    out_of_distribution: dict[
        str, float
    ]  # by measure: chance that a sample of no class has more than a known one
    aged: tuple[Aged, ...]
    budget: Budget | None
    controls: tuple[
        Budget, ...
    ]  # of software's model programmed into the rows; none where reads have no energy
    cpu: dict[str, float]  # s of one training on this processor, by method
    duration: tuple[float, float] | None  # s, programming and reading in the array
    learned: Learned  # of all splits, exact ratio

    def less(self, method: Method) -> Difference | None:
        """Return the accuracy of the array with the exact ratio less that of a method, paired by splits."""
        return difference(self.methods[0].score, method.score, self.asked.task.overlap)

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per method; accuracies from 0 to 1, log loss in nat."""
        less = {m.name: self.less(m) for m in self.methods[1:]}
        return pd.DataFrame(
            {
                "method": m.name,
                "splits": len(m.score.of_splits),
                "accuracy": m.score.mean,
                "accuracy_low": m.score.interval[0],
                "accuracy_high": m.score.interval[1],
                "std_over_splits": m.score.of_splits.std(ddof=1) if len(m.score.of_splits) > 1 else None,
                "log_loss": m.score.log_loss,
                "calibration_error": m.score.calibration_error,
                **{
                    f"array_less_this{end}": getattr(less.get(m.name), name, None)
                    for end, name in (("", "mean"), ("_low", "low"), ("_high", "high"))
                },
                "note": m.note,
            }
            for m in self.methods
        )


def total_arrays(asked: Asked, statistics: Statistics) -> int:
    """Return how many arrays `study` trains."""
    return 2 * asked.task.splits + _DIAGNOSED * asked.arrays + 2 * asked.aged * len(ages_of(statistics))


def study(
    asked: Asked,
    statistics: Statistics,
    condition: Condition,
    digital: Digital,
    progress: Callable[[int], None],
) -> Found:
    """Return all that is found; `progress` is told how many arrays are ready.

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
    counter = _Counter(progress)
    begun = time.process_time()
    learned = counter.train(job, asked.workers)
    cpu = (
        {"this algorithm, array simulated": (time.process_time() - begun) / task.splits}
        if asked.workers == 1
        else {}
    )
    votes = vote(model, code.parameters(learned.conductances), task.test_inputs)
    methods = [Method("array, exact ratio", score(votes.probability, task.test_labels, task.overlap))]
    short = counter.train(replace(job, rule=replace(asked.rule, ratio="shortcut")), asked.workers)
    found = vote(model, code.parameters(short.conductances), task.test_inputs)
    methods.append(Method("array, shortcut", score(found.probability, task.test_labels, task.overlap)))
    diagnoses = _diagnoses(asked, job, counter)
    draws = None
    if asked.nuts:
        draws, reference, cpu["NUTS (NumPyro), compilation included"] = by_nuts(asked)
        methods.append(reference)
    software = by_software(asked, law)
    methods += software.methods
    cpu |= software.cpu
    few = slice(asked.aged)
    young = replace(job, inputs=job.inputs[few], labels=job.labels[few], chains=job.chains[few])
    tests = task.test_inputs[few], task.test_labels[few]
    strange = task.out_of_distribution(asked.seed)
    models = {name: each[few] for name, each in software.models.items()}
    aged = (
        age(
            statistics,
            young,
            models,
            asked.wide,
            tests,
            strange,
            task.overlap,
            asked.workers,
            counter.after(),
        )
        if asked.aged
        else ()
    )
    pairs = task.test_inputs, strange
    linear = Model(task.features)
    out_of_distribution = {
        "disagreement of the models in the array": told(model, code.parameters(learned.conductances), *pairs),
        "doubt of logistic regression": auroc(
            *(-np.abs(linear.score(software.parameters, x)) for x in pairs)
        ),
        **{f"disagreement of {name}": told(linear, rows, *pairs) for name, rows in software.rows.items()},
    }
    if draws is not None:
        out_of_distribution["disagreement of NUTS draws"] = told(model, draws, *pairs)
    work = Work(
        asked.steps, asked.rule.blocks, model.parameters, task.train_labels.shape[1], learned.acceptance,
        float(learned.set_current.mean()), known_law(statistics).pulse_width,
    )  # fmt: skip
    aims = law.compliance_of(targets(asked.wide, software.parameters))
    budgets = ()
    if condition.energy_read is not None:
        pulses = pulses_of(statistics)
        written = replace(work, parameters=task.features, compliance=float(aims.mean()))
        budgets = (
            training(work, pulses, condition, digital),
            *programmed_rows(
                asked.rule.held, written, software.steps, software.cpu["logistic regression"], pulses, digital
            ),
        )
    return Found(
        asked, law, tuple(methods), diagnoses,
        {name: distance(d, draws[0]) for name, d in diagnoses.items()} if draws is not None else {},
        None if draws is None else draws[0], out_of_distribution, aged,
        budgets[0] if budgets else None, budgets[1:], cpu, duration(work, condition), learned,
    )  # fmt: skip


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
    whole = rule_of(asked.steps, asked.devices // (2 * asked.model.parameters))
    jobs = {
        "exact ratio": same,
        "shortcut": replace(same, rule=replace(asked.rule, ratio="shortcut")),
        "exact ratio, whole rows, 50 to 300 µA": replace(same, rule=whole, code=asked.wide),
    }
    return {name: diagnose(counter.train(one, asked.workers), one.code) for name, one in jobs.items()}


@dataclass
class _Counter:
    """Counts arrays over several trainings."""

    progress: Callable[[int], None]
    before: int = 0

    def train(self, job: Job, workers: int) -> Learned:
        learned = train(job, workers, self.after())
        self.before += len(job.chains)
        return learned

    def after(self) -> Callable[[int], None]:
        before = self.before
        return lambda ready: self.progress(before + ready)
