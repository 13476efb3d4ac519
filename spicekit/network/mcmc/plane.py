"""Decisions in a plane: two half moons, learned by an array that holds a small network."""

import numpy as np
from matplotlib.figure import Figure

from spicekit.network.mcmc.asked import rule_of
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.models import Model
from spicekit.network.mcmc.predict import Votes, vote
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.tasks import Task
from spicekit.network.mcmc.train import Job, train
from spicekit.page.drawing import COLOURS, Plot, picture

_PLACES = 80  # along each side
_REACH = 3.5  # standard deviations of the inputs
_SIDE = np.linspace(-_REACH, _REACH, _PLACES)


def plane_plot(task: Task, law: Law, code: Coding, devices: int, steps: int, seed: int) -> tuple[Plot, float]:
    """Return what one array says of a plane and how unsure it is, and its accuracy on the test samples."""
    model = Model(task.features, task.hidden)
    rule = rule_of(steps, devices // (2 * model.parameters), model.parameters)
    job = Job(law, code, model, task.train_inputs[:1], task.train_labels[:1], rule, (0,), seed)
    learned = train(job)
    parameters = code.parameters(learned.conductances)
    right = (vote(model, parameters, task.test_inputs[:1]).probability > 0.5) == task.test_labels[:1]
    return plane_of(task, vote(model, parameters, plane_inputs())), float(right.mean())


def plane_inputs() -> np.ndarray:
    """Return the places of the plane as inputs, (1, places, 3)."""
    return np.stack([*np.meshgrid(_SIDE, _SIDE), np.ones((_PLACES, _PLACES))], axis=-1).reshape(1, -1, 3)


def plane_of(task: Task, said: Votes) -> Plot:
    """Return what is said of `plane_inputs`, and how far models disagree, with the first split's training samples."""

    def draw(figure: Figure) -> None:
        shown = (
            (said.probability, "probability of the lower moon", "RdBu_r", (0, 1)),
            (said.disagreement, "disagreement of the models [bit]", "Greys", (0, None)),
        )
        for axes, (values, name, colours, (low, high)) in zip(figure.subplots(1, 2), shown, strict=True):
            shade = axes.pcolormesh(
                _SIDE, _SIDE, values.reshape(_PLACES, _PLACES), cmap=colours, vmin=low, vmax=high, alpha=0.7,
                rasterized=True,
            )  # fmt: skip
            figure.colorbar(shade, ax=axes, label=name)
            axes.contour(
                _SIDE, _SIDE, said.probability.reshape(_PLACES, _PLACES), levels=[0.1, 0.5, 0.9], colors="black",
                linestyles=["--", "-", "--"], linewidths=1,
            )  # fmt: skip
            for label, mark in ((0, "o"), (1, "s")):
                mine = task.train_labels[0] == label
                axes.plot(
                    *task.train_inputs[0][mine, :2].T, mark, color=COLOURS[label], markeredgecolor="white",
                    markersize=5, markeredgewidth=0.6,
                )  # fmt: skip
            axes.set_xlabel("first feature [standard deviations]")
            axes.set_ylabel("second feature [standard deviations]")
            axes.set_aspect("equal")
            axes.grid(visible=False)

    alt = "Decision regions of two half moons, and disagreement of the models."
    return picture(draw, 3.9, alt)
