"""Networks of bits against plain floating-point sums, and their file."""

import json

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.network.bnn import (
    Bits,
    Convolution,
    Dense,
    Encode,
    Flatten,
    MaxPool,
    Network,
    Scores,
    load_network,
    save_network,
)
from spicekit.network.bnn.bits import corrected, ones_against_zeros, sums
from spicekit.network.bnn.layers import Threshold


def _ones(rng, *shape):
    return rng.random(shape) < 0.5


def _signs(ones):
    return 2.0 * np.asarray(ones) - 1


def _threshold(rng, outputs):
    return Threshold(rng.integers(-4, 5, outputs).astype(float), _ones(rng, outputs))


@pytest.mark.parametrize("size", [1, 63, 64, 65, 784])
def test_sums_of_bits_are_sums_of_signs(size):
    rng = np.random.default_rng(size)
    inputs, weights = _ones(rng, 17, size), _ones(rng, 9, size)
    assert (sums(Bits.pack(inputs), Bits.pack(weights)) == _signs(inputs) @ _signs(weights).T).all()
    found = ones_against_zeros(Bits.pack(inputs), Bits.pack(weights))
    assert (found == (~inputs).astype(int) @ weights.astype(int).T).all()
    assert (Bits.pack(inputs).unpack() == inputs).all()


@pytest.mark.parametrize("share", [0.0, 0.003, 0.4])
def test_sums_are_corrected_for_weights_that_differ(share):
    rng = np.random.default_rng(2)
    inputs, before = _ones(rng, 40, 200), _ones(rng, 11, 200)
    after = before ^ (rng.random(before.shape) < share)
    inputs, before, packed = (Bits.pack(bits) for bits in (inputs, before, after))
    found = corrected(sums(inputs, before), inputs, before, packed)
    assert (found == _signs(inputs.unpack()) @ _signs(after).T).all()


def _network(rng, kernel, stride, padding, input_shape):
    """A network with every kind of layer."""
    high, _, channels = input_shape
    encoded = 2 * channels
    convolution = Convolution(
        Bits.pack(_ones(rng, 12, kernel[0] * kernel[1] * encoded)),
        _threshold(rng, 12),
        kernel,
        encoded,
        stride,
        padding,
    )
    pool = MaxPool((1, 2) if high == 1 else (2, 2))
    first = (Encode(np.array([0.3, 0.6])), convolution, pool)
    shape = input_shape
    for layer in first:
        shape = layer.shape_after(shape)
    dense = Dense(Bits.pack(_ones(rng, 20, int(np.prod(shape)))), _threshold(rng, 20))
    scores = Scores(Bits.pack(_ones(rng, 3, 20)), rng.normal(size=3), rng.normal(size=3))
    return Network("made up", input_shape, (*first, Flatten(), dense, scores), "of random numbers")


def _by_floats(network, values):
    """The same network with sums of floats and loops over places."""
    encode, convolution, pool, _, dense, scores = network.layers
    x = _signs(values[..., None] > encode.levels).reshape(*values.shape[:3], -1)
    above, beside = (convolution.padding if k > 1 else 0 for k in convolution.kernel)
    x = np.pad(x, ((0, 0), (above, above), (beside, beside), (0, 0)), constant_values=-1)
    kernel = _signs(convolution.weights.unpack()).reshape(-1, *convolution.kernel, convolution.channels)
    rows, columns, _ = convolution.shape_after(
        (values.shape[1], values.shape[2], values.shape[3] * len(encode.levels))
    )
    y = np.empty((len(x), rows, columns, len(kernel)))
    for i in range(rows):
        for j in range(columns):
            top, left = i * convolution.stride, j * convolution.stride
            part = x[:, top : top + kernel.shape[1], left : left + kernel.shape[2]]
            y[:, i, j] = np.einsum("nhwc,ohwc->no", part, kernel)
    y = _signs((y >= convolution.threshold.level) ^ convolution.threshold.inverted)
    high, wide = pool.window
    rows, columns = rows // high, columns // wide
    y = y[:, : rows * high, : columns * wide].reshape(len(y), rows, high, columns, wide, -1).max(axis=(2, 4))
    y = y.reshape(len(y), -1) @ _signs(dense.weights.unpack()).T
    y = _signs((y >= dense.threshold.level) ^ dense.threshold.inverted)
    return y @ _signs(scores.weights.unpack()).T * scores.scale + scores.offset


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "shape"),
    [
        ((3, 3), 1, 1, (9, 8, 1)),
        ((5, 5), 1, 0, (12, 12, 3)),
        ((3, 3), 2, 1, (11, 9, 2)),
        ((1, 7), 1, 3, (1, 40, 1)),
    ],
)
def test_a_network_of_bits_gives_the_scores_of_floats(kernel, stride, padding, shape):
    rng = np.random.default_rng(7)
    network = _network(rng, kernel, stride, padding, shape)
    values = rng.random((23, *shape))
    assert network.scores(values) == pytest.approx(_by_floats(network, values))


def test_a_saved_network_gives_the_same_scores(tmp_path):
    rng = np.random.default_rng(1)
    network = _network(rng, (3, 3), 1, 1, (9, 8, 1))
    values = rng.random((10, 9, 8, 1))
    save_network(network, str(tmp_path / "own.npz"))  # a path as text does, too
    again = load_network(str(tmp_path / "own.npz"))
    assert (again.scores(values) == network.scores(values)).all()
    assert (again.name, again.notes, again.weights) == (network.name, network.notes, network.weights)


def test_layers_that_do_not_fit_are_refused():
    rng = np.random.default_rng(1)
    dense = Dense(Bits.pack(_ones(rng, 4, 10)), _threshold(rng, 4))
    scores = Scores(Bits.pack(_ones(rng, 2, 4)), np.ones(2), np.zeros(2))
    with pytest.raises(InputError, match="layer 1, `dense`, takes 10 inputs, gets 9"):
        Network("own", (9,), (Encode(np.array([0.5])), dense, scores))
    with pytest.raises(InputError, match="first layer must be `encode`"):
        Network("own", (10,), (dense, scores))
    with pytest.raises(InputError, match="last layer must be `scores`"):
        Network("own", (10,), (Encode(np.array([0.5])), dense))


def _changed(path, change):
    """Write a network file with its arrays changed."""
    with np.load(path) as stored:
        arrays = {key: stored[key] for key in stored.files}
    header = json.loads(str(arrays["header"]))
    change(header, arrays)
    arrays["header"] = np.array(json.dumps(header))
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda h, _: h.update(format="spicekit.bnn/2"), "`format` is 'spicekit.bnn/2', expected 'spicekit.bnn/1'"),
        (lambda h, _: h["layers"][4].update(kind="dens"), r"unknown kind 'dens' \(did you mean `dense`\?\)"),
        (lambda h, _: h.pop("layers"), "`layers` is missing in `header`"),
        (lambda _, a: a.update({"4.level": a["4.level"][:-1]}), r"`4.level` has shape \(19,\), expected \(20,\)"),
        (lambda _, a: a.update({"5.scale": np.full(3, np.nan)}), "`5.scale` has numbers that are not finite"),
        (lambda _, a: a.pop("1.weights"), "'1.weights' is missing"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_one_line(tmp_path, change, said):
    path = tmp_path / "own.npz"
    save_network(_network(np.random.default_rng(1), (3, 3), 1, 1, (9, 8, 1)), path)
    _changed(path, change)
    with pytest.raises(InputError, match=said) as raised:
        load_network(path)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_no_network_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.npz: cannot be read: No such file"):
        load_network(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(InputError, match="is not a network file"):
        load_network(tmp_path / "text.npz")


def test_samples_of_another_shape_are_refused():
    network = _network(np.random.default_rng(1), (3, 3), 1, 1, (9, 8, 1))
    with pytest.raises(InputError, match=r"takes samples of shape \(9, 8, 1\), got \(8, 9, 1\)"):
        network.scores(np.zeros((2, 8, 9, 1)))
