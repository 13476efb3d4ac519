"""One curve and one energy budget computed again from the documented file format alone, with nothing of the package."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

import spicekit.network
from spicekit.models.digital import load_digital
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.energy import binarized, memories
from spicekit.network.bnn.read_energy import ReadEnergy
from spicekit.network.bnn.sweep import sweep_rates
from spicekit.network.bnn.tiling import tile
from spicekit.network.data import load_data

CHIPS = 12


def _read(path):
    """Levels, weights of +1 and -1 and what follows the sums, by docs/networks.md."""
    with np.load(path) as file:
        arrays = {key: file[key] for key in file.files}
    header, steps = json.loads(str(arrays["header"])), []
    for place, layer in enumerate(header["layers"]):
        if layer["kind"] in ("dense", "scores"):
            bits = np.unpackbits(arrays[f"{place}.weights"], axis=1)[
                :, : layer["inputs"]
            ]  # first in the highest bit
            steps.append((layer["kind"], np.where(bits == 1, 1.0, -1.0), arrays, place))
    return arrays["0.levels"], steps


def _accuracy(levels, steps, weights, images, labels):
    x = np.where(images[..., None] > levels, 1.0, -1.0).reshape(len(images), -1)  # row, column, level
    for (kind, _, arrays, place), w in zip(steps, weights, strict=True):
        sums = x @ w.T
        if kind == "scores":
            return (
                np.argmax(sums * arrays[f"{place}.scale"] + arrays[f"{place}.offset"], axis=1) == labels
            ).mean()
        reached = sums >= arrays[f"{place}.level"]
        x = np.where(arrays[f"{place}.inverted"].astype(bool), ~reached, reached) * 2.0 - 1
    raise AssertionError


@pytest.fixture(scope="module")
def file():
    return _read(Path(spicekit.network.__file__).parent / "weights" / "digits_dense.npz")


def test_accuracy_against_error_rate_by_other_code(file):
    levels, steps = file
    digits = load_digits()
    images, labels = digits.images[1437:] / 16, digits.target[1437:]
    right = [w for _, w, _, _ in steps]
    network, data = find_network("digits_dense"), load_data("digits")
    rates = (0.02, 0.1)
    sweep = sweep_rates(network, data.test_inputs, data.test_labels, CHIPS, rates=rates)
    assert _accuracy(levels, steps, right, images, labels) == pytest.approx(sweep.without_errors, abs=1e-12)
    rng = np.random.default_rng(77)
    for place, rate in enumerate(rates):
        for side, of_values in (("both", (rate, rate)), ("plus", (2 * rate, 0)), ("minus", (0, 2 * rate))):
            found = []
            for _ in range(CHIPS):
                wrong = [np.where(rng.random(w.shape) < np.where(w > 0, *of_values), -w, w) for w in right]
                found.append(_accuracy(levels, steps, wrong, images, labels))
            ours, theirs = sweep.curve(side)[place].of_chips, np.array(found)
            scatter = np.sqrt(ours.var(ddof=1) / CHIPS + theirs.var(ddof=1) / CHIPS)
            assert ours.mean() == pytest.approx(theirs.mean(), abs=4 * scatter + 1e-3), (rate, side)


def test_one_energy_budget_by_hand(file):
    """Horowitz, ISSCC 2014: 0.03 pJ for 8 bits added, 10 pJ for 64 bits of 8 kbyte; 5.1 times for 130 nm, 1.2 V."""
    _, steps = file
    read = 0.2e-12
    adder, moved = 5.1 * 0.03e-12 / 8, 5.1 * 10e-12 / 64
    total = 0.0
    for _, w, _, _ in steps:
        outputs, inputs = w.shape
        width = int(inputs).bit_length()  # of the numbers 0 ... inputs
        blocks_across = -(-inputs // 32)
        total += outputs * inputs * (read + adder)  # each weight is read and counted
        total += (
            outputs * (blocks_across - 1) * width * adder + outputs * width * adder
        )  # partial sums, thresholds
        total += (inputs + outputs) * moved
    digital = load_digital()
    place = memories(ReadEnergy(read, "by hand", ""), digital)[0]
    found = binarized(tile(find_network("digits_dense")), place, digital)
    assert found.total == pytest.approx(total, rel=1e-9)
