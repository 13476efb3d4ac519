"""Decisions in a plane: two half moons, learned as the spread of pairs of devices."""

from dataclasses import replace

import numpy as np

from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.plane import plane_inputs, plane_of
from spicekit.network.mcmc.predict import Votes
from spicekit.network.posterior.array import programmed
from spicekit.network.posterior.asked import Asked
from spicekit.network.posterior.tasks import task_of
from spicekit.network.posterior.ways import learn_pairs
from spicekit.page.drawing import Plot

_TEMPERATURE = 0.1


def plane_plot(asked: Asked, law: Law) -> tuple[Plot, float]:
    """Return what the copies say of a plane and where they disagree, and their accuracy on the test samples."""
    task = task_of("moons", 1, asked.seed)
    asked = replace(asked, task=task, hidden=task.hidden)
    way = learn_pairs(asked, law, np.array([_TEMPERATURE]))
    assert way.targets is not None
    assert way.scales is not None
    parameters = programmed(law, way.targets, way.scales, asked.seed)
    (said,) = way.says(parameters, plane_inputs(), asked.seed)
    (tests,) = way.says(parameters, task.test_inputs, asked.seed)
    right = tests.probability.argmax(axis=-1) == task.test_labels[0]
    votes = Votes(said.probability[None, :, 1], said.disagreement[None])
    return plane_of(task, votes), float(right.mean())
