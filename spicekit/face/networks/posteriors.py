"""A Bayesian network whose posterior is the spread of programmed devices."""

from spicekit.cli import network_posterior
from spicekit.cli.progress import steps_of
from spicekit.face.networks.arguments import amperes, arguments, checked
from spicekit.network.mcmc.options import reads_of
from spicekit.network.posterior.asked import asked_of
from spicekit.network.posterior.study import Found, study, total_trainings
from spicekit.statistics import Statistics


def posterior(
    statistics: Statistics,
    task: str = "breast_cancer",
    *,
    splits: int = 20,
    samples: int | None = None,
    copies: int = 12,
    hidden: int | None = None,
    steps: int = 600,
    dropout: float = 0.2,
    low: float | str = 20e-6,
    high: float | str = 500e-6,
    condition: str | None = None,
    seed: int = 0,
    progress: bool = True,
) -> Found:
    """Let the spread of programmed devices be the posterior of a network, as `spicekit network posterior` does.

    Args:
        statistics: with a conductance law, such as those that come along as "learning".
        task: "breast_cancer", "digits", or "moons".
        splits: into training and test samples, at least 2.
        samples: for training, of each split, at least 20; None: all.
        copies: of the network, which vote.
        hidden: neurons; None: what the task asks for.
        steps: of learning in software.
        dropout: share of neurons that dropout leaves out.
        low, high: SET compliances that are programmed, A.
        condition: whose energy of reads is counted; None: the first that has one.

    Returns:
        `table`: a DataFrame, one row for each way to fill the array; `judged`, `fewer`, `aged`, `costs`.

    Raises:
        InputError: no conductance law, no such task, or a number out of range.
    """
    with arguments(network_posterior.posterior):
        checked(
            network_posterior.posterior, splits=splits, samples=samples, copies=copies, hidden=hidden, steps=steps,
            dropout=dropout, seed=seed,
        )  # fmt: skip
        asked = asked_of(
            statistics, task, splits=splits, samples=samples, copies=copies, hidden=hidden, steps=steps,
            dropout=dropout, low=amperes(low), high=amperes(high), seed=seed,
        )  # fmt: skip
        reads = reads_of(statistics, condition)
    with steps_of(not progress, total_trainings(statistics), "trainings") as show:
        return study(asked, statistics, reads, show)
