"""What software learned, programmed into the rows of an array: the control for learning in the array itself."""

import numpy as np
from scipy.special import expit

from spicekit.network.mcmc.devices import Devices, generator_of
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.tasks import Task


def targets(code: Coding, parameters: np.ndarray) -> np.ndarray:
    """Return conductances (…, 2 n) [S] that hold (…, n) parameters, at the ends of the range where they go beyond."""
    half = parameters / (2 * code.scale)
    return np.clip(np.concatenate([code.centre + half, code.centre - half], axis=-1), code.low, code.high)


def copied(parameters: np.ndarray, rows: int) -> np.ndarray:
    """Return models (splits, rows, n): the parameters (splits, n) of each split, once for each row."""
    return np.repeat(parameters[:, None], rows, axis=1)


def laplace(task: Task, prior_std: float, parameters: np.ndarray, rows: int, seed: int) -> np.ndarray:
    """Return models (splits, rows, n) from Laplace's approximation of the posterior of logistic regression.

    It is normal around the most likely `parameters` (splits, n), with the inverse of the curvature there as covariance
    (MacKay, Information Theory, Inference and Learning Algorithms, 2003, chapter 41). Split i draws from (seed, i).
    """
    found = []
    for split, (x, w) in enumerate(zip(task.train_inputs, parameters, strict=True)):
        p = expit(x @ w)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + np.eye(len(w)) / prior_std**2
        root = np.linalg.cholesky(np.linalg.inv(curvature))
        drawn = generator_of(seed, split, "laplace").standard_normal((rows, len(w)))
        found.append(
            w + np.einsum("rk,jk->rj", drawn, root)
        )  # not a product of matrices: bits would hang on `rows`
    return np.array(found)


def programmed(law: Law, code: Coding, models: np.ndarray, seed: int) -> np.ndarray:
    """Return the parameters (splits, rows, n) that stand in the devices after one cycle towards each of `models`.

    Every row has devices of its own, and row i is the same however many there are.
    """
    splits, rows, n = models.shape
    devices = Devices(law, tuple(range(splits)), rows, 2 * n, seed)
    still = np.zeros((splits, 1), dtype=np.int64)
    mean, std = law.moments(targets(code, models))
    each = [devices.cycle(still + row, (mean[:, [row]], std[:, [row]]), still) for row in range(rows)]
    return code.parameters(np.concatenate(each, axis=1))
