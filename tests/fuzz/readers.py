"""All readers of files of others, one entry each: a file name, what reads it, valid seeds, the form of the file."""

import contextlib
import gzip
import io
import json
import pickle
import signal
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image
from scipy.io import wavfile

from spicekit.characterize.estimates.task import Stored, load_estimate
from spicekit.characterize.fit.measured import CONDITIONS, read_measured
from spicekit.characterize.spec import load_spec
from spicekit.cli import main
from spicekit.errors import InputError
from spicekit.models.design import load_design
from spicekit.models.macrospin import load_macrospin
from spicekit.models.mtj import load_mtj
from spicekit.models.own_library import own_library
from spicekit.models.rram import load_rram
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.network.bnn import load_network
from spicekit.network.data import load_data
from spicekit.network.data.ecg import ecg_features
from spicekit.network.data.formants import SEVEN, load_vowels
from spicekit.network.data.spoken import spoken_digits
from spicekit.report.asked import asked
from spicekit.report.published import read_published
from spicekit.run_folder import RunFolder
from spicekit.statistics import load
from tests.conftest import SHORT_SPEC
from tests.fuzz import forms
from tests.fuzz.forms import Form
from tests.made_up_estimates import estimate
from tests.test_report_made_up import CONDITIONS as MADE_UP
from tests.test_report_made_up import made_up_run

TOP = Path(__file__).parents[2]


@dataclass(frozen=True)
class Reader:
    """What is read: `read` gets the path of `file`, which stands in a folder with the files `beside` it."""

    file: str
    read: Callable[[Path], Any]
    seeds: list[bytes]
    form: Form | None = None
    beside: dict[str, bytes] = field(default_factory=dict)
    share: float = 1.0  # of the inputs: less where one takes seconds


class CommandRefused(InputError):
    """The program ended with exit code 2 and this line."""


def command(*words: str) -> None:
    """Run the command line in this process; raise CommandRefused for exit code 2.

    Raises:
        AssertionError: another exit code than 0 and 2, or not one line.
    """
    said, spoken, code = io.StringIO(), io.StringIO(), None
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        with (
            patch.object(sys, "argv", ["spicekit", *words]),
            contextlib.redirect_stderr(said),
            contextlib.redirect_stdout(spoken),
        ):
            main()
    except SystemExit as end:
        lines = [line for line in said.getvalue().splitlines() if not line.startswith("spicekit: warning: ")]
        if end.code == 2:
            assert len(lines) == 1, lines
            assert lines[0].startswith("spicekit: "), lines
            raise CommandRefused(lines[0]) from None
        code = end.code
    finally:
        signal.signal(signal.SIGINT, interrupt)
    assert code == 0, (code, said.getvalue())


def _bundled(*names: str) -> list[bytes]:
    return [(TOP / name).read_bytes() for name in names]


def _npz(**arrays: Any) -> bytes:
    raw = io.BytesIO()
    np.savez_compressed(raw, **arrays)
    return raw.getvalue()


def _run_folder() -> dict[str, bytes]:
    """Return the files of a small run folder of made-up numbers, by their place."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        run = made_up_run(Path(place) / "run", samples=40, conditions=MADE_UP[:1], ages=(1e4,))
        return {
            str(f.relative_to(run.path)): f.read_bytes() for f in sorted(run.path.rglob("*")) if f.is_file()
        }


_RUN = _run_folder()
_SAMPLES = next(name for name in _RUN if name.startswith("samples/"))
_LIBRARY = b""".param vth = {0.4 + 0.1 * 2}
.lib tt
.param k='1e-4'
.subckt n d g s b w=1 l=1
.if (w > 1)
m1 d g s b nch w={w*1u} l={l*1u}
.else
m1 d g s b nch w={max(w, 0.5)*1u} l={l*1u} m=2
.endif
.model nch nmos level=1 vto={vth}
+ kp=k ; remark
.ends n
.subckt p d g s b w=1 l=1
m1 d g s b pch w={w*1u} l={l*1u}
.model pch pmos level=1 vto=-0.5
.ends p
.func f(x) {x*x}
.endl tt
"""
_SUBCIRCUIT = _bundled("device_models/rram/hfo2.sub")[0]
_OWN_SUB = _bundled("device_models/rram/hfo2_130nm.toml")[0]
_MEASURED = (
    "# chip 3\nstate,resistance,device,cycle,set_compliance,pulse_width\n"
    + "".join(
        f"{state},{r + 10 * i},d{i % 3},{i},2e-4,1e-6\n"
        for i in range(24)
        for state, r in (("lrs", 4700), ("hrs", 1e5))
    )
).encode()
_rng = np.random.default_rng(5)


def _idx(values: np.ndarray) -> bytes:
    return (
        struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
        + values.astype(np.uint8).tobytes()
    )


_IMAGES, _DIGITS = _idx(_rng.integers(0, 255, (20, 28, 28))), _idx(np.arange(20) % 10)
_MNIST = {
    f"{part}-{kind}": data
    for part in ("train", "t10k")
    for kind, data in (("images-idx3-ubyte", _IMAGES), ("labels-idx1-ubyte", _DIGITS))
}
_PIXELS = _rng.integers(0, 255, (10, 3072)).astype(np.uint8)
_BATCH = np.column_stack([np.arange(10).astype(np.uint8), _PIXELS]).tobytes()
_NAMES = [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]


def _ecg() -> bytes:
    records = {}
    for name in range(100, 106):
        peaks = np.arange(400, 6000, 300)
        records |= {
            f"ecg_{name}": _rng.integers(-200, 200, 6500).astype(np.int16),
            f"r_{name}": peaks,
            f"v_{name}": peaks[::3],
        }
    return _npz(**records)


def _png() -> bytes:
    raw = io.BytesIO()
    Image.fromarray(_rng.integers(0, 255, (10, 1024, 3)).astype(np.uint8)).save(raw, "PNG")
    return raw.getvalue()


def _wav() -> bytes:
    raw = io.BytesIO()
    wavfile.write(raw, 8000, _rng.integers(-999, 999, 400).astype(np.int16))
    return raw.getvalue()


_VOWELS = "group,speaker,vowel,F1,F2,F3\n" + "".join(
    f"w,{talker},{vowel},{500 + place},{1500 + talker},2500\n"
    for talker in range(3)
    for place, vowel in enumerate(SEVEN)
)
_RECORDINGS = {
    f"recordings/{digit}_{who}_{i}.wav": _wav() for digit in (3, 7) for who in ("ann", "bo") for i in (0, 9)
}
_PYTHON = pickle.dumps({b"data": _PIXELS, b"labels": [i % 10 for i in range(10)]}, 2)
_PICTURES = {f"{name}.png": _png() for name in _NAMES} | {
    "train_lables.json": json.dumps([1] * 50).encode(),
    "test_lables.json": json.dumps([2] * 10).encode(),
}
_BATCHES = {f"{name}.bin": _BATCH for name in _NAMES}


def _set(name: str, file: str, seed: bytes, files: dict[str, bytes], form: Form | None = None) -> Reader:
    """Return the reader of one of the files of a data set."""
    beside = {other: data for other, data in files.items() if other != file and f"{other}.gz" != file}
    beside.pop("test_batch.bin" if file == "test_batch" else "", None)
    return Reader(file, lambda path: load_data(name, path.parent), [seed], form, beside)


def _of_run(file: str, form: Form | None) -> Reader:
    """Return the reader of a file in a run folder: all that a report reads, without drawing it."""
    beside = {f"run/{other}": data for other, data in _RUN.items() if other != file}
    return Reader(f"run/{file}", _all_of_a_run, [_RUN[file]], form, beside)


def _folder(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.name == "run")


def _all_of_a_run(path: Path) -> None:
    run = RunFolder(_folder(path))
    asked(run, run.manifest())
    read_published(run)
    run.samples()
    run.waveforms()
    run.statistics()


def _page(path: Path) -> None:
    command("report", str(_folder(path)), "-o", str(_folder(path) / "page.html"))


def _measured(path: Path) -> Any:
    return read_measured(path, {}, dict.fromkeys(CONDITIONS, (1e-06, "assumed")))


def _library(path: Path) -> Any:
    return own_library(path, "tt", nmos="n", pmos="p")


def _words(*before: str) -> Callable[[Path], None]:
    """Give the content of a file as the value of an option, in a command that ends before it does anything."""

    def read(path: Path) -> None:
        value = path.read_bytes().decode("utf-8", "surrogateescape").replace("\0", "")
        with contextlib.suppress(CommandRefused):  # the file is none of the user's
            command(*before[:-1], f"{before[-1]}={value}")

    return read


_NETWORK = _bundled("spicekit/network/weights/digits_dense.npz")[0]


def _header() -> bytes:
    return str(forms.NPZ.load(_NETWORK)["header"]).encode()


def _with_header(path: Path) -> Path:
    """Put the text in `path` into a network as its header, in the same place."""
    text = path.read_bytes().decode("utf-8", "replace").rstrip("\0")  # NumPy drops them
    path.write_bytes(_npz(**(forms.NPZ.load(_NETWORK) | {"header": np.array(text)})))
    return path


_ESTIMATE = (
    Stored(identity="1" * 64, request={"seed": 1}, wall_time=2.5, estimate=estimate("2t2r", 1, 1e-7))
    .model_dump_json()
    .encode()
)

_SWEEPS = [f"sweeps/{file.name}" for file in sorted((TOP / "sweeps").glob("*.toml"))]
_NONE = "no_such_thing"

READERS: dict[str, Reader] = {
    "experiment": Reader("x.toml", load_spec, [SHORT_SPEC.encode(), *_bundled(*_SWEEPS)], forms.TOML),
    "card": Reader("c.toml", load_rram, [_OWN_SUB], forms.TOML, {"hfo2.sub": _SUBCIRCUIT}),
    "design": Reader("d.toml", load_design, _bundled("device_models/cells/2t2r_130nm.toml"), forms.TOML),
    "oscillator card": Reader(
        "o.toml",
        load_mtj,
        _bundled("device_models/mtj/vortex.toml", "device_models/mtj/uniform.toml"),
        forms.TOML,
        {"stno.sub": _bundled("device_models/mtj/stno.sub")[0]},
    ),
    "macrospin card": Reader(
        "m.toml",
        load_macrospin,
        _bundled("device_models/mtj/macrospin_inplane.toml"),
        forms.TOML,
        {"macrospin.sub": _bundled("device_models/mtj/macrospin.sub")[0]},
    ),
    "junction card": Reader(
        "j.toml",
        load_superparamagnetic,
        _bundled("device_models/mtj/superparamagnetic_inplane.toml"),
        forms.TOML,
        {"superparamagnetic.sub": _bundled("device_models/mtj/superparamagnetic.sub")[0]},
    ),
    "library": Reader("l.lib", _library, [_LIBRARY], forms.LINES),
    "subcircuit": Reader(
        "hfo2.sub",
        lambda path: load_rram(path.with_name("c.toml")),
        [_SUBCIRCUIT],
        forms.LINES,
        {"c.toml": _OWN_SUB},
    ),
    "statistics": Reader(
        "s.json",
        load,
        _bundled(
            *(
                f"reports/{name}/statistics.json"
                for name in ("programming_conditions", "learning", "oscillators")
            )
        ),
        forms.JSON,
    ),
    "network": Reader(
        "n.npz",
        load_network,
        _bundled(
            "spicekit/network/weights/digits_dense.npz", "spicekit/network/weights/ecg_convolutional.npz"
        ),
        forms.NPZ,
    ),
    "network header": Reader(
        "h.json", lambda path: load_network(_with_header(path)), [_header()], forms.JSON
    ),
    "own data": Reader(
        "own.npz",
        lambda path: load_data(str(path)),
        [_npz(x_test=np.zeros((8, 4)), y_test=np.arange(8))],
        forms.NPZ,
    ),
    "idx": _set("mnist", "t10k-images-idx3-ubyte", _IMAGES, _MNIST),
    "idx labels": _set("mnist", "t10k-labels-idx1-ubyte", _DIGITS, _MNIST),
    "idx.gz": _set("fashion", "train-labels-idx1-ubyte.gz", gzip.compress(_DIGITS, mtime=0), _MNIST),
    "CIFAR": _set("cifar10", "test_batch.bin", _BATCH, _BATCHES),
    "CIFAR pickle": _set("cifar10", "test_batch", _PYTHON, _BATCHES, forms.PICKLE),
    "CIFAR picture": _set("cifar10", "test_batch.png", _png(), _PICTURES),
    "CIFAR labels": _set("cifar10", "test_lables.json", json.dumps([2] * 10).encode(), _PICTURES, forms.JSON),
    "ECG": Reader("e.npz", lambda path: load_data("mitbih", path), [_ecg()], forms.NPZ),
    "ECG features": Reader("e.npz", ecg_features, [_ecg()], forms.NPZ),
    "vowels": Reader("v.csv", lambda path: load_vowels("hillenbrand", path), [_VOWELS.encode()], forms.CSV),
    "recordings": Reader(
        "r.tar.gz", lambda path: spoken_digits(path, 20), [forms.TAR.dump(_RECORDINGS)], forms.TAR
    ),
    "recording": Reader(
        "3_ann_7.wav",
        lambda path: spoken_digits(path.parent, 20),
        [_wav()],
        None,
        {Path(name).name: data for name, data in _RECORDINGS.items()},
    ),
    "measured": Reader("m.csv", _measured, [_MEASURED], forms.CSV),
    "estimate": Reader(
        "run/estimates/a_2t2r_+1.json",
        lambda path: load_estimate(RunFolder(_folder(path)), path.stem),
        [_ESTIMATE],
        forms.JSON,
    ),
    "manifest": _of_run("manifest.json", forms.JSON),
    "experiment of a run": _of_run("spec.toml", forms.TOML),
    "statistics of a run": _of_run("statistics.json", forms.JSON),
    "samples": _of_run(_SAMPLES, forms.PARQUET),
    "waveforms": _of_run("waveforms.parquet", None),
    "page by manifest": replace(_of_run("manifest.json", forms.JSON), read=_page, share=0.02),
    "page by experiment": replace(_of_run("spec.toml", forms.TOML), read=_page, share=0.02),
    "page by samples": replace(_of_run(_SAMPLES, forms.PARQUET), read=_page, share=0.02),
    "--part": Reader("text", _words("run", _NONE, "--part"), [b"0:100", b"1000:2000"], forms.LINES),
    "--seed": Reader("text", _words("run", _NONE, "--seed"), [b"7"], forms.LINES),
    "--max-discards": Reader("text", _words("run", _NONE, "--max-discards"), [b"1e-3"], forms.LINES),
    "--sample-timeout": Reader("text", _words("run", _NONE, "--sample-timeout"), [b"120"], forms.LINES),
    "--executor": Reader("text", _words("run", _NONE, "--executor"), [b"local", b"dask:"], forms.LINES),
    "fit --pulse-width": Reader(
        "text", _words("fit", _NONE, "-o", "o.toml", "--pulse-width"), [b"1 us", b"1e-6"], forms.LINES
    ),
    "bnn --ber": Reader(
        "text", _words("network", "bnn", _NONE, "--ber"), [b"1e-2", b"1e-2,1e-3"], forms.LINES
    ),
    "mcmc --chains": Reader("text", _words("network", "mcmc", _NONE, "--chains"), [b"4"], forms.LINES),
}
