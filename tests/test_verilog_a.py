"""The Verilog-A text against the ngspice subcircuit: another simulator, another statement of the same equations."""

import platform
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from spicekit import ngspice
from spicekit.circuits.cell import Pulse, program_deck
from spicekit.cli import doctor
from spicekit.errors import InputError, SimulatorError
from spicekit.identity import identity_of
from spicekit.models import cross_check, vacask
from spicekit.models.quantity import find_card
from spicekit.models.rram import ALTER, load_rram
from spicekit.models.verilog_a import compiled, text_of
from spicekit.ngspice import Deck, Final, evaluate, loads_osdi, standalone, verilog_a, write_modules
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.studies.memory.chain import build_chain
from spicekit.studies.memory.simulate import simulate

from .conftest import SHORT_SPEC
from .test_rram import by_state

RESISTOR = """`include "disciplines.vams"
module r1(a, b);
    inout a, b;
    electrical a, b;
    analog I(a, b) <+ V(a, b)/1k;
endmodule
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the compiler's package is for Linux on x86-64",
)


@pytest.fixture(scope="module")
def model():
    return load_rram()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of compiled models."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def osdi():
    if not loads_osdi():
        pytest.skip("this ngspice has no OSDI; point SPICEKIT_LIBNGSPICE to one that has")


@pytest.fixture
def osdi_spec(tmp_path):
    path = tmp_path / "compiled.toml"
    path.write_text(SHORT_SPEC + '\n[technology]\nrram_form = "osdi"\n')
    return path


def bench(model, what):
    return dict(cross_check.benches(model))[what]


def test_text_and_parameter_set_have_the_same_names_and_units(model):
    declared = re.findall(r'units="(.*?)" \*\)\s+parameter real (\w+)', text_of(model))
    assert len(declared) == len(re.findall(r"parameter real", text_of(model)))
    units = {name: unit for unit, name in declared}
    assert units.pop("c_gap") == "F"
    assert (units.pop("g_ohmic"), units.pop("v_ohmic")) == (
        "nm",
        "V",
    )  # these and the next may be left out of a card
    assert units.pop("rate_rest") == "nm/s"
    assert units == {name: quantity.unit for name, quantity in model.quantities.items()}


@pytest.mark.parametrize("what", ["cycle, nominal, 27 C", "cycle, corner -, 85 C", "cycle, corner +, 85 C",
                                  "forming, nominal, 27 C"])  # fmt: skip
def test_two_simulators_agree_on_both_forms(model, what):
    found = cross_check.compare(model, what, bench(model, what))
    assert found.current < 0.01
    assert found.resistance < 0.02
    if what.startswith("cycle"):  # else a device on which nothing happens would do
        low, high = found.resistances
        assert high > 3 * low
    else:
        assert found.resistances[0] < 1e4


@pytest.mark.parametrize("what", ["cycle, nominal, 27 C", "cycle, corner +, 85 C", "forming, nominal, 27 C"])
@pytest.mark.parametrize("v_ohmic", [pytest.param(0.0, marks=pytest.mark.slow), 1.0])
def test_two_simulators_agree_on_a_non_linearity_of_each_state(model, what, v_ohmic):
    ours = by_state(model, v_ohmic=v_ohmic)
    found = cross_check.compare(ours, what, bench(ours, what))
    assert found.current < 0.01
    assert found.resistance < 0.02
    if what.startswith("cycle"):  # else a law that does nothing would do
        plain = cross_check.in_ngspice(model, bench(model, what))
        assert cross_check.difference("", bench(ours, what), plain, plain).resistances != pytest.approx(
            found.resistances, rel=0.01
        )


@pytest.mark.parametrize(("parameter", "factor"), [("alpha", 1.02), ("rth", 1.3), ("e_reset_gap", 1.02)])
def test_the_comparison_sees_small_differences(model, parameter, factor):
    one = bench(model, "cycle, nominal, 27 C")
    other = replace(one, values={**one.values, parameter: model.value(parameter) * factor})
    found = cross_check.difference("", one, cross_check.in_ngspice(model, one), vacask.simulate(model, other))
    assert found.current > 0.01 or found.resistance > 0.02


def test_a_shift_in_time_is_forgiven_and_a_larger_one_is_seen(model):
    one = replace(bench(model, "cycle, nominal, 27 C"), step=1e-9)
    waves = cross_check.in_ngspice(model, one)
    for shift, agree in ((0.5 * cross_check.TIME_TOLERANCE, True), (5 * cross_check.TIME_TOLERANCE, False)):
        later = waves | {"time": waves["time"] + shift}
        assert (cross_check.difference("", one, waves, later).current < 0.01) is agree


def test_a_card_that_leaves_a_parameter_out_is_refused(model):
    short = replace(model, quantities={k: q for k, q in model.quantities.items() if k != "alpha"})
    with pytest.raises(SimulatorError, match=r"VACASK failed: .*alpha.? is out of bounds"):
        vacask.simulate(short, replace(bench(model, "cycle, nominal, 27 C"), values={}))


def test_a_raw_file_is_read_as_its_format_says():
    header = "Title: t\nPlotname: tran\nFlags: real\nNo. Variables: 2\nNo. Points: 3\nVariables:\n"
    header += "\t0\ttime\ttime\n\t1\tgap\tvoltage\nBinary:\n"
    data = np.array([[0.0, 1.0], [1e-9, 2.0], [2e-9, 3.0]])
    read = vacask.read_raw(header.encode() + data.tobytes())
    assert read["gap"].tolist() == [1.0, 2.0, 3.0]
    assert read["time"].tolist() == [0.0, 1e-9, 2e-9]
    with pytest.raises(SimulatorError, match="cut off"):
        vacask.read_raw(header.encode() + data.tobytes()[:-1])
    with pytest.raises(SimulatorError, match="not a binary"):
        vacask.read_raw(b"Title: t\n")


def test_models_are_compiled_once_per_text(cache, monkeypatch):
    first = verilog_a.compile_model(RESISTOR)
    assert first.is_relative_to(cache)
    other = verilog_a.compile_model(RESISTOR.replace("1k", "2k"))
    assert other != first

    def refuse(*_arguments, **_options):
        raise AssertionError("compiled again")

    monkeypatch.setattr(subprocess, "run", refuse)
    assert verilog_a.compile_model(RESISTOR) == first


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1k;", "oops;", "`r1` does not compile: line 5: error: .*oops"),
        ("disciplines.vams", "mine.vams", "includes `mine.vams`"),
        ("module r1", "modul r1", "0 modules, expected 1"),
        ("endmodule", "endmodule\nmodule r2(a);\nendmodule", "2 modules, expected 1"),
    ],
)
def test_a_bad_text_gets_one_clear_line(cache, old, new, said):
    with pytest.raises(InputError, match=said) as error:
        verilog_a.compile_model(RESISTOR.replace(old, new))
    assert "\n" not in str(error.value)
    assert not list(cache.rglob("*.osdi"))


def test_modules_in_comments_do_not_count():
    assert verilog_a.module_name("// module a\n/* x\nmodule b(c);\n*/\n" + RESISTOR) == "r1"


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setattr(verilog_a, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match=re.escape("pip install '.[verilog-a]'")):
        verilog_a.find_program("openvaf-r")


def test_the_doctor_misses_a_linker(monkeypatch):
    monkeypatch.setattr(ngspice, "loads_osdi", lambda: True)
    monkeypatch.setenv("PATH", "")
    assert "apt install binutils" in doctor._osdi()


def test_a_missing_linker_is_one_line_with_the_fix(cache, monkeypatch):
    monkeypatch.setenv("PATH", "")  # the compiler itself is in the extra
    with pytest.raises(InputError, match=r"`r1` is not linked: .*apt install binutils") as error:
        verilog_a.compile_model(RESISTOR)
    assert "\n" not in str(error.value)
    assert not list(cache.rglob("*.osdi"))


def resistor_deck(ohm: str) -> Deck:
    text = "r\nv1 a 0 1\nn1 a 0 m\n.model m r1\n.tran 1n 2n\n.end\n"
    return Deck("r", text, (), (Final("i", "i(v1)"),), 2e-9, verilog_a=(RESISTOR.replace("1k", ohm),))


@pytest.mark.usefixtures("osdi")
def test_an_edited_model_is_taken_as_it_is_now_and_compiled_where_it_is_kept(cache):
    for ohm in (1e3, 2e3, 1e3):
        current = resistor_deck(f"{ohm:g}").measure()["i"]
        assert current == pytest.approx(-1 / ohm, rel=1e-6)
    assert len(list(cache.rglob("r1-*.osdi"))) == 2


def test_an_own_set_without_verilog_a_cannot_be_compiled(model):
    with pytest.raises(InputError, match=r"no Verilog-A text.*`\.va`"):
        compiled(replace(model, verilog_a=""))


def test_the_compiled_form_makes_another_deck_with_the_same_names(technology, model):
    pulse = Pulse("reset", 2.0, 5.0, 1e-7)
    plain = program_deck(technology, pulse, 0.4).deck
    deck = program_deck(replace(technology, rram=compiled(model)), pulse, 0.4).deck
    assert deck.identity != plain.identity
    assert [p.name for p in deck.parameters] == [p.name for p in plain.parameters]
    assert deck.vectors == plain.vectors
    assert deck.verilog_a == (text_of(model),)
    edited = replace(deck, verilog_a=(text_of(model).replace("200", "190"),))
    assert edited.identity != deck.identity
    assert "osdi" not in standalone(plain)


def test_a_deck_alone_names_the_text_that_it_was_made_for(technology, model, tmp_path):
    """A user's module is changed before it is compiled: with the unchanged one ngspice goes on with nominal values."""
    deck = program_deck(replace(technology, rram=compiled(model)), Pulse("reset", 2.0, 5.0, 1e-7), 0.4).deck
    (path,) = write_modules(deck.verilog_a, tmp_path)
    assert path.read_text(encoding="utf-8") == text_of(model)
    assert f"pre_osdi {path.stem}.osdi  $ made by: openvaf-r {path.name} -o {path.stem}.osdi" in standalone(
        deck
    )
    (other,) = write_modules((text_of(model).replace("200", "190"),), tmp_path)
    assert other != path


def test_osdi_where_it_is_not_possible_gets_one_clear_line(osdi_spec):
    if loads_osdi():
        pytest.skip("this ngspice has OSDI")
    spec = load_spec(osdi_spec)
    with pytest.raises(
        InputError, match=r"`technology.rram_form` is \"osdi\": ngspice \S+ cannot load"
    ) as error:
        make_plan(spec)
    assert str(osdi_spec) in str(error.value)
    assert "SPICEKIT_LIBNGSPICE" in str(error.value)
    assert "\n" not in str(error.value)
    deck = program_deck(spec.technology, Pulse("reset", 2.0, 5.0, 1e-7), 0.4).deck
    with pytest.raises(SimulatorError, match="cannot load Verilog-A models"):
        deck.measure()


def test_an_unknown_form_is_refused(osdi_spec):
    osdi_spec.write_text(osdi_spec.read_text().replace('"osdi"', '"verilog"'))
    with pytest.raises(
        InputError, match=r"`technology.rram_form`: got 'verilog', expected one of subcircuit, osdi"
    ):
        load_spec(osdi_spec)


def test_an_own_subcircuit_brings_its_verilog_a_into_the_run_folder(tmp_path, model):
    folder = tmp_path / "models"
    folder.mkdir()
    bundled = find_card("hfo2_130nm", "rram")
    (folder / "mine.toml").write_text(bundled.read_text().replace("hfo2.sub", "own.sub"))
    (folder / "own.sub").write_text(model.template)
    (folder / "own.va").write_text(text_of(model) + "// mine\n")
    spec = tmp_path / "own.toml"
    spec.write_text(SHORT_SPEC + '\n[technology]\nrram = "models/mine.toml"\nrram_form = "osdi"\n')
    loaded = load_spec(spec)
    assert loaded.technology.rram.sources == (text_of(model) + "// mine\n",)
    assert loaded.own_files["models/rram/own.va"].endswith("// mine\n")


@pytest.mark.usefixtures("osdi")
@pytest.mark.parametrize("what", ["cycle, nominal, 27 C", "cycle, corner +, 85 C", "forming, corner -, 27 C"])
def test_the_compiled_form_gives_what_the_subcircuit_gives(model, what):
    given = bench(model, what)
    found = cross_check.difference(
        what, given, cross_check.in_ngspice(model, given), cross_check.in_ngspice(compiled(model), given)
    )
    assert found.current < 0.01
    assert found.resistance < 0.001


@pytest.mark.usefixtures("osdi")
@pytest.mark.parametrize(
    ("kind", "voltage", "word_line", "gap"), [("set", 1.5, 1.36, 1.0), ("reset", 2.5, 5.0, 0.4)]
)
def test_a_1t1r_cell_does_not_care_which_form_it_gets(technology, model, kind, voltage, word_line, gap):
    pulse, ends = Pulse(kind, voltage, word_line, 1e-6), []
    for rram in (model, compiled(model)):
        deck = program_deck(replace(technology, rram=rram), pulse, gap).deck
        rows = np.array([deck.row({f"cell.{p}": model.value(p) + k * model.sigma(p, "device") for p in ALTER})
                         for k in (0, -2, 2)])  # fmt: skip
        measured, outcomes = evaluate(deck, rows)
        assert all(o.ok for o in outcomes)
        ends.append(measured)
    assert np.ptp(ends[0][:, 0]) > 0.01  # the values arrive
    assert ends[1][:, 0] == pytest.approx(ends[0][:, 0], abs=2e-3)


@pytest.mark.usefixtures("osdi")
def test_a_chain_of_a_sweep_does_not_care_which_form_it_gets(technology, osdi_spec):
    spec = load_spec(osdi_spec)
    plan = make_plan(spec)
    assert all(point.decks["set"].verilog_a for point in plan.studies[0].points)
    chain, plain = plan.studies[0].points[0].content, build_chain(technology, spec.conditions[0])
    assert chain.coordinates == plain.coordinates
    assert identity_of(chain) != identity_of(plain)
    points = np.random.default_rng(5).standard_normal((4, len(plain.coordinates)))
    one, other = (simulate(c, points, np.array([1, -1, 1, -1])) for c in (plain, chain))
    assert (other["outcome"] == one["outcome"]).all()
    for gap in ("lrs_gap", "hrs_gap"):
        assert other[gap].to_numpy() == pytest.approx(one[gap].to_numpy(), abs=1e-3)
    assert other["energy_read"].to_numpy() == pytest.approx(one["energy_read"].to_numpy(), rel=0.01)
