"""Memory devices whose equations come from elsewhere: from the card to a bit error rate."""

import platform
import sys

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from spicekit.circuits.cell import Pulse, Technology, program_deck
from spicekit.circuits.device import bake_deck, hold_deck
from spicekit.circuits.disturb import disturb_deck
from spicekit.circuits.read import read_deck
from spicekit.data import bundled_cards
from spicekit.device_check.curves import GLANCE
from spicekit.device_check.tolerances import tight
from spicekit.errors import InputError
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.foreign.hidden_state import refuse_hidden_state
from spicekit.models.memory import checked_memory, load_memory
from spicekit.ngspice import OSDI_HINT, evaluate, loads_osdi
from spicekit.run.spec import load_spec
from spicekit.studies.memory.chain import ageing_of, build_chain
from spicekit.studies.memory.condition import Condition
from spicekit.studies.memory.simulate import simulate_range

from .own_devices import SUBCIRCUIT, VERILOG, card_text, own_device


def technology(path):
    return Technology(sky130(), load_memory(path), load_design())


@pytest.fixture
def own(tmp_path):
    return technology(own_device(tmp_path))


def resistance(own, state):
    deck = hold_deck(own, 0.1, 1e-8, state, 0.5)
    return 0.1 / deck.measure({"cell.gap": state})["current"]


def test_the_state_can_be_set_and_acts_on_the_current(own):
    assert resistance(own, 1.0) == pytest.approx(5e3, rel=1e-4)
    assert resistance(own, 0.0) == pytest.approx(1e5, rel=1e-4)


def test_it_switches_as_its_equation_says(own):
    found = hold_deck(own, 0.8, 100e-9, 0.01, 0.5).measure()
    rate = 1e8 * (0.8 / 0.5 - 1)
    wanted = solve_ivp(lambda _, x: rate * (1 - x), (0, 100e-9), [0.01], rtol=1e-9)
    assert found["gap"] == pytest.approx(wanted.y[0, -1], rel=1e-3)
    assert found["time"] == pytest.approx(
        np.log(0.99 / 0.5) / rate, rel=2e-2
    )  # falls to the high conductance


def test_its_state_may_rise_as_the_resistance_falls(own):
    """The threshold of a SET is then crossed upwards; the bundled gap falls."""
    assert not own.rram.high_is_wide
    assert hold_deck(own, -0.8, 100e-9, 0.99, 0.5).measure()["time"] < 100e-9
    assert hold_deck(own, 0.3, 100e-9, 0.01, 0.5).measure()["time"] == np.inf


def test_it_keeps_its_state_without_voltage(own):
    assert bake_deck(own, 1e6, 0.3).measure({"cell.gap": 0.3})["gap"] == pytest.approx(0.3, abs=1e-6)


@pytest.mark.parametrize("name", ["vt", "ron", "roff", "current"])
def test_what_is_drawn_can_be_altered_in_place(tmp_path, name):
    """`roff` stands in a plain resistor and in parameters that depend on it."""
    own = technology(own_device(tmp_path, card_text(spread="vt ron roff")))
    deck = hold_deck(own, 0.8, 20e-9, 0.4, 0.5)
    nominal = own.rram.value(name)
    before, after = deck.measure(), deck.measure({f"cell.{name}": 1.1 * nominal})
    where = "gap" if name == "vt" else "current"
    assert after[where] != pytest.approx(before[where], rel=1e-4)
    changed = SUBCIRCUIT.replace("ron=5k", "ron=5.5k") if name == "ron" else SUBCIRCUIT
    changed = changed.replace("vt=0.5", "vt=0.55") if name == "vt" else changed
    changed = changed.replace("roff=100k", "roff=110k") if name == "roff" else changed
    if name != "current":  # as if the file had that number
        other = technology(own_device(tmp_path, card_text(spread=""), changed))
        assert hold_deck(other, 0.8, 20e-9, 0.4, 0.5).measure()["current"] == pytest.approx(
            after["current"], rel=1e-5
        )
    else:
        assert after["current"] == pytest.approx(1.1 * before["current"], rel=1e-3)


def test_the_temperature_of_the_surroundings_reaches_a_parameter(tmp_path):
    text = SUBCIRCUIT.replace("vt=0.5", "vt=0.5 tk=300").replace(
        "v(x)*(1/ron-1/roff)", "v(x)*(1/ron-1/roff)*tk/300"
    )
    card = card_text().replace('name = "myram"\nterminals', 'name = "myram"\ntemperature = "tk"\nterminals')
    path = own_device(tmp_path, card, text)
    warm = Technology(sky130(), load_memory(path), load_design(), temperature=600.0)
    assert resistance(warm, 1.0) == pytest.approx(1 / (2 / 5e3 - 1 / 1e5), rel=1e-3)


def test_the_chain_writes_and_reads_it(own):
    chain = build_chain(own, Condition("a", 200e-6, 2.0, 1e-6))
    rows = simulate_range(chain, 1, 0, 6)
    assert list(rows["outcome"]) == ["ok"] * 6, rows["reason"].tolist()
    assert (rows["lrs"] < 6e3).all()
    assert (rows["hrs"] > 5e4).all()
    assert rows["lrs"].nunique() == 6  # devices differ
    assert np.sign(rows["decision"]).tolist() == rows["weight"].tolist()
    told = rows["offset_shift"].abs() > 0.5
    assert (np.sign(rows["offset_shift"]) == np.sign(rows["offset_decision"]))[told].all()


@pytest.mark.parametrize("sample", [13, 41])
def test_a_snap_is_not_stepped_over(sample):
    """SkyWater's filament runs away within 0.1 ns: reltol=1e-4 ended these samples 0.43 and 0.18 nm too thin."""
    own = Technology(sky130(), load_memory("sky130_reram"), load_design("2t2r_130nm_2v5"))
    chain = build_chain(own, Condition("a", 100e-6, 1.8, 100e-9))
    (found,), (wanted,) = (
        simulate_range(chain, 1, sample, sample + 1, evaluator)["lrs_gap"]
        for evaluator in (evaluate, lambda deck, values: evaluate(tight(deck), values))
    )
    assert found == pytest.approx(wanted, abs=0.005)


def test_a_card_says_the_tolerance_that_it_needs(tmp_path):
    own = technology(own_device(tmp_path, card_text(more="[numerics]\nrelative_tolerance = 1e-6")))
    pulse = program_deck(own, Pulse("set", 1.8, 1.3, 1e-6), 0.01).deck
    for deck in (pulse, bake_deck(own, 1.0, 0.3), disturb_deck(own, 0.99, 0.01).deck):
        assert "reltol=1e-06" in deck.netlist
        assert "reltol=1e-4" not in deck.netlist
    assert "reltol" not in read_deck(own, 0.99, 0.01).deck.netlist  # ngspice's own, where no state moves
    (tmp_path / "myram.toml").write_text(card_text(more="[numerics]\nrelative_tolerance = 1e-2"))
    with pytest.raises(InputError, match=r"numerics.relative_tolerance.*got 0.01"):
        load_memory(tmp_path / "myram.toml")


def test_bundled_cards_program_in_the_cell():
    own = technology("vteam")
    low = program_deck(own, Pulse("set", 1.8, 1.3, 1e-6), own.rram.initial.hrs.value).deck.measure()
    high = program_deck(own, Pulse("reset", 2.0, 3.3, 1e-6), own.rram.initial.lrs.value).deck.measure()
    assert low["gap"] < 0.2
    assert high["gap"] > 2.8


def test_an_experiment_names_a_foreign_card(tmp_path):
    own_device(tmp_path)
    spec = tmp_path / "own.toml"
    spec.write_text(
        'schema = "spicekit.sweep/1"\nname = "own"\nseed = 1\n'
        '[technology]\nrram = "myram.toml"\n[monte_carlo]\nsamples = 2\n'
        '[[conditions]]\nname = "a"\nset_compliance = "200 uA"\nreset_voltage = "2 V"\npulse_width = "1 us"\n'
    )
    loaded = load_spec(spec)
    assert sorted(loaded.own_files) == ["models/rram/myram.lib", "models/rram/myram.toml"]


WRONG = {
    "no pin": (card_text().replace('top = "n1"', 'top = "te"'), SUBCIRCUIT, "model.terminals.top"),
    "no node": (
        card_text(state='node = "y"\nunit = "1"\nminimum = 0\nmaximum = 1'),
        SUBCIRCUIT,
        "no node `y`",
    ),
    "no parameter": (card_text(spread="vth"), SUBCIRCUIT, "no parameter `vth` (did you mean `vt`?)"),
    "no storage": (card_text(), SUBCIRCUIT.replace("Cx 0 x 1n ic=0.2", "Rx 0 x 1k"), "0 capacitors"),
    "not ground": (card_text(), SUBCIRCUIT.replace("Cx 0 x", "Cx n2 x"), "0 capacitors"),
    "two stores": (card_text(), SUBCIRCUIT.replace(".ends", "Cy x 0 1n\n.ends"), "2 capacitors"),
    "control": (card_text(), SUBCIRCUIT + ".control\nshell ls\n.endc\n", ".control"),
    "random": (card_text(), SUBCIRCUIT.replace("ron=5k", "ron={agauss(5k,1,1)}"), "agauss"),
    "no subcircuit": (card_text(), SUBCIRCUIT.replace("myram", "otherram"), "no subcircuit `myram`"),
    "element outside": (card_text(), SUBCIRCUIT + "r9 a b 1\n", "outside of any"),
    "capacitor spreads": (
        card_text(spread="area"),
        SUBCIRCUIT.replace("vt=0.5", "vt=0.5 area=1").replace(".ends", "Cp n1 n2 {1f*area}\n.ends"),
        "only resistors and sources",
    ),
    "same terminals": (card_text().replace('bottom = "n2"', 'bottom = "n1"'), SUBCIRCUIT, "both `n1`"),
    "one state": (card_text().replace("value = 0.99", "value = 0.01"), SUBCIRCUIT, "give two states"),
    "out of range": (card_text().replace("value = 0.99", "value = 1.5"), SUBCIRCUIT, "initial.lrs"),
    "memory": (card_text().replace("fresh", "slow"), SUBCIRCUIT, "cycling.correlation_cycles"),
}

WRONG |= {
    "no heat": (card_text().replace('top = "n1"', 'top = "n1"').replace("terminals", 'heat = "temp"\nterminals', 1),
                SUBCIRCUIT, "`model.heat`: subcircuit `myram` has no node `temp`"),
    "no capacitance": (card_text().replace('value = 5e-15, unit = "F"', 'value = -5e-15, unit = "F"'), SUBCIRCUIT,
                       "`model.capacitance`: got -5e-15 F, expected"),
    "name": (card_text().replace('[meta]\nname = "myram"', '[meta]\nname = "My ram"'), SUBCIRCUIT,
             "`meta.name`: got 'My ram', expected a word of letters, digits and `_`"),
    "no kind": (card_text().replace(', kind = "relative"', ""), SUBCIRCUIT,
                "`spread.vt.kind` is missing: expected `absolute` or `relative`"),
    "no status": (card_text().replace('status = "assumed", source = "made up"}\n[state]', 'source = "x"}\n[state]'),
                  SUBCIRCUIT, "`model.capacitance.status` is missing: expected `published`, `fitted` or `assumed`"),
    "another key": (card_text().replace("terminals =", "terminal =", 1), SUBCIRCUIT, "`model.terminals` is missing"),
    "unknown key": (card_text(state='node = "x"\nunit = "1"\nminimum = 0\nmaximum = 1\nstored = "cx"'), SUBCIRCUIT,
                    "unknown key `state.stored` (did you mean `stored_in`?)"),
    "no file": (card_text("myram.libb"), SUBCIRCUIT, "`model.file`: there is no file"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_one_line(tmp_path, what):
    card, text, said = WRONG[what]
    path = own_device(tmp_path, card, text)
    with pytest.raises(InputError) as error:
        load_memory(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_what_a_foreign_card_has_no_law_for_is_said(own):
    with pytest.raises(InputError, match="no law of ageing"):
        ageing_of(own)
    with pytest.raises(InputError, match="telegraph_noise"):
        _ = own.rram.telegraph_noise


HIDDEN = {
    "Euler": (
        "real v, rate;",
        "real v, rate, old;",
        "v = V(n1, n2);",
        "v = V(n1, n2); rate = old; old = v;",
        "`old`",
    ),
    "crossing": ("v = V(n1, n2);", "v = V(n1, n2); @(cross(v, 1)) rate = 0;", "", "", "@(cross"),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_state_in_variables_is_refused(tmp_path, what):
    first, second, third, fourth, said = HIDDEN[what]
    text = VERILOG.replace(first, second).replace(third, fourth) if third else VERILOG.replace(first, second)
    path = own_device(tmp_path, card_text("myram.va"), text, "myram.va")
    with pytest.raises(InputError, match=r"line 1?[0-9]: ") as error:
        load_memory(path)
    assert said in str(error.value)


OF_MODULES = {
    "pin": ({'top = "n1"': 'top = "te"'}, {}, "no pin `te`; its pins are `n1`, `n2`"),
    "name": ({'name = "myram"\nterminals': 'name = "Myram"\nterminals'}, {}, 'write `name = "myram"`'),
    "heat": ({"terminals": 'heat = "temp"\nterminals'}, {}, "`model.heat`: module `myram` has no node `temp`"),
    "file": ({"myram.va": "myrram.va"}, {}, "myrram.va (did you mean `myram.va`?)"),
    "integral": ({}, {"I(x) <+ ddt(1e-9 * V(x)) - 1e-9 * rate": "V(x) <+ idt(rate, 0.5)"},
                 "line 15: `V(x) <+ idt(rate, 0.5);`: `idt` holds the state as a voltage, so that it cannot be set "
                 "where a device starts: write `I(x) <+ ddt(1e-9 * V(x)) - 1e-9 * rate;`"),
    "integral in a variable": ({}, {"rate;": "rate, gap;", "v / roff + v * V(x)": "v / roff + v * gap",
                                    "I(x) <+ ddt(1e-9 * V(x)) - 1e-9 * rate": "gap = idt(rate, 0.5)"},
                               "`gap = idt(rate, 0.5);`: `idt` keeps the state where it cannot be set"),
}  # fmt: skip


@pytest.mark.parametrize("what", OF_MODULES)
def test_what_is_wrong_with_a_module_is_one_line(tmp_path, what):
    in_card, in_text, said = OF_MODULES[what]
    card, text = card_text("myram.va"), VERILOG
    for old, new in in_card.items():
        card = card.replace(old, new, 1)
    for old, new in in_text.items():
        text = text.replace(old, new, 1)
    path = own_device(tmp_path, card, text, "myram.va")
    with pytest.raises(InputError) as error:
        load_memory(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)


def test_a_node_of_heat_inside_of_a_module_is_a_port_too(tmp_path):
    text = VERILOG.replace("electrical n1, n2, x;", "electrical n1, n2, x, hot;").replace(
        "        v = V(n1, n2);", "        v = V(n1, n2);\n        V(hot) <+ 300;"
    )
    card = card_text("myram.va").replace("terminals", 'heat = "hot"\nterminals', 1)
    device = load_memory(own_device(tmp_path, card, text, "myram.va"))
    assert "module myram(n1, n2, x, hot);" in device.sources[0]
    assert "nd inner be gap temp card" in device.subcircuit(300.0)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the compiler's package is for Linux on x86-64",
)
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("V(x);\n        else rate = 0;", "V(x)\n        else rate = 0;", "';' (perhaps at the end of the line before)"),
     ("else rate = 0;", "else rate = nought;", "line 14: error: 'nought' was not found in the current scope"),
     ("disciplines.vams", "our.vams", "includes `our.vams`; put its text into the model")],
)  # fmt: skip
def test_the_compiler_speaks_first(tmp_path, old, new, said):
    path = own_device(tmp_path, card_text("myram.va"), VERILOG.replace(old, new), "myram.va")
    with pytest.raises(InputError) as error:
        checked_memory(path)
    assert str(error.value).startswith(f"{path}: {tmp_path / 'myram.va'}: ")
    assert said in str(error.value)


def test_a_card_that_is_not_there_is_told_by_those_beside_it(tmp_path):
    own_device(tmp_path)
    with pytest.raises(InputError, match=r"\(did you mean `myram.toml`\?\)"):
        load_memory(tmp_path / "myran.toml")
    spec = tmp_path / "own.toml"
    spec.write_text(
        'schema = "spicekit.sweep/1"\nname = "own"\nseed = 1\n[monte_carlo]\nsamples = 2\n'
        '[grid]\nrram = ["myran.toml"]\n'
        '[[conditions]]\nname = "a"\nset_compliance = "200 uA"\nreset_voltage = "2 V"\npulse_width = "1 us"\n'
    )
    with pytest.raises(InputError, match=r"`grid.rram`: .*\(did you mean `myram.toml`\?\)"):
        load_spec(spec)


def test_a_module_without_hidden_state_loads(tmp_path):
    """Its node of the state becomes a port, and what is drawn belongs to an instance."""
    device = load_memory(own_device(tmp_path, card_text("myram.va"), VERILOG, "myram.va"))
    (text,) = device.sources
    assert "module myram(n1, n2, x);" in text
    assert '(* type="instance" *) parameter real vt' in text
    refuse_hidden_state(VERILOG, "a file")


COMPILED = pytest.mark.skipif(not loads_osdi(), reason=f"this ngspice loads no compiled models: {OSDI_HINT}")


@COMPILED
def test_the_module_is_the_subcircuit_of_the_same_equations(tmp_path):
    """Its state is started by a switch, which lets go within a twentieth of the longest step."""
    (tmp_path / "va").mkdir()
    module = technology(own_device(tmp_path / "va", card_text("myram.va", "vt ron"), VERILOG, "myram.va"))
    text = technology(own_device(tmp_path, card_text(spread="vt ron")))
    decks = [hold_deck(own, 0.8, 20e-9, 0.1, 0.5) for own in (module, text)]
    for values in ({}, {"cell.gap": 0.3}, {"cell.vt": 0.6}, {"cell.ron": 4e3}, {"cell.current": 1.2}):
        found, wanted = (deck.measure(values) for deck in decks)
        assert found == pytest.approx(wanted, rel=5e-3)
    assert bake_deck(module, 1e6, 0.3).measure({"cell.gap": 0.3})["gap"] == pytest.approx(0.3, abs=1e-4)


@COMPILED
def test_the_chain_writes_and_reads_a_module(tmp_path):
    own = technology(own_device(tmp_path, card_text("myram.va"), VERILOG, "myram.va"))
    rows = simulate_range(build_chain(own, Condition("a", 200e-6, 2.0, 1e-6)), 1, 0, 4)
    assert list(rows["outcome"]) == ["ok"] * 4, rows["reason"].tolist()
    assert (rows["hrs"] > 10 * rows["lrs"]).all()


@COMPILED
@pytest.mark.parametrize("state", [3.3, 4.1, 4.9])
def test_a_module_whose_state_has_large_currents_starts_where_it_is_set(tmp_path, state):
    """SkyWater's text drives its state with amperes: what held the state at the start did not converge."""
    card = bundled_cards("foreign")["sky130_reram"]
    (tmp_path / "sky130_reram.va").write_bytes(card.with_suffix(".va").read_bytes())
    text = card.read_text(encoding="utf-8").replace("sky130_reram.sub", "sky130_reram.va")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    found, wanted = (
        hold_deck(technology(one), 0.2, 1e-8, 4.9, 4.1).measure({"cell.gap": state})
        for one in (tmp_path / "mine.toml", "sky130_reram")
    )
    assert found["gap"] == pytest.approx(state, abs=1e-6)
    assert found["current"] == pytest.approx(wanted["current"], rel=1e-4)


@COMPILED
def test_a_state_that_a_farad_stores_is_set_for_the_shortest_read(tmp_path):
    """`I(x) <+ ddt(V(x)) - rate`: within 100 ps it was held for half an RC."""
    text = VERILOG.replace("ddt(1e-9 * V(x)) - 1e-9 * rate", "ddt(V(x)) - rate")
    own = technology(own_device(tmp_path, card_text("myram.va"), text, "myram.va"))
    deck = hold_deck(own, 0.2, GLANCE, 0.5, 0.5)
    for state in (0.0, 0.3, 1.0):
        assert deck.measure({"cell.gap": state})["gap"] == pytest.approx(state, abs=1e-6)
