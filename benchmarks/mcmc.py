"""How long an array takes to learn, and how the time grows with arrays that learn side by side.

Usage: python benchmarks/mcmc.py [STATISTICS.json]
Trains the default array (16,384 devices, 3,000 cycles of a row, one parameter at a time) on Wisconsin breast cancer,
1, 10 and 50 arrays; CPU time of one process, and beside it that of the likelihood alone, of 455 samples, which no
sampler can do without. The target: the default array in less than a minute. No circuit simulator in the loop.
"""

import sys
import time
from pathlib import Path

import numpy as np

from spicekit.network.mcmc import Model, coding, fresh_law
from spicekit.network.mcmc.asked import rule_of
from spicekit.network.mcmc.models import in_parts, log_likelihood_of_parts
from spicekit.network.mcmc.tasks import load_task
from spicekit.network.mcmc.train import Job, train
from spicekit.statistics import load

TARGET = 60.0  # s of one array
DEVICES, CYCLES = 16384, 3000
CALLS = 3000  # of the likelihood


def main() -> int:
    """Print the table; return 0 if the target is met."""
    statistics = Path(sys.argv[1] if len(sys.argv) > 1 else "reports/learning/statistics.json")
    law = fresh_law(load(statistics).conductance_law)
    low, high = np.interp([1e-4, 2e-4], law.compliance, law.target)
    task = load_task("breast_cancer", 50, 0)
    model = Model(task.features)
    rule = rule_of(CYCLES, DEVICES // (2 * model.parameters), model.parameters)
    seconds = {}
    for arrays in (1, 10, 50):
        data = task.train_inputs[:arrays], task.train_labels[:arrays]
        job = Job(law, coding(low, high, task.prior_std), model, *data, rule, tuple(range(arrays)), 0)
        begun = time.process_time()
        proposals = arrays * train(job).proposals
        seconds[arrays] = time.process_time() - begun
        print(
            f"{arrays:3d} arrays: {seconds[arrays]:6.2f} s, {seconds[arrays] / arrays:.3f} s each; a proposal "
            f"{seconds[arrays] / proposals * 1e6:.2f} µs, its likelihood alone {likelihood(data[1]) * 1e6:.2f} µs"
        )
    return 0 if seconds[1] <= TARGET else 1


def likelihood(labels: np.ndarray) -> float:
    """Return the CPU time [s] of ln of the likelihood of `labels` (arrays, samples), for each array."""
    wrong = in_parts(np.random.default_rng(0).normal(-5, 5, labels.shape), -np.inf)
    scratch = np.empty_like(wrong)
    begun = time.process_time()
    for _ in range(CALLS):
        log_likelihood_of_parts(wrong, scratch)
    return (time.process_time() - begun) / CALLS / len(labels)


if __name__ == "__main__":
    sys.exit(main())
