"""Files of others that are broken or mean harm: each ends as one line with its name, and takes no memory or time."""

import gzip
import io
import itertools
import json
import pickle
import struct
import tarfile
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.network.bnn import load_network
from spicekit.network.bnn.bundled import find_network
from spicekit.network.bnn.file import save_network
from spicekit.network.data import load_data
from spicekit.network.data.ecg import ecg_features
from spicekit.network.data.formants import load_vowels
from spicekit.network.data.spoken import spoken_digits
from spicekit.readers import csv_rows, number, read_npz, read_rows


def _refused(read, *arguments):
    with pytest.raises(InputError) as refused:
        read(*arguments)
    said = str(refused.value)
    assert "\n" not in said
    assert len(said) < 700
    return said


# ---- .npz, whatever it is for


def _member(name="x.npy", content=b"", **flags):
    """One member of a zip, with fields of its directory entry set afterwards."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(name, content)
    data = bytearray(raw.getvalue())
    for offset_local, offset_central, key in ((6, 8, "flag"), (8, 10, "method")):
        if key in flags:
            central = data.index(b"PK\x01\x02")
            data[offset_local : offset_local + 2] = struct.pack("<H", flags[key])
            data[central + offset_central : central + offset_central + 2] = struct.pack("<H", flags[key])
    return bytes(data)


def _npy(header):
    text = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def _array(values):
    raw = io.BytesIO()
    np.save(raw, values)
    return raw.getvalue()


HEADER = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s,), }\n"
NPZ = {
    "empty": (b"", "is not"),
    "text": (b"hello", "File is not a zip file"),
    "a single array": (_array(np.zeros(3)), r"single array (.npy)"),
    "encrypted": (_member(content=_array(np.zeros(3)), flag=1), "is encrypted"),
    "another compression": (_member(content=_array(np.zeros(3)), method=99), "packed in a way"),
    "7 petabytes": (_member(content=_npy(HEADER % 10**15)), "claims shape (1000000000000000,), but has 0 bytes"),
    "beyond 64 bits": (_member(content=_npy(HEADER % 10**30)), "claims shape"),
    "negative": (_member(content=_npy(HEADER % -1)), "array `x`"),
    "shape of text": (_member(content=_npy(HEADER % "'a'")), "array `x`"),
    "300 axes": (_member(content=_npy(HEADER % ",".join(["1"] * 300))), "claims shape of 300 axes"),
    "a header without end": (_member(content=_npy("(" * 60_000)), "array `x`"),
    "no array": (_member(content=b"nothing"), "array `x`"),
    "a half array": (_member(content=_array(np.zeros(30))[:-8]), "claims shape (30,), but has 232 bytes"),
    "objects": (_member(content=_array(np.array([{}], object))), "Python objects"),
    "dates": (_member(content=_array(np.array(["2020"], "M8[D]"))), "dates"),
    "times": (_member(content=_array(np.array([1], "m8[D]"))), "times"),
    "complex numbers": (_member(content=_array(np.zeros(2, complex))), "complex"),
    "records": (_member(content=_array(np.zeros(2, [("a", int)]))), "records"),
    "bytes": (_member(content=_array(np.array([b"a"]))), "bytes"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NPZ)
def test_an_npz_that_is_none_is_one_line(tmp_path, kind):
    content, expected = NPZ[kind]
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    for read in (lambda p: read_npz(p, "a test"), load_network, ecg_features):
        said = _refused(read, path)
        assert str(path) in said
        assert expected in said


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.npy", "w") as file:
        for _ in range(300):
            file.write(bytes(1 << 20))
    (tmp_path / "x.npz").write_bytes(raw.getvalue())
    said = _refused(lambda p: read_npz(p, "a test", most=1 << 28), tmp_path / "x.npz")
    assert "unpacks to 300 MiB, expected at most 256 MiB" in said


@pytest.mark.parametrize("seed", range(60))
def test_a_flipped_bit_is_one_line_or_changes_nothing(tmp_path, seed):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, x=np.arange(3000.0), y=np.arange(10))
    raw = bytearray(path.read_bytes())
    rng = np.random.default_rng(seed)
    raw[rng.integers(len(raw))] ^= 1 << rng.integers(8)
    path.write_bytes(raw)
    found = _read_or_refused(path)
    assert "x" not in found or (found["x"] == np.arange(3000.0)).all()


def _read_or_refused(path):
    try:
        return read_npz(path, "a test")
    except InputError as error:
        return {"refused": str(error).index(str(path))}


# ---- networks


def _network(folder, header=None, **arrays):
    path = folder / "n.npz"
    save_network(replace(find_network("digits_dense"), reference=None), path)
    with np.load(path) as stored:
        whole = dict(stored)
    tree = json.loads(str(whole["header"]))
    whole["header"] = np.array(header if isinstance(header, str) else json.dumps(tree | (header or {})))
    np.savez(path, **(whole | arrays))
    return path


@pytest.mark.parametrize(
    ("header", "arrays", "expected"),
    [
        ("[" * 100_000, {}, "nested too deeply"),
        ("1" * 5000, {}, "whole number of 5000 digits"),
        ("[1]", {}, "has no array `header` with JSON text"),
        (
            {"input_shape": [8.0, 8, 1]},
            {},
            "`input_shape.0` in `header`: input should be a valid integer, got '8.0'",
        ),
        ({"input_shape": [8, 8, 10**9]}, {}, "`input_shape.2` in `header`"),
        ({"input_shape": []}, {}, "`input_shape` in `header`"),
        ({"name": 3}, {}, "`name` in `header`: input should be a valid string, got '3'"),
        ({"name": None}, {}, "`name` in `header`"),
        ({"name": "a\u001b[2J"}, {}, "characters that cannot be printed"),
        ({"notes": 5}, {}, "`notes` in `header`"),
        (
            {"input_range": [1, 0]},
            {},
            "`input_range` in `header`: expected the lowest value, then a higher one",
        ),
        ({"input_range": [0, float("nan")]}, {}, "`input_range.1` in `header`"),
        ({"layers": "encode"}, {}, "`layers` in `header`"),
        ({"layers": [{"kind": ["encode"]}]}, {}, "unknown kind"),
        ({"layers": [{"kind": "dense"}]}, {}, "layer 0, `dense`: 'inputs' is missing"),
        ({"layers": [{"kind": "max_pool", "window": [2]}]}, {}, "`layers.0.window"),
        ({"layers": [{"kind": "max_pool", "window": [0, 2]}]}, {}, "`layers.0.window.0`"),
        (None, {"0.levels": np.array([0.1, np.nan])}, "array `0.levels` is not of finite numbers"),
        (None, {"0.levels": np.zeros((2, 2))}, "array `0.levels` has shape (2, 2)"),
        (None, {"0.levels": np.array(["a"])}, "array `0.levels` is not of finite numbers"),
        (
            None,
            {"2.level": np.full(512, np.inf)},
            "array `2.level` has numbers that are not finite: 512 of 512",
        ),
        (None, {"2.level": np.array(["a"] * 512)}, "array `2.level` is of type"),
        (None, {"2.weights": np.zeros((512, 40))}, "array `2.weights` is of type float64, expected uint8"),
        (None, {"2.weights": np.zeros((0, 40), np.uint8)}, "array `2.weights` has shape (0, 40)"),
        (None, {"4.scale": np.zeros(10, complex)}, "array `4.scale` holds complex numbers"),
        (None, {"reference.inputs": np.zeros((2, 8, 8, 1))}, "'reference.scores' is missing"),
        (
            None,
            {"reference.inputs": np.zeros((2, 8, 8)), "reference.scores": np.zeros((2, 10))},
            "array `reference.inputs` has shape (2, 8, 8)",
        ),
        (
            None,
            {"reference.inputs": np.zeros((2, 8, 8, 1)), "reference.scores": np.zeros((2, 9))},
            "gives 10 scores, its reference has 9",
        ),
    ],
)
def test_a_network_file_that_is_wrong_is_one_line(tmp_path, header, arrays, expected):
    path = _network(tmp_path, header, **arrays)
    said = _refused(load_network, path)
    assert expected in said
    assert str(path) in said


# ---- idx


def _idx(values, axes=None, shape=None):
    shape = values.shape if shape is None else shape
    head = struct.pack(">HBB", 0, 8, len(shape) if axes is None else axes)
    return head + struct.pack(f">{len(shape)}I", *shape) + values.tobytes()


IMAGES, LABELS = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10


@pytest.mark.parametrize(
    ("images", "labels", "expected"),
    [
        (b"", None, "is not an idx file"),
        (_idx(IMAGES, axes=0), None, "with 3 axes"),
        (_idx(IMAGES, axes=255), None, "with 3 axes"),
        (_idx(IMAGES[0, 0]), None, "with 3 axes"),
        (_idx(IMAGES, shape=(65536, 65536, 65536)), None, "is cut short"),
        (_idx(IMAGES[:0]), None, "is cut short"),
        (None, _idx(LABELS[:, None]), "with 1 axes"),
        (None, _idx(LABELS + 200), "labels run from 200 to 209, expected 0 to 9"),
        (None, _idx(LABELS[:5]), "20 images of `train`, but 5 labels"),
    ],
)
def test_an_idx_file_that_is_wrong_is_one_line(tmp_path, images, labels, expected):
    for part in ("train", "t10k"):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(_idx(IMAGES) if images is None else images)
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(_idx(LABELS) if labels is None else labels)
    assert expected in _refused(load_data, "mnist", tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        gzip.compress(_idx(IMAGES), mtime=0)[:-9],
        b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 40,
    ],
)
def test_a_packed_file_that_is_broken_is_one_line(tmp_path, content):
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(content)
    assert "train-images-idx3-ubyte.gz" in _refused(load_data, "mnist", tmp_path)


# ---- CIFAR-10


class _Reduced:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def _batch(**changed):
    whole = {b"data": np.zeros((4, 3072), np.uint8), b"labels": [1, 2, 3, 4]}
    return pickle.dumps(whole | {key.encode(): value for key, value in changed.items()}, protocol=2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"garbage",
        b"\x80\x04\x8e" + struct.pack("<Q", 1 << 62),  # bytes without end
        b"\x80\x02r" + struct.pack("<I", 0x7FFFFFFF) + b".",  # a place far out in the memo
        pickle.dumps([1]),
        pickle.dumps({b"data": 1, b"labels": 2}),
        _batch(labels=["a"] * 4),
        _batch(labels=[None] * 4),
        _batch(labels=[-1] * 4),
        _batch(labels=[10] * 4),
        _batch(labels=[1.5] * 4),
        _batch(labels=[1]),
        _batch(data=np.zeros((4, 3072))),
        _batch(data=np.zeros((4, 3071), np.uint8)),
        _batch(data=np.array([{}], object)),
        _batch(data=_Reduced(np.ndarray, (10**6, 10**6, 10))),
        _batch(data=_Reduced(np.ndarray, (4, 3072), "u1")),
        _batch(data=_Reduced(eval, "print('ran')")),
    ],
    ids=map(str, itertools.count()),  # the bytes differ from process to process
)
def test_a_batch_in_the_form_of_python_runs_nothing_and_takes_no_memory(tmp_path, content, capsys):
    (tmp_path / "data_batch_1").write_bytes(content)
    assert str(tmp_path / "data_batch_1") in _refused(load_data, "cifar10", tmp_path)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "listed",
    ["[" * 100_000, '{"a": 1}', "[[1, 2]]", '["a"]', "[11]", "[1" + "0" * 5000 + "]", "[true]", "nothing"],
)
def test_labels_beside_a_picture_that_are_none_are_one_line(tmp_path, listed):
    from PIL import Image

    Image.fromarray(np.zeros((1, 1024, 3), np.uint8)).save(tmp_path / "data_batch_1.png")
    (tmp_path / "train_lables.json").write_text(listed)
    assert str(tmp_path) in _refused(load_data, "cifar10", tmp_path)


def test_a_picture_that_is_none_is_one_line(tmp_path):
    for content in (b"", b"garbage", b"\x89PNG\r\n\x1a\n" + bytes(50)):
        (tmp_path / "data_batch_1.png").write_bytes(content)
        assert "data_batch_1.png" in _refused(load_data, "cifar10", tmp_path)


# ---- ECG


PEAKS = np.arange(300, 5000, 300)
ECG = np.random.default_rng(0).integers(-50, 50, 5400).astype(np.int16)


@pytest.mark.parametrize(
    ("kind", "array", "expected"),
    [
        ("r", PEAKS.astype(float), "type float64, expected whole numbers"),
        ("r", np.full(5, np.nan), "expected whole numbers"),
        ("r", PEAKS[:0], "has no beat"),
        ("r", np.array([]), "expected whole numbers"),
        ("r", PEAKS[:, None], r"shape (16, 1)"),
        ("r", PEAKS.astype(str), "expected whole numbers"),
        ("r", np.array(300), "shape ()"),
        ("r", PEAKS[::-1].copy(), "does not rise"),
        ("r", PEAKS + 10**9, "has no beat"),
        ("v", PEAKS.astype(float), "expected whole numbers"),
        ("ecg", np.full(5400, np.nan), "not finite"),
        ("ecg", np.array(3), "shape ()"),
        ("ecg", ECG[:, None], "shape (5400, 1)"),
        ("ecg", ECG[:100], "has no beat"),
        ("ecg", ECG[:0], "has no beat"),
        ("ecg", ECG.astype(complex), "complex"),
        ("ecg", ECG.astype(str), "expected numbers"),
    ],
)
def test_a_record_that_is_wrong_is_named(tmp_path, kind, array, expected):
    arrays = {}
    for record in range(6):
        arrays |= {f"ecg_{record}": ECG, f"r_{record}": PEAKS, f"v_{record}": PEAKS[::4]}
    np.savez(tmp_path / "e.npz", **(arrays | {f"{kind}_3": array}))
    for read in (lambda p: load_data("mitbih", p), ecg_features):
        said = _refused(read, tmp_path / "e.npz")
        assert expected in said
        assert f"{kind}_3" in said or "record `3`" in said


# ---- vowels, sounds, tables


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"\x00" * 100, b'"' * 100, b"a,b\n1,2,3\n1,2,3,4\n"]
)
def test_a_table_that_is_none_is_one_line(tmp_path, content):
    (tmp_path / "v.csv").write_bytes(content)
    assert str(tmp_path / "v.csv") in _refused(load_vowels, "hillenbrand", tmp_path / "v.csv")


@pytest.mark.parametrize("name", ["²_ann_1", "7_ann_²", "٧_ann_1", "7_ann_99999999999", "7_ann", "noise"])
def test_a_recording_of_another_name_is_refused(tmp_path, name):
    (tmp_path / f"{name}.wav").write_bytes(b"RIFF")
    assert "is not named DIGIT_SPEAKER_INDEX.wav" in _refused(spoken_digits, tmp_path, 7)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff", b"x" * 100]
)
def test_a_sound_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "7_ann_1.wav").write_bytes(content)
    assert "7_ann_1.wav" in _refused(spoken_digits, tmp_path, 7)


def test_a_huge_or_odd_member_of_an_archive_is_not_read(tmp_path):
    with tarfile.open(tmp_path / "r.tar.gz", "w:gz") as archive:
        link = tarfile.TarInfo("7_ann_1.wav")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        huge = tarfile.TarInfo("7_ann_2.wav")
        huge.size = 1 << 25
        archive.addfile(huge, io.BytesIO(bytes(1 << 25)))
    assert "is too large" in _refused(spoken_digits, tmp_path / "r.tar.gz", 7)


@pytest.mark.parametrize("text", ["1_000", "١٢", "nan", "inf", "0x10", "1e", "", "1,5", "5.9 kOhm", "1e5 "])
def test_numbers_are_written_as_everybody_does(text):
    if text == "1e5 ":
        assert number(text) == 1e5
    else:
        with pytest.raises(ValueError, match="is not a number"):
            number(text)


def test_a_cell_without_end_is_named_by_its_line(tmp_path):
    (tmp_path / "m.csv").write_text("a,b\n1,2\n1," + "x" * 200_000 + "\n")
    assert "m.csv, line 3: 200002 characters" in _refused(read_rows, tmp_path / "m.csv", "a table")


def test_cells_without_number_end_before_memory_does(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "_MOST_CELLS", 9)
    (tmp_path / "m.csv").write_text("a,b\n" + "1,2\n" * 9)
    assert "m.csv, line 5: more than 9 cells up to here" in _refused(read_rows, tmp_path / "m.csv", "a table")
