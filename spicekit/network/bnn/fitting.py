"""Whether data are what a network was made for: shape, scale and classes, checked before anything is simulated."""

import numpy as np

from spicekit.errors import InputError
from spicekit.network.bnn.layers import Encode
from spicekit.network.bnn.network import Network
from spicekit.network.data import Dataset

_OVERLAP = 0.5  # least of the two ranges together that both cover


def fitted(network: Network, data: Dataset) -> np.ndarray:
    """Return the test inputs (samples, *network.input_shape); images are flattened for a network that takes features.

    Raises:
        InputError: another shape, another scale than in training, or more classes than the network knows.
    """
    inputs = _shaped(network, data.name, data.test_inputs)
    _check_scale(network, data.name, inputs)
    classes = network.shapes[-1][-1]
    if len(data.classes) > classes:
        raise InputError(
            f"data `{data.name}` have labels up to {len(data.classes) - 1}, but network `{network.name}` has {classes} "
            f"classes, 0 ... {classes - 1}"
        )
    return inputs


def inputs_to_adapt(network: Network, data: Dataset, count: int, seed: int) -> np.ndarray:
    """Return training inputs (count, *network.input_shape), drawn at random, to set thresholds again from.

    Raises:
        InputError: the data have too few training samples; test samples are never taken.
    """
    there = len(data.train_inputs)
    if count > there:
        fix = (
            "add `x_train` to the file"
            if not there and data.source.startswith("own file")
            else "ask for fewer"
        )
        raise InputError(
            f"`--adapt` is {count}, but data `{data.name}` have {there} training samples, and those that a network is "
            f"tested on are not taken: {fix}"
        )
    chosen = np.random.default_rng([seed, 1]).choice(there, count, replace=False)
    inputs = _shaped(network, data.name, data.train_inputs[np.sort(chosen)])
    _check_scale(network, data.name, inputs)
    return inputs


def worthless(accuracy: float, majority: float, samples: int) -> bool:
    """Return whether an accuracy is no better than saying the most frequent class, within two standard errors."""
    return accuracy <= majority + 2 * np.sqrt(majority * (1 - majority) / samples)


def _shaped(network: Network, name: str, inputs: np.ndarray) -> np.ndarray:
    expected = network.input_shape
    found = inputs.shape[1:]
    if found == expected:
        return inputs
    if len(expected) == 1 and expected[0] == np.prod(found):
        return inputs.reshape(len(inputs), -1)  # row, column, channel, as `Flatten` does
    if (*found, 1) == expected or (found[-1:] == (1,) and found[:-1] == expected):
        return inputs.reshape(len(inputs), *expected)
    hint = ""
    if len(found) == 3 and (*found[1:], found[0]) == expected:
        hint = ": channels stand last here, x_test.transpose(0, 2, 3, 1)"
    elif np.prod(found) == np.prod(expected):
        hint = f": x_test.reshape(-1, {', '.join(map(str, expected))}), if the order is row, column, channel"
    raise InputError(
        f"network `{network.name}` takes samples of shape {expected}, data `{name}` have {found}{hint}"
    )


def _check_scale(network: Network, name: str, inputs: np.ndarray) -> None:
    low, high = float(inputs.min()), float(inputs.max())
    if network.input_range is not None:
        trained_low, trained_high = network.input_range
        both = min(high, trained_high) - max(low, trained_low)
        either = max(high, trained_high) - min(low, trained_low)
        if both < _OVERLAP * either:
            raise InputError(
                f"data `{name}` run from {low:g} to {high:g}, but network `{network.name}` was made for "
                f"{trained_low:g} to {trained_high:g}: bring them to the scale of the training"
            )
    encode = network.layers[0]
    assert isinstance(encode, Encode)
    if not ((encode.levels >= low) & (encode.levels < high)).any():
        raise InputError(
            f"data `{name}` run from {low:g} to {high:g}, where network `{network.name}` has no level "
            f"({encode.levels.min():g} ... {encode.levels.max():g}): every sample would be the same bits; "
            "bring the data to the scale of the training"
        )
