"""Data sets of the network simulators, on small files made here."""

import gzip
import json
import pickle
import struct

import numpy as np
import pytest
from matplotlib.image import imsave

from spicekit.errors import InputError
from spicekit.network.data import load_data
from spicekit.network.data.ecg import ecg_features


def _idx(values):
    return (
        struct.pack(">HBB", 0, 8, values.ndim)
        + struct.pack(f">{values.ndim}I", *values.shape)
        + values.tobytes()
    )


@pytest.fixture
def images(tmp_path):
    """A folder with the four files of MNIST, 30 and 10 images; the labels are compressed."""
    rng = np.random.default_rng(2)
    for part, count in (("train", 30), ("t10k", 10)):
        pixels = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = rng.integers(0, 10, count, dtype=np.uint8)
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(_idx(pixels))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(_idx(labels)))
    return tmp_path


@pytest.mark.parametrize("name", ["mnist", "fashion"])
def test_images_are_read_from_a_folder(images, name):
    data = load_data(name, images)
    assert data.train_inputs.shape == (30, 28, 28, 1)
    assert data.test_labels.shape == (10,)
    raw = (images / "train-images-idx3-ubyte").read_bytes()
    assert data.train_inputs[0, 0, 0, 0] == pytest.approx(raw[16] / 255)


def test_a_cut_file_is_refused(images):
    path = images / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(InputError, match="t10k-images-idx3-ubyte: is cut short: 7839 bytes, expected 7840"):
        load_data("mnist", images)


def test_a_missing_file_says_how_to_get_it(tmp_path):
    with pytest.raises(
        InputError, match=r"has no file train-images-idx3-ubyte.*apt install dataset-fashion-mnist"
    ):
        load_data("fashion", tmp_path)
    with pytest.raises(InputError, match=r"unknown data set `minst` \(did you mean `mnist`\?\)"):
        load_data("minst")


def test_digits_come_with_the_package():
    data = load_data("digits")
    assert len(data.train_labels) + len(data.test_labels) == 1797  # UCI's test set, as in scikit-learn
    assert data.train_inputs.shape[1:] == (8, 8, 1)
    assert 0 <= data.train_inputs.min() < data.train_inputs.max() <= 1


def test_beats_are_split_by_record(tmp_path):
    rng = np.random.default_rng(0)
    arrays, level = {}, {}
    for place, record in enumerate(
        ("100", "101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111")
    ):
        peaks = np.arange(300, 5000, 300)
        arrays[f"ecg_{record}"] = rng.integers(-50, 50, 5400).astype(np.int16)
        level[record] = 100 + 40 * place  # the height of its R peaks tells the record
        arrays[f"ecg_{record}"][peaks] = level[record]
        arrays[f"r_{record}"], arrays[f"v_{record}"] = peaks, peaks[::4]
    np.savez(tmp_path / "ecg.npz", **arrays)
    data = load_data("mitbih", tmp_path / "ecg.npz")
    assert data.train_inputs.shape == (8 * 16, 1, 100, 1)
    assert data.test_inputs.shape == (4 * 16, 1, 100, 1)
    assert data.test_labels.mean() == pytest.approx(0.25)
    train, test = (
        set(np.round(((inputs[:, 0, 68, 0] - 0.5) * 2 * 3.0 * 200 - 100) / 40).astype(int))
        for inputs in (data.train_inputs, data.test_inputs)
    )  # 3 mV to either side are the range, 200 steps a millivolt
    assert (len(train), len(test)) == (8, 4)
    assert not train & test


def test_features_of_beats_are_their_rhythm_and_width(tmp_path):
    """By hand: beats every 300 samples, the eighth 100 early; R peaks are spikes of 1 mV on a flat line."""
    arrays = {}
    peaks = np.arange(300, 5000, 300)
    peaks[7] -= 100
    for record in range(12):
        ecg = np.zeros(5400, dtype=np.int16)
        ecg[peaks] = 200  # a millivolt
        arrays |= {f"ecg_{record:02}": ecg, f"r_{record:02}": peaks, f"v_{record:02}": peaks[7:8]}
    np.savez(tmp_path / "ecg.npz", **arrays)
    data = ecg_features(tmp_path / "ecg.npz")
    one = data.train_inputs[:14, 0, 0]  # of 16 beats the first and the last have one neighbour alone
    assert data.train_labels[:14].tolist() == [0] * 6 + [1] + [0] * 7
    assert one[0, :2] == pytest.approx([0, 0])
    # seven intervals before the early beat, six of 300 samples and one of 200
    mean = (6 * 300 + 200) / 7
    assert one[6, :2] == pytest.approx([np.log(200 / mean), np.log(400 / mean)])
    # up and down a millivolt; one of 19 samples within 0.1 s, at 90 Hz
    assert one[:, 2:] == pytest.approx(np.tile([2, 1 / 19], (14, 1)))


def test_ecg_without_a_file_says_what_it_needs(tmp_path):
    with pytest.raises(InputError, match=r"needs --path FILE\.npz with arrays ecg_REC"):
        load_data("mitbih")
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    with pytest.raises(InputError, match="has 0 records"):
        load_data("mitbih", tmp_path / "other.npz")


BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")


def _photographs(folder, form):
    """Write small batches of CIFAR-10; return the pixels of the first, and all labels for training."""
    rng = np.random.default_rng(3)
    batches = [(rng.integers(0, 256, (4, 3072), dtype=np.uint8), rng.integers(0, 10, 4)) for _ in BATCHES]
    training = np.concatenate([labels for _, labels in batches[:5]])
    for name, (pixels, labels) in zip(BATCHES, batches, strict=True):
        if form == "binary":
            rows = np.concatenate([labels[:, None].astype(np.uint8), pixels], axis=1)
            (folder / f"{name}.bin").write_bytes(rows.tobytes())
        elif form == "picture":
            rows = pixels.reshape(-1, 3, 1024).transpose(0, 2, 1)
            imsave(folder / f"{name}.png", np.ascontiguousarray(rows))
        else:
            stored = {b"data": pixels, b"labels": labels.tolist(), b"batch_label": b"made up"}
            (folder / name).write_bytes(pickle.dumps(stored, protocol=2))
    if form == "picture":
        (folder / "train_lables.json").write_text(json.dumps(training.tolist()))
        (folder / "test_lables.json").write_text(json.dumps(batches[5][1].tolist()))
    return batches[0][0], training


@pytest.mark.parametrize("form", ["binary", "python", "picture"])
def test_photographs_are_read_in_all_forms(tmp_path, form):
    first, labels = _photographs(tmp_path, form)
    data = load_data("cifar10", tmp_path)
    assert data.train_labels.tolist() == labels.tolist()
    assert data.train_inputs.shape == (20, 32, 32, 3)
    assert data.test_inputs.shape == (4, 32, 32, 3)
    # a row holds all red pixels, then all green, then all blue (Krizhevsky)
    assert data.train_inputs[0, 2, 5] * 255 == pytest.approx(
        [first[0, c * 1024 + 2 * 32 + 5] for c in range(3)]
    )


def test_pictures_that_do_not_fit_their_labels_are_refused(tmp_path):
    _photographs(tmp_path, "picture")
    listed = tmp_path / "test_lables.json"
    listed.write_text(json.dumps([1, 2, 3]))  # of four images
    with pytest.raises(InputError, match=r"test_batch\.png: has 4 images, expected a list of as many labels"):
        load_data("cifar10", tmp_path)
    listed.unlink()
    with pytest.raises(InputError, match=r"test_lables\.json: cannot be read: No such file"):
        load_data("cifar10", tmp_path)


class _Command:
    def __reduce__(self):
        return (print, ("ran",))


def test_a_batch_that_is_none_is_refused(tmp_path, capsys):
    _photographs(tmp_path, "binary")
    (tmp_path / "test_batch.bin").write_bytes(bytes(3072))
    with pytest.raises(InputError, match="3072 bytes, expected whole rows of 3073"):
        load_data("cifar10", tmp_path)
    (tmp_path / "test_batch.bin").unlink()
    with pytest.raises(InputError, match=r"has no test_batch\.bin, test_batch or test_batch\.png; unpack"):
        load_data("cifar10", tmp_path)
    (tmp_path / "test_batch").write_bytes(pickle.dumps({b"data": _Command()}))
    with pytest.raises(InputError, match=r"asks for builtins\.print, which is no array"):
        load_data("cifar10", tmp_path)
    assert capsys.readouterr().out == ""
