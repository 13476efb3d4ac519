"""What usual classifiers make of the same features and splits: how easy the data are."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from spicekit.network.data.formants import Vowels
from spicekit.network.oscillators.tones import Scale

_LARGER = 16  # hidden units
_SETTLED = 1000  # iterations
_PENALTY = 1e-2  # of the weights' squares: hundreds of tokens


@dataclass(frozen=True)
class Baseline:
    """One classifier over all splits."""

    name: str
    parameters: int
    train: np.ndarray  # (splits,), share right
    test: np.ndarray  # (splits,)


def baselines(
    vowels: Vowels, tests: Sequence[np.ndarray], parameters: float, seed: int
) -> tuple[Baseline, ...]:
    """Return softmax regression, and tanh/softmax perceptrons of about `parameters` parameters and of many more.

    `tests` are the test tokens of each split, (tokens,) bool.
    """
    features, classes = vowels.features.shape[1], len(vowels.classes)

    def size(hidden: int) -> int:
        return hidden * (features + 1) + classes * (hidden + 1)

    equal = max(1, round((parameters - classes) / (features + 1 + classes)))
    found = [_over_splits("softmax regression", classes * (features + 1), vowels, tests, 0, seed)]
    for hidden in dict.fromkeys((equal, max(_LARGER, 2 * equal))):
        name = f"tanh/softmax perceptron, {hidden} hidden"
        found.append(_over_splits(name, size(hidden), vowels, tests, hidden, seed))
    return tuple(found)


def _over_splits(
    name: str, parameters: int, vowels: Vowels, tests: Sequence[np.ndarray], hidden: int, seed: int
) -> Baseline:
    from sklearn.exceptions import ConvergenceWarning  # seconds to import, so only when asked for
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier

    rates = []
    for number, test in enumerate(tests):
        x = Scale.of(vowels.features[~test])(vowels.features)
        model = (
            MLPClassifier(
                (hidden,), activation="tanh", solver="lbfgs", alpha=_PENALTY, max_iter=_SETTLED,
                random_state=seed + number,
            )
            if hidden
            else LogisticRegression(C=1 / _PENALTY, max_iter=_SETTLED)
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # where it stops is what is judged
            with threadpool_limits(1):  # matrices are small
                model.fit(x[~test], vowels.labels[~test])
        rates.append([model.score(x[part], vowels.labels[part]) for part in (~test, test)])
    return Baseline(name, parameters, *np.array(rates).T)
