"""Own test data and own networks: what does not fit is refused before anything is simulated."""

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.network.bnn import Bits, Encode, Flatten, Network, Scores, load_network, save_network
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.fitting import fitted, worthless
from spicekit.network.bnn.network import Reference
from spicekit.network.data import load_data

DIGITS = load_data("digits")


def _file(folder, **arrays):
    path = folder / "mine.npz"
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return path


def _data(folder, inputs=None, labels=None, **more):
    inputs = np.random.default_rng(0).random((30, 8, 8)) if inputs is None else inputs
    labels = np.arange(len(inputs)) % 10 if labels is None else labels
    return load_data(str(_file(folder, x_test=inputs, y_test=labels, **more)))


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1)])
def test_the_digits_from_an_own_file_are_recognized_as_well(tmp_path, shape):
    data = _data(tmp_path, DIGITS.test_inputs.reshape(-1, *shape), DIGITS.test_labels)
    network = find_network("digits_dense")
    assert network.accuracy(fitted(network, data), data.test_labels) == network.accuracy(
        DIGITS.test_inputs, DIGITS.test_labels
    )


def _flat(input_range=None):
    rng = np.random.default_rng(1)
    layers = (
        Encode(np.array([0.25, 0.5])), Flatten(),
        Scores(Bits.pack(rng.random((10, 128)) < 0.5), np.ones(10), np.zeros(10)),
    )  # fmt: skip
    return Network("flat", (64,), layers, input_range=input_range)


def test_a_network_of_features_takes_images_row_by_row(tmp_path):
    images = np.random.default_rng(0).random((30, 8, 8)).astype(np.float32)
    data = _data(tmp_path, images)
    assert (fitted(_flat(), data) == images.reshape(30, 64)).all()


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        (
            {"x_test": None, "x_tst": np.zeros((3, 2))},
            r"has no array `x_test` \(did you mean `x_tst`\?\); it holds",
        ),
        ({"y_test": None}, "has no array `y_test`"),
        (
            {"x_test": np.zeros(30)},
            r"`x_test` has shape \(30,\) and type float64, expected numbers \(samples, feat",
        ),
        ({"x_test": np.zeros((30, 8, 8), complex)}, "array `x_test` holds complex numbers"),
        ({"x_test": np.array([[object()]])}, "array `x_test` holds Python objects, which could run anything"),
        ({"x_test": np.full((30, 8, 8), np.nan)}, "test samples hold numbers that are not finite"),
        ({"x_test": np.zeros((0, 8, 8)), "y_test": np.zeros(0, int)}, r"`x_test` has shape \(0, 8, 8\)"),
        ({"y_test": np.zeros(29, int)}, r"`y_test` has shape \(29,\), expected \(30,\)"),
        ({"y_test": np.eye(30, dtype=int)}, r"expected one class per sample: y_test\.argmax\(axis=1\)"),
        (
            {"y_test": np.zeros(30)},
            r"`y_test` is of type float64, expected whole numbers: y_test\.astype\(int\)",
        ),
        ({"y_test": np.arange(30) - 1}, "`y_test` runs from -1 to 28, expected classes from 0"),
        ({"y_test": np.arange(30) + 2**40}, "expected classes from 0"),
    ],
)
def test_wrong_arrays_are_refused_by_name(tmp_path, arrays, said):
    whole = {"x_test": np.random.default_rng(0).random((30, 8, 8)), "y_test": np.arange(30) % 10}
    path = _file(tmp_path, **(whole | arrays))
    with pytest.raises(InputError, match=said) as refused:
        load_data(str(path))
    assert "mine" in str(refused.value)


def _noise(*shape):
    return np.random.default_rng(0).random(shape)


@pytest.mark.parametrize(
    ("inputs", "labels", "said"),
    [
        (_noise(30, 8, 9), None, r"takes samples of shape \(8, 8, 1\), data `mine.npz` have \(8, 9\)"),
        (_noise(30, 1, 8, 8), None, r"channels stand last here, x_test\.transpose\(0, 2, 3, 1\)"),
        (_noise(30, 64), None, r"x_test\.reshape\(-1, 8, 8, 1\)"),
        (_noise(30, 8, 8) * 16, None, "run from .* to 1[56].*, but network `digits_dense` was made for 0 to 1: bring"),
        (_noise(30, 8, 8) * 2 - 1, None, "but network `digits_dense` was made for 0 to 1"),
        (np.zeros((30, 8, 8)), None, "was made for 0 to 1"),
        (_noise(30, 8, 8), np.arange(30), "labels up to 29, but network `digits_dense` has 10 classes"),
    ],
)  # fmt: skip
def test_data_that_do_not_fit_the_network_are_refused(tmp_path, inputs, labels, said):
    with pytest.raises(InputError, match=said):
        fitted(find_network("digits_dense"), _data(tmp_path, inputs, labels))


def test_a_network_without_a_range_is_judged_by_its_levels():
    """A network trained on 0 … 16, in a file that does not say so, sees every digit of 0 … 1 as the same bits."""
    old = Network(
        "old", (8, 8, 1),
        (Encode(np.array([3.0, 8.0])), Flatten(), *_flat().layers[2:]),
    )  # fmt: skip
    with pytest.raises(InputError, match=r"run from 0 to 1, where network `old` has no level \(3 \.\.\. 8\)"):
        fitted(old, DIGITS)


def _with_reference():
    inputs = np.random.default_rng(2).random((5, 64)).astype(np.float32)
    network = _flat((0.0, 1.0))
    return Network(
        network.name, network.input_shape, network.layers, "", (0.0, 1.0),
        Reference(inputs, network.scores(inputs)),
    )  # fmt: skip


def test_range_and_reference_samples_come_back_from_the_file(tmp_path):
    save_network(_with_reference(), tmp_path / "own.npz")
    again = load_network(tmp_path / "own.npz")
    assert again.input_range == (0.0, 1.0)
    assert (again.reference.scores == _with_reference().reference.scores).all()
    save_network(_flat(), tmp_path / "old.npz")
    assert load_network(tmp_path / "old.npz").reference is None


@pytest.mark.parametrize("changed", ["2.weights", "0.levels", "2.scale", "reference.inputs"])
def test_a_network_that_gives_other_scores_than_stored_is_refused(tmp_path, changed):
    save_network(_with_reference(), tmp_path / "own.npz")
    with np.load(tmp_path / "own.npz") as stored:
        arrays = dict(stored)
    arrays[changed] = 255 - arrays[changed] if changed == "2.weights" else arrays[changed] * 0.5
    np.savez(tmp_path / "own.npz", **arrays)
    with pytest.raises(InputError, match=r"own\.npz: network `flat` gives other scores than were stored"):
        load_network(tmp_path / "own.npz")


def test_no_better_than_the_most_frequent_class_is_worthless():
    # two standard errors of 30 % over 360 samples are 4.8 points
    assert worthless(0.097, 0.103, 360)
    assert worthless(0.34, 0.3, 360)
    assert not worthless(0.36, 0.3, 360)
