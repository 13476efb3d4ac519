"""Libraries that draw their own randomness: each number becomes a coordinate of ours, with ngspice's meaning.

Sigmas are those of ngspice's manual, "Using random parameters": variation / sigmas, uniform between ± the variation,
either plus or minus it. The circuits are linear in what is drawn, so that every voltage is known in closed form.
"""

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.circuits.cell import Technology
from spicekit.circuits.foreign.source import read_source
from spicekit.circuits.foreign.transistors import with_process
from spicekit.errors import InputError
from spicekit.models.cmos import own_library, sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.models.transistor import Transistor
from spicekit.ngspice import Deck, Final, Parameter, evaluate, standalone
from spicekit.ngspice.draws import with_parameters
from spicekit.ngspice.lines import logical_lines
from spicekit.ngspice.wiring import wired
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.studies.circuit.study import STUDY
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.condition import Condition

from .own_circuits import written

LIBRARY = """
.lib typical
.param mm=0 pr=0
.lib own.lib devices
.endl
.lib mc
.param mm=1 pr=1
.lib 'own.lib' devices
.endl
.lib devices
.param vt_pr = pr*AGAUSS(0, 30m, 3) unused = unif(1, 0.5)
.param shift='vt_pr + vt_pr'
.subckt n d g s b w=1u l=1u
.param area='sqrt(w*l)*1e6'
+ mis = {mm}*agauss(0, 5m/area, 1)
.model nch nmos level=1 vto='0.5 + shift + mis' kp=100u
m1 d g s b nch w='w' l='l'
.ends
.subckt other a b
r1 a b {gauss(1k, 0.1, 1)}
.ends
.endl
"""
DIODES = """Two diode-connected transistors, each with a constant current
.lib "own.lib" mc
.subckt cell a
x1 a a 0 0 n w=2u l=0.5u
.ends
i1 0 a 20u
i2 0 b 20u
xa a cell
x2 b b 0 0 n w=8u l=0.5u
.tran 1n 10n
.end
"""
BOTH = '{ name = "a", kind = "value", of = "v(a)" }, { name = "b", kind = "value", of = "v(b)" }'
INCLUDE = 'include = ["own.lib"]\n'
PROCESS, NARROW, WIDE = 0.02, 0.005, 0.0025  # V: 2 · 30 mV / 3; 5 mV / sqrt(1 µm²); 5 mV / sqrt(4 µm²)


def point(folder, rest="", netlist=DIODES, library=LIBRARY, parameters=(), **more):
    (folder / "own.lib").write_text(library)
    file = written(folder, netlist, parameters, (BOTH,), INCLUDE + rest, **more)
    (study,) = make_plan(load_spec(file)).studies
    return study.points[0]


def deck(text, *measured):
    """Return a deck in which every number drawn is a parameter, and its coordinates."""
    lines, coordinates = wired(with_parameters(logical_lines(text, "own.cir")))
    netlist = "\n".join(["t", *(line.written() for line in lines), ".tran 1n 10n", ".end", ""])
    parameters = tuple(Parameter(one.name, one.set_by, 0.0) for one in coordinates)
    return Deck("d", netlist, parameters, tuple(Final(v, v) for v in measured), 1e-8), coordinates


FUNCTIONS = {
    # text of a value: at 0, its law, at 1
    "agauss(2, 0.3, 3)": (2.0, "normal", 2.1),
    "AGAUSS ( 2 , 0.3 , 3.0 )": (2.0, "normal", 2.1),
    "gauss(2, 0.3, 3)": (2.0, "normal", 2.2),
    "aunif(2, 0.3)": (2.0, "uniform", 2.3),
    "unif(2, 0.3)": (2.0, "uniform", 2.6),
    "limit(2, 0.3)": (2.0, "sign", 2.3),
    "agauss(2, 0.3, on-1)": (2.0, "normal", 2.0),  # no sigmas are no spread, as libraries switch it off so
    "agauss(max(1,2), sqrt(0.09), (on==1 ? 3 : 1))": (2.0, "normal", 2.1),
    "1 + on*(agauss(0,0.3,3)*2 + 1)": (2.0, "normal", 2.2),
    "on*limit(agauss(2,0.3,3), 0)": (2.0, "normal", 2.1),
}


@pytest.mark.parametrize("value", FUNCTIONS)
def test_each_random_function_is_what_it_is_in_ngspice(value):
    """Wherever it stands: each voltage has a random number of its own."""
    nominal, law, there = FUNCTIONS[value]
    plain = re.sub(r"\s", "", value)
    found, coordinates = deck(
        f".param on=1 d={plain}\nv1 n1 0 {{d}}\n"
        f".param c=1 f = {value}  e=2\nv2 n2 0 {{f+0*e*c}}\n"
        f".param g={{{value}}} h='g'\nv3 n3 0 'h'\n"
        f".subckt s p\n.param d='{value}'\nv1 p 0 {{d}}\n.ends\nx4 n4 s\n"
        f"v5 n5 0 {{{value}}}\n"
        f"b6 n6 0 v={{{value}}}\n"
        f".subckt t p v=0\nv1 p 0 {{v}}\n.ends\nx7 n7 t v={{{value}}}\n"
        "v8 n8 0 agauss( 1 , 0.3, 3)\nr8 n8 0 'aunif(1k,0.5)'\n",
        *(f"v(n{k})" for k in range(1, 9)),
    )
    moved = [[float(one.law == law) for one in coordinates]]
    measured, _ = evaluate(found, np.vstack([np.zeros_like(moved), moved]))
    assert measured == pytest.approx(
        np.array([[*[nominal] * 7, 1.0], [*[there] * 7, 1.1 if law == "normal" else 1.0]]), rel=1e-9
    )


def test_what_is_drawn_is_named_by_where(tmp_path):
    """One number of the process, and one for each instance; those of switched-off or unused parts are left out."""
    content = point(tmp_path).content
    assert content.coordinates == ("process.vt_pr", "xa.x1.mis", "x2.mis")
    assert [one.device for one in content.spreads] == ["process.vt_pr", "xa.x1", "x2"]


@pytest.mark.parametrize(
    ("rest", "sigmas", "correlation"),
    [
        ("", (np.hypot(PROCESS, NARROW), np.hypot(PROCESS, WIDE)), 0.9624),  # 0.02² / (σ_a σ_b)
        ('process = "none"\n', (NARROW, WIDE), 0.0),
        ('mismatch = "none"\n', (PROCESS, PROCESS), 1.0),
    ],
)
def test_process_and_mismatch_spread_as_the_library_says(rest, sigmas, correlation, tmp_path):
    rows = STUDY.simulate(point(tmp_path, rest), 3, 0, 400)
    for name, width, sigma in zip("ab", (2e-6, 8e-6), sigmas, strict=True):
        assert rows[name].mean() == pytest.approx(
            0.5 + np.sqrt(2 * 20e-6 * 0.5e-6 / (100e-6 * width)), abs=sigma / 4
        )
        assert rows[name].std() == pytest.approx(sigma, rel=4 / np.sqrt(800))
    assert np.corrcoef(rows["a"], rows["b"])[0, 1] == pytest.approx(
        correlation, abs=4 * (1 - correlation**2) / 20 + 1e-6
    )


def test_a_sample_depends_on_its_number_alone(tmp_path):
    found = point(tmp_path)
    whole, part = STUDY.simulate(found, 3, 0, 8), STUDY.simulate(found, 3, 5, 8)
    assert (whole[5:].reset_index(drop=True) == part).all().all()


def test_switches_and_other_parameters_are_set_by_the_experiment(tmp_path):
    switched = '{ name = "mm", value = "0" }'
    assert point(tmp_path, parameters=(switched,)).content.coordinates == ("process.vt_pr",)
    nominal = DIODES.replace("mc", "typical")
    on = ('{ name = "mm", value = "1" }', '{ name = "pr", value = "2" }')
    assert len(point(tmp_path, netlist=nominal, parameters=on).content.coordinates) == 3
    with pytest.raises(InputError, match="nothing spreads"):
        point(tmp_path, netlist=nominal)
    with pytest.raises(InputError, match="nothing spreads"):
        point(tmp_path, 'mismatch = "none"\nprocess = "none"\n')


def test_transistors_without_mismatch_are_those_that_nothing_is_drawn_for(tmp_path):
    for rest, without in (("", 0), ('mismatch = "none"\n', 2)):
        labels = point(tmp_path, rest).labels
        assert (labels["transistors"], labels["without_mismatch"]) == (2, without)


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
def test_the_deck_of_a_sample_runs_alone_and_agrees(tmp_path):
    content = point(tmp_path, parameters=('{ name = "i1", sigma = "5 %" }',)).content
    values = content.values(np.random.default_rng(2).standard_normal((1, len(content.coordinates))))[0]
    said = content.deck.measure(dict(zip((p.name for p in content.deck.parameters), values, strict=True)))
    named = dict(zip((p.name for p in content.deck.parameters), values.tolist(), strict=True))
    (tmp_path / "alone.cir").write_text(standalone(content.deck, named, "waves.txt"))
    subprocess.run(["ngspice", "-b", "alone.cir"], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    with (tmp_path / "waves.txt").open() as file:
        names = file.readline().split()
    last = dict(zip(names, np.loadtxt(tmp_path / "waves.txt", skiprows=1)[-1], strict=True))
    assert (last["v(a)"], last["v(b)"]) == (said["a"], said["b"])


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
def test_the_spread_is_that_which_ngspice_itself_draws(tmp_path):
    """Of one device, by 400 loads of the untouched library; the joint interval of two standard deviations, 99.9 %."""
    once = LIBRARY.replace(
        "vt_pr + vt_pr", "2*vt_pr"
    )  # ngspice draws it anew at each use, a library means one number
    rows = STUDY.simulate(point(tmp_path, library=once), 3, 0, 400)
    loop = (
        ".control\nsetseed 7\nlet k=0\nwhile k < 400\nreset\nop\nprint v(a) v(b)\nlet k=k+1\ndestroy all\nend\n"
        "quit 0\n.endc\n.end\n"
    )
    (tmp_path / "plain.cir").write_text(DIODES.replace(".tran 1n 10n\n.end\n", loop))
    done = subprocess.run(
        ["ngspice", "-b", "plain.cir"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=200
    )
    plain = np.array(re.findall(r"^v\(a\) = (\S+)\s+v\(b\) = (\S+)$", done.stdout, re.MULTILINE), float)
    assert len(plain) > 390  # a warning may fall between the two lines of one
    for column, name in enumerate("ab"):
        ours, theirs = rows[name].std(), plain[:, column].std(ddof=1)
        assert abs(np.log(ours / theirs)) < norm.ppf(0.9995) * np.sqrt(1 / 800 + 1 / 2 / len(plain))


def test_rare_failures_follow_the_coordinates_of_the_library(tmp_path):
    """V(a) - V(b) has no process part; 4.5 standard deviations: Φ(-4.5) = 3.4e-6, the narrow one 80 % of β²."""
    from spicekit.sampling.rare import estimate
    from spicekit.studies.circuit_estimate.request import Request

    sigma, nominal = np.hypot(NARROW, WIDE), np.sqrt(0.1) - np.sqrt(0.025)
    (tmp_path / "own.lib").write_text(LIBRARY)
    difference = '{ name = "d", kind = "difference", of = "v(a)", minus = "v(b)" }'
    limit = f'limit = {{ of = "d", above = "{nominal + 4.5 * sigma:.9f} V" }}\n'
    file = written(tmp_path, DIODES, (), (difference,), INCLUDE + limit)
    (study,) = make_plan(load_spec(file)).studies
    content = study.points[0].content
    request = Request(content, "auto", 0.1, 4000, 0.95, 1)
    found = estimate(request, len(content.coordinates), method="auto", relative_error=0.1, max_runs=4000, seed=1,
                     confidence=0.95, identity=request.drawn)  # fmt: skip
    assert found.outcome.value == "agreed"
    assert found.probability == pytest.approx(norm.sf(4.5), rel=0.4)
    (region,) = found.regions
    shares = region.design_point**2 / (region.design_point**2).sum()
    assert shares == pytest.approx([0, 0.8, 0.2], abs=0.03)


BINNED = """
.model n.0 nmos level=54 version=4.5 lmin=1e-7 lmax=2e-6 wmin=1e-7 wmax=5e-6 vth0='0.3+agauss(0,10m,1)'
.model n.1 nmos level=54 version=4.5 lmin=1e-7 lmax=2e-6 wmin=5e-6 wmax=9e-5 vth0='0.6+agauss(0,10m,1)'
.model n.2 nmos level=54 version=4.5 lmin=2e-6 lmax=9e-6 wmin=1e-7 wmax=9e-5 vth0='0.9+agauss(0,10m,1)'
"""
SIZES = """Two transistors of one binned model
.include "own.lib"
.param wide=2e-6
i1 0 a 20u
i2 0 b 20u
m1 a a 0 0 n w={wide} l=0.5u
m2 b b 0 0 n w=2u l=0.5u
.tran 1n 10n
.end
"""


def test_only_the_bins_in_use_are_simulated_and_drawn(tmp_path):
    (tmp_path / "own.lib").write_text(BINNED)
    file = written(tmp_path, SIZES, ('{ name = "wide", values = ["2e-6", "8e-6"] }',), (BOTH,), INCLUDE)
    (study,) = make_plan(load_spec(file)).studies
    narrow, both = (found.content for found in study.points)
    for content in (narrow, both):
        assert re.findall(r"^\.model (n\.\d)", content.deck.netlist, re.MULTILINE) == ["n.0", "n.1"]
    assert narrow.coordinates == ("process.n_0_vth0",)
    assert both.coordinates == ("process.n_0_vth0", "process.n_1_vth0")
    for content, wide in ((narrow, "2e-6"), (both, "8e-6")):
        text = SIZES.replace("{wide}", wide).replace('.include "own.lib"', BINNED).partition("\n")[2]
        whole, _ = deck(text.replace(".tran 1n 10n\n.end\n", ""), "v(a)", "v(b)")
        assert content.deck.measure() == {name[2]: value for name, value in whole.measure().items()}


CARD = """* made up; a level-54 card as predictive ones are
.model nmos nmos level = 54 version = 4.0 toxe = 2.2e-9 vth0 = 0.38 k1 = 0.45 u0 = 0.06 vsat = 1e5 rdsw = 150
+ ndep = 1.6e18 voff = -0.13 nfactor = 1.5 eta0 = 0.005 pclm = 0.06
.model pmos pmos level = 54 version = 4.0 toxe = 2.3e-9 vth0 = -0.32 k1 = 0.46 u0 = 0.0085 vsat = 7e4 rdsw = 240
+ ndep = 1.2e18 voff = -0.12 nfactor = 1.5 eta0 = 0.004 pclm = 0.1
"""
MIRROR = """Two diode-connected transistors of a predictive card
.include "ptm130.lib"
i1 0 a 20u
i2 0 b 20u
m1 a a 0 0 nmos w=1u l=0.13u
m2 b b 0 0 nmos w=4u l=0.13u
.tran 1n 10n
.end
"""


def test_the_recipe_of_a_predictive_card(tmp_path):
    """As docs/cmos.md says it: the keys are read there. Its mismatch moves a diode's voltage by A_VT / sqrt(W L)."""
    recipe = (
        (Path(__file__).parents[1] / "docs/cmos.md").read_text().partition("## A predictive 130 nm card")[2]
    )
    keys = re.findall(r"`((?:path|element|nmos|pmos|access|avt_\w+|access_supply) = [^`]+)`", recipe)
    (laws,) = re.findall(r"`(laws = [^`]+)`", recipe)
    assert len(keys) == 9
    (tmp_path / "ptm130.lib").write_text(CARD)
    technology = "[technology.library]\n" + "\n".join(keys)
    file = written(
        tmp_path, MIRROR, (), (BOTH,), f'include = ["ptm130.lib"]\n{laws}\n', technology=technology
    )
    spec = load_spec(file)
    assert spec.technology.process.instance(
        "m1", "d", "g", "s", "0", Transistor("nmos", 1e-6, 0.13e-6)
    ).spread
    (study,) = make_plan(spec).studies
    rows = STUDY.simulate(study.points[0], 3, 0, 200)
    for name, width in (("a", 1e-6), ("b", 4e-6)):
        assert rows[name].std() == pytest.approx(3.3e-9 / np.sqrt(width * 0.13e-6), rel=4 / np.sqrt(400))


REFUSED = {
    "arguments": (".param d=agauss(1,2)", r"expected `agauss\(nominal, variation, sigmas\)`"),
    "no argument": (".param d=aunif(1,)", r"expected `aunif\(nominal, variation\)`"),
    "open": (".param d=agauss(1,2,3", "a parenthesis is not closed"),
    "function": (".func f(x) {x+agauss(0,1,1)}", "in `.func` `agauss` is another number at each use"),
    "old function": (".param f(x)='x+agauss(0,1,1)'", "`agauss` is another number at each use"),
    "condition": (".if (agauss(0,1,1) > 0)\nr9 a 0 1\n.endif", "in `.if` `agauss` is another number"),
    "no call": (".param d={limit + 1}", "`limit` is drawn by ngspice"),
    "noise": ("v9 z 0 trnoise(1m 1n 0 0)", "`trnoise` is drawn by ngspice"),
    "itself": (".subckt s a\n.param d=agauss(0,1,1)\nr1 a 0 {d}\nx1 a s\n.ends\nx9 a s", "nested more than 30 deep"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_statistics_that_cannot_be_read_are_told_with_their_line(name):
    line, expected = REFUSED[name]
    with pytest.raises(InputError, match=expected) as refused:
        with_process(read_source(f"t\nr1 a 0 1k\n{line}\n.tran 1n 10n\n.end\n", "mine.cir"), sky130())
    assert re.match(r"mine\.cir, line \d", str(refused.value))
    assert "\n" not in str(refused.value)


def test_instances_without_end_are_refused_soon():
    deep = "".join(f".subckt s{k} a\nx1 a s{k + 1}\nx2 a s{k + 1}\n.ends\n" for k in range(40))
    text = f"{deep}.subckt s40 a\nr1 a 0 {{agauss(1,1,1)}}\n.ends\nx1 a s0\n"
    with pytest.raises(InputError, match="more than 20,000 random numbers"):
        wired(with_parameters(logical_lines(text, "own.cir")))


KIT = """.param skew=agauss(0,60m,3)
.subckt n d g s b w=1u l=1u
.model inner nmos level=1 vto='0.45+skew+agauss(0,3n/sqrt(w*l),1)' kp=200u
m1 d g s b inner w={w} l={l}
.ends
.subckt p d g s b w=1u l=1u
.model inner pmos level=1 vto='-0.45-skew' kp=60u
m1 d g s b inner w={w} l={l}
.ends
"""


def test_a_cell_is_programmed_and_read_with_one_process_and_mismatch_of_each_transistor(tmp_path):
    (tmp_path / "own.lib").write_text(KIT)
    process = own_library(tmp_path / "own.lib", nmos="n", pmos="p", access="n", access_supply=5.0)
    technology = Technology(process, load_rram("hfo2_130nm"), load_design("2t2r_130nm"))
    chain = build_chain(technology, Condition("a", 200e-6, 1.5, 1e-6))
    assert [one.name for one in chain.shared] == ["process.skew"]
    names = {one.name for one in chain.read.spread}
    assert {"access_left.inner_vto", "access_right.inner_vto", "n_left.inner_vto", "foot.inner_vto"} < names
    assert not any(name.startswith("p_") for name in names)
    for program in (chain.set_deck, chain.reset_deck):
        assert [one.name for one in program.spread] == ["access.inner_vto"]
        assert program.deck.parameters[-1].name == "process.skew"
    nominal, slow = (chain.read.deck.measure({"process.skew": z})["delay"] for z in (0.0, 3.0))
    assert slow > nominal  # higher thresholds
