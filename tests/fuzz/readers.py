"""All readers of files of others, one entry each: a file name, what reads it, valid seeds, the form of the file."""

import gzip
import io
import json
import pickle
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.io import wavfile

from spicekit.circuits.foreign.parts import parts_of
from spicekit.circuits.foreign.source import read_source, resolved
from spicekit.fit.bake import read_bakes
from spicekit.fit.card import write_card
from spicekit.fit.estimate import Estimate, Interval
from spicekit.fit.fit import Fit
from spicekit.fit.iv import fit_iv
from spicekit.fit.laws import LawFit
from spicekit.fit.measured import CONDITIONS, Setting, read_measured
from spicekit.models.array import load_array
from spicekit.models.design import load_design
from spicekit.models.logic_area import load_logic_area
from spicekit.models.macrospin import load_macrospin
from spicekit.models.memory import load_memory
from spicekit.models.microcontroller import load_microcontroller
from spicekit.models.mtj import load_mtj
from spicekit.models.own_library import own_library
from spicekit.models.rram import load_rram
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.network.bayes.own import own_task
from spicekit.network.bnn import load_network
from spicekit.network.bnn.fitting import fitted
from spicekit.network.bnn.sweep import sweep_rates
from spicekit.network.data import load_data
from spicekit.network.data.ecg import ecg_features
from spicekit.network.data.formants import SEVEN, load_vowels
from spicekit.network.data.gestures import gestures
from spicekit.network.data.spoken import spoken_digits
from spicekit.network.oscillators.devices import load_oscillators
from spicekit.network.pbits.own import own_problem
from spicekit.ngspice.wiring import wired, without_unused
from spicekit.run.spec import load_spec
from spicekit.statistics import load
from tests.conftest import SHORT_SPEC
from tests.fuzz import forms
from tests.fuzz.files_of_runs import OF_RUNS
from tests.fuzz.forms import Form
from tests.fuzz.options import OPTIONS
from tests.fuzz.reader import TOP, Reader, bundled, command
from tests.own_circuits import INVERTERS
from tests.own_devices import SUBCIRCUIT, VERILOG, card_text


def _npz(**arrays: Any) -> bytes:
    raw = io.BytesIO()
    np.savez_compressed(raw, **arrays)
    return raw.getvalue()


_STATISTICS = b""".lib tt
.param mm=1 k='1e-4' skew = mm*AGAUSS(0, 30m, 3) dw={gauss(1, 0.1, 1)} + unif(1,0.5)
.subckt n d g s b w=1u l=1u
.param mis='agauss(0, 5n/sqrt(w*l), (mm != 1 ? 0 : 1))'
+ both={limit(0, agauss(1m,1m,1))}
m1 d g s b nch w='aunif(w,10n)' l={l}
.model nch nmos level=1 vto='0.5+skew+mis' kp=k
.ends
.subckt p d g s b
x1 d g s b n w=2u
.ends
.endl
"""
_DRAWN = b"""Draws
.param mc = agauss(1k, 300, 3) b='2*mc'
.subckt dev d ok=1
.param mis=agauss(0,0.1,ok)
r1 d 0 {(1+mis)*limit(1k,100)}
.ends
.subckt pair a
x1 a dev
xb a dev ok=0
.ends
v1 p 0 1
x1 p pair
r1 p 0 aunif(1k,1)
.tran 1n 10n
.end
"""
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
_SUBCIRCUIT = bundled("device_models/rram/hfo2.sub")[0]
_OWN_SUB = bundled("device_models/rram/hfo2_130nm.toml")[0]
_MEASURED = (
    "# chip 3\nstate,resistance,device,cycle,set_compliance,pulse_width\n"
    + "".join(
        f"{state},{r + 10 * i},d{i % 3},{i},2e-4,1e-6\n"
        for i in range(24)
        for state, r in (("lrs", 4700), ("hrs", 1e5))
    )
).encode()
_READ_CURVES = (
    "device,voltage,current\n"
    + "".join(
        f"{cell},{v / 20},{(v + v**3 / (100 + cell)) / (1e5 + 1e4 * cell):.4g}\n"
        for cell in range(12)
        for v in range(8)
    )
).encode()
_BAKES = (
    "device,time,temperature_C,resistance\n"
    + "".join(
        f"{cell},0,{t},{5000 + 90 * cell}\n{cell},4000,{t},{(5000 + 90 * cell) * (1.1 + cell % 7 / 5)}\n"
        for t in (220, 260)
        for cell in range(32)
    )
).encode()
_A_ROW_PER_CELL = "".join(
    f"{cell}," + ",".join(f"{4700 + i},{1e5 + 10 * i}" for i in range(8)) + "\n" for cell in range(6)
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


def _gestures() -> bytes:
    array = np.array(None, dtype=object)
    array[()] = {
        "X": [np.random.default_rng(k).standard_normal((210, 6)) for k in range(2)],
        "y": np.arange(2),
        "subject": np.arange(2),
        "X_labels": ["ax", "ay", "az", "wx", "wy", "wz"],
        "y_labels": ["push", "pull"],
    }
    held = io.BytesIO()
    np.save(held, array, allow_pickle=True)
    return held.getvalue()


_MICROCONTROLLER = bundled("device_models/digital/stm32l452.toml")[0]
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


def _measured(path: Path) -> Any:
    return read_measured(path, {}, dict.fromkeys(CONDITIONS, (1e-06, "assumed")))


def _alternating(path: Path) -> Any:
    return read_measured(path, {}, dict.fromkeys(CONDITIONS, (1e-06, "assumed")), alternating=("lrs", "hrs"))


def _library(path: Path) -> Any:
    return own_library(path, "tt", nmos="n", pmos="p")


def _circuit(path: Path) -> Any:
    source = read_source(resolved(path, ()), path.name)
    lines, _ = wired(without_unused(source.lines))
    return parts_of(replace(source, lines=tuple(lines)))


_NETWORK = bundled("spicekit/network/weights/digits_dense.npz")[0]


def _header() -> bytes:
    return str(forms.NPZ.load(_NETWORK)["header"]).encode()


def _with_header(path: Path) -> Path:
    """Put the text in `path` into a network as its header, in the same place."""
    text = path.read_bytes().decode("utf-8", "replace").rstrip("\0")  # NumPy drops them
    path.write_bytes(_npz(**(forms.NPZ.load(_NETWORK) | {"header": np.array(text)})))
    return path


def _use_network(path: Path) -> None:
    """Do what `spicekit network bnn` does with a network: on data, with errors."""
    network, data = load_network(path), load_data("digits")
    inputs, labels = fitted(network, data)[:20], data.test_labels[:20]
    sweep_rates(network, inputs, labels, 2, rates=(1e-2,), seed=1, workers=1)


def _refitted(path: Path) -> None:
    """Write the card anew with other numbers, as `spicekit fit` does."""
    rram = load_rram(path)
    keys = ("parameters", "e_set"), ("spread", "e_set", "slow"), ("cycling", "correlation_cycles")
    fit = Fit(
        rram,
        (Setting(2e-4, 2.0, 1e-6, 0.2),),
        {},
        LawFit({}, {}, 0.0, 0, 1.0, ()),
        tuple(Estimate(key, 1.0, Interval(0.8, 0.7, 0.9), "eV", 30) for key in keys),
        {},
        {},
        (),
    )
    write_card(fit, path, "m.csv", path.with_name("fitted.toml"))


def _statistics_at_work(name: str, *words: str) -> Reader:
    """Return the reader of statistics by a whole command of `spicekit network` that does a little with them."""
    return Reader(
        "s.json",
        lambda path: command("network", words[0], str(path), *words[1:], "-o", "out", "--quiet"),
        bundled(f"reports/{name}/statistics.json"),
        forms.JSON,
        share=0.1,
    )


_SWEEPS = [f"sweeps/{file.name}" for file in sorted((TOP / "sweeps").glob("*.toml"))]

READERS: dict[str, Reader] = {
    "experiment": Reader("x.toml", load_spec, [SHORT_SPEC.encode(), *bundled(*_SWEEPS)], forms.TOML),
    "card": Reader("c.toml", load_rram, [_OWN_SUB], forms.TOML, {"hfo2.sub": _SUBCIRCUIT}),
    "foreign card": Reader(
        "c.toml", load_memory, [card_text().encode()], forms.TOML, {"myram.lib": SUBCIRCUIT.encode()}
    ),
    "foreign subcircuit": Reader(
        "myram.lib",
        lambda path: load_memory(path.with_name("c.toml")),
        [SUBCIRCUIT.encode()],
        beside={"c.toml": card_text(spread="vt roff").encode()},
    ),
    "foreign module": Reader(
        "myram.va",
        lambda path: load_memory(path.with_name("c.toml")),
        [VERILOG.encode()],
        beside={"c.toml": card_text("myram.va").encode()},
    ),
    "array": Reader("a.toml", load_array, bundled("device_models/arrays/2t2r_reram.toml"), forms.TOML),
    "design": Reader("d.toml", load_design, bundled("device_models/cells/2t2r_130nm.toml"), forms.TOML),
    "oscillator card": Reader(
        "o.toml",
        load_mtj,
        bundled("device_models/mtj/vortex.toml", "device_models/mtj/uniform.toml"),
        forms.TOML,
        {"stno.sub": bundled("device_models/mtj/stno.sub")[0]},
    ),
    "macrospin card": Reader(
        "m.toml",
        load_macrospin,
        bundled("device_models/mtj/macrospin_inplane.toml"),
        forms.TOML,
        {"macrospin.sub": bundled("device_models/mtj/macrospin.sub")[0]},
    ),
    "junction card": Reader(
        "j.toml",
        load_superparamagnetic,
        bundled("device_models/mtj/superparamagnetic_inplane.toml"),
        forms.TOML,
        {"superparamagnetic.sub": bundled("device_models/mtj/superparamagnetic.sub")[0]},
    ),
    "library": Reader("l.lib", _library, [_LIBRARY, _STATISTICS], forms.LINES),
    "netlist": Reader("n.cir", _circuit, [INVERTERS.encode(), _DRAWN], forms.LINES),
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
        bundled(
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
        bundled(
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
    "gestures": Reader("w.npy", gestures, [_gestures()]),
    "own features": Reader(
        "own.npz",
        lambda path: own_task(path, 2, 4),
        [_npz(x=np.arange(24.0).reshape(12, 2), y=np.arange(12) % 2, group=np.arange(12) // 4)],
        forms.NPZ,
    ),
    "logic area": Reader(
        "m.toml", load_logic_area, [bundled("device_models/digital/sky130_fd_sc_hd.toml")[0]], forms.TOML
    ),
    "couplings": Reader(
        "p.json",
        own_problem,
        [
            b'{"J": [[0, 1, 1.5], [1, 2, -1]], "h": [0, 0.5, 1]}',
            b'{"J": [[0, 2], [2, 0]], "h": [0, 1], "offset": 3}',
        ],
        forms.JSON,
    ),
    "graph": Reader("G1", own_problem, [b"3 3\n1 2 1\n2 3 -1\n1 3\n"], forms.LINES),
    "microcontroller": Reader("m.toml", load_microcontroller, [_MICROCONTROLLER], forms.TOML),
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
    "measured, packed": Reader("m.csv.gz", _measured, [gzip.compress(_MEASURED, mtime=0)]),
    "measured, a row per cell": Reader("m.csv", _alternating, [_A_ROW_PER_CELL], forms.CSV),
    "read curves": Reader("iv.csv", fit_iv, [_READ_CURVES], forms.CSV),
    "bakes": Reader("b.csv", read_bakes, [_BAKES], forms.CSV),
    "base card": Reader("c.toml", _refitted, [_OWN_SUB], forms.TOML, {"hfo2.sub": _SUBCIRCUIT}),
    "network at work": Reader("n.npz", _use_network, [_NETWORK], forms.NPZ, share=0.5),
    "statistics to bnn": _statistics_at_work(
        "programming_conditions", "bnn", "--chips", "2", "--samples", "10", "--ber", "1e-2", "-j", "1"
    ),
    "statistics to mcmc": _statistics_at_work(
        "learning",
        "mcmc",
        "--task",
        "moons",
        "--splits",
        "2",
        "--steps",
        "10",
        "--devices",
        "200",
        "--arrays",
        "0",
        "--aged",
        "1",
        "--nuts",
        "0",
        "--perceptrons",
        "0",
        "-j",
        "1",
    ),
    "oscillators": Reader(
        "s.json", load_oscillators, bundled("reports/oscillators/statistics.json"), forms.JSON
    ),
    **OF_RUNS,
    **OPTIONS,
}
