"""What else could learn the same splits: software, and gradients on the same devices."""

import warnings

import numpy as np
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from spicekit.network.mcmc.copies import targets
from spicekit.network.mcmc.devices import Devices
from spicekit.network.mcmc.law import Law
from spicekit.network.mcmc.models import Model, log_likelihood
from spicekit.network.mcmc.target import Coding
from spicekit.network.mcmc.tasks import Task

_GRADIENT_STEPS = 200
_RATES = (1.0, 3.0, 10.0, 30.0, 100.0)  # in units of 1/curvature bound
_HELD_OUT = 4  # one of so many training samples is for the choice of the rate


def logistic(task: Task, prior_std: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return probabilities (splits, samples) and parameters (splits, n) of the most likely model, same prior.

    The third is the mean number of steps of the solver (L-BFGS).
    """
    found, parameters, steps = [], [], []
    for x, y, test in zip(task.train_inputs, task.train_labels, task.test_inputs, strict=True):
        # scikit-learn's C is the variance of the prior; the constant is a feature, so it has that prior too
        fitted = LogisticRegression(C=prior_std**2, fit_intercept=False, max_iter=2000).fit(x, y)
        found.append(expit(test @ fitted.coef_[0]))
        parameters.append(fitted.coef_[0])
        steps.append(fitted.n_iter_[0])
    return np.array(found), np.array(parameters), float(np.mean(steps))


def perceptron(task: Task, elements: int, seed: int) -> tuple[np.ndarray, int]:
    """Return probabilities of a network with one hidden layer on as many memory elements, and its hidden neurons.

    Two elements hold a weight, as in the array.
    """
    hidden = max(1, (elements // 2 - 1) // (task.features + 1))
    found = []
    for x, y, test in zip(task.train_inputs, task.train_labels, task.test_inputs, strict=True):
        network = MLPClassifier((hidden,), max_iter=60, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            network.fit(x[:, :-1], y)
        found.append(np.asarray(network.predict_proba(test[:, :-1]))[:, 1])
    return np.array(found), hidden


def gradient(task: Task, law: Law, code: Coding, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities of logistic regression whose gradient steps are programming cycles, and rates (splits,).

    The same devices first try each rate on three quarters of a split's training samples; the one with the least log
    loss on the last quarter then learns all of them.
    """
    train = task.train_inputs.shape[1] * (_HELD_OUT - 1) // _HELD_OUT
    x, y = task.train_inputs, task.train_labels
    losses = []
    for rate in _RATES:
        tried = _descend(x[:, :train], y[:, :train], np.full(task.splits, rate), law, code, seed)
        w = code.parameters(tried)
        losses.append(-log_likelihood(Model(task.features), x[:, train:], y[:, train:], w))
    rates = np.array(_RATES)[np.argmin(losses, axis=0)]
    return _read(task, code, _descend(x, y, rates, law, code, seed)), rates


def _descend(
    inputs: np.ndarray, labels: np.ndarray, rates: np.ndarray, law: Law, code: Coding, seed: int
) -> np.ndarray:
    """Return conductances (splits, 2 n) after gradient steps at `rates` (splits,).

    Each step reads the parameters that stand in the devices, follows the gradient of the log posterior, and programs
    those devices towards the result that are off by more than the spread of a cycle.
    """
    splits, _, features = inputs.shape
    devices = Devices(law, tuple(range(splits)), 1, 2 * features, seed)
    now = _cycle(devices, np.full((splits, 2 * features), code.centre))
    # ln p is concave with a curvature of at most |x|²/4 per sample (Böhning, Ann. Inst. Statist. Math. 44, 197, 1992)
    curvature = np.linalg.norm(inputs, ord=2, axis=(1, 2)) ** 2 / 4 + code.prior_std**-2
    model = Model(features)
    for _ in range(_GRADIENT_STEPS):
        w = code.parameters(now)
        wrong = labels - expit(model.score(w, inputs))
        slope = (wrong[:, None] @ inputs)[:, 0] - w / code.prior_std**2
        target = targets(code, w + (rates / curvature)[:, None] * slope)
        off = np.abs(target - now) > law.moments(target)[1]
        now = np.where(off, _cycle(devices, target, off), now)
    return now


def _cycle(devices: Devices, targets: np.ndarray, where: np.ndarray | None = None) -> np.ndarray:
    first = np.zeros((len(targets), 1), dtype=np.int64)  # the one row, which is one block
    places = True if where is None else where[:, None]
    return devices.cycle(first, devices.law.moments(targets[:, None]), first, places)[:, 0]


def _read(task: Task, code: Coding, conductances: np.ndarray) -> np.ndarray:
    return expit(Model(task.features).score(code.parameters(conductances), task.test_inputs))
