"""Cell, sense amplifier and read in real ngspice, in place and as stand-alone decks."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.cell import Pulse, program_deck
from spicekit.circuits.read import read_deck
from spicekit.circuits.standard import standard_decks, write_netlists
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.ngspice import evaluate, standalone, waveforms

LRS, HRS = 0.4, 0.9  # nm


@pytest.mark.parametrize("weight", [1, -1])
@pytest.mark.parametrize("neuron_input", [None, 1, -1])
def test_every_input_and_weight_resolves_right(technology, weight, neuron_input):
    gaps = (LRS, HRS) if weight > 0 else (HRS, LRS)
    found = read_deck(technology, *gaps, neuron_input).deck.measure()
    expected = weight * (neuron_input or 1)
    assert np.sign(found["decision"]) == expected
    assert abs(found["decision"]) > 0.9 * technology.design.supply
    assert np.sign(found["margin"]) == expected
    assert 50e-12 < found["delay"] < 2e-9


@pytest.mark.parametrize("kind", ["set", "reset"])
def test_a_pulse_beyond_the_access_transistor_is_refused(technology, kind):
    program_deck(technology, Pulse(kind, 5.0, 5.0, 1e-6), HRS)
    with pytest.raises(InputError, match=f"`{kind}_voltage` is 18 V, expected at most 5 V"):
        program_deck(technology, Pulse(kind, 18.0, 5.0, 1e-6), HRS)


def test_the_amplifier_is_symmetric(technology):
    one, other = (
        read_deck(technology, *gaps).deck.measure()["decision"] for gaps in ((LRS, HRS), (HRS, LRS))
    )
    assert one == pytest.approx(-other, rel=1e-6)


def test_the_margin_is_smooth_through_the_metastable_point(technology):
    deck = read_deck(technology, 0.6, 0.6).deck
    sweep = np.linspace(-0.04, 0.04, 17)
    rows = np.array([deck.row({"left.gap": 0.6, "right.gap": 0.6 + d}) for d in sweep])
    measured, _ = evaluate(deck, rows)
    margin = measured[:, [m.name for m in deck.measurements].index("margin")]
    steps = np.diff(margin)
    assert (steps > 0).all()
    # no jump: the latched value would leap by 3.5 V in one step
    assert steps.max() < 0.15 * (margin[-1] - margin[0])
    assert abs(margin[8]) < 0.1 * margin[9]


def test_the_sign_of_the_margin_is_the_decision_and_its_size_follows_the_regeneration(technology):
    circuit = read_deck(technology, LRS, LRS)
    names = [m.name for m in circuit.deck.measurements]
    rng = np.random.default_rng(5)
    rows = [
        circuit.deck.row({s.name: s.nominal + s.sigma * rng.standard_normal() for s in circuit.spread})
        for _ in range(60)  # equal devices: the mismatch alone decides, often narrowly
    ]
    found = dict(zip(names, evaluate(circuit.deck, np.array(rows))[0].T, strict=True))
    assert (np.sign(found["margin"]) == np.sign(found["decision"])).all()
    # delays of one latch at small ratios of the resistances, to which the imbalance is proportional
    steps = np.array([0.004, 0.008, 0.016])  # nm
    delays = [circuit.deck.measure({"left.gap": LRS, "right.gap": LRS + s})["delay"] for s in steps]
    slope = -np.polyfit(np.log(steps), delays, 1)[0]
    assert technology.design.regeneration_time == pytest.approx(slope, rel=0.15)


def test_the_margin_is_not_saturated_at_the_devices_that_are_read(technology):
    found = [read_deck(technology, LRS, gap).deck.measure()["margin"] for gap in (0.8, 0.9, 1.2, 1.5)]
    assert found == sorted(found)
    assert found[1] > 1.05 * found[0]  # still tells ratios apart


def test_a_threshold_shift_of_the_latch_moves_the_decision(technology):
    read_circuit = read_deck(technology, 0.55, 0.6)
    spread = {s.name: s for s in read_circuit.spread}
    slow = spread["n_left.vth0"]
    assert read_circuit.deck.measure()["decision"] > 0
    shifted = read_circuit.deck.measure({"n_left.vth0": slow.nominal + 8 * slow.sigma})
    assert shifted["decision"] < 0


def test_reading_does_not_disturb_the_devices(technology):
    deck = read_deck(technology, LRS, HRS).deck
    waves = waveforms(deck)
    assert waves["xleft.gap"][-1] == pytest.approx(LRS, abs=1e-3)
    assert waves["xright.gap"][-1] == pytest.approx(HRS, abs=1e-3)


def test_the_read_energy_is_what_charges_the_lines(technology):
    # lower bound: both outputs and both bit lines (to ~0.8 V, through the supply): C V Vdd
    design = technology.design
    least = design.supply * (
        2 * design.bit_line_capacitance * 0.7 + design.output_capacitance * design.supply
    )
    assert least < read_deck(technology, LRS, HRS).deck.measure()["energy"] < 3 * least


def test_path_energy_is_cell_energy_plus_the_transistors(technology):
    pulse = Pulse("set", technology.design.set_voltage, 1.36, 1e-6)
    found = program_deck(technology, pulse, 1.0).deck.measure()
    assert found["energy_cell"] < found["energy_path"]
    # nearly all of the pulse the current is at compliance: V I t within a tenth
    assert found["energy_path"] == pytest.approx(1.5 * found["current"] * 1e-6, rel=0.1)


def test_the_committed_netlists_are_the_generated_ones(tmp_path):
    written = write_netlists(tmp_path)
    committed = data_path("netlists")
    assert {p.name for p in committed.glob("*.cir")} == {p.name for p in written}
    for path in written:
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", list(standard_decks()))
def test_each_netlist_runs_alone_and_agrees_with_evaluate(name, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")
    deck = standard_decks()[name]
    source = tmp_path / f"{name}.cir"
    source.write_bytes((data_path("netlists") / f"{name}.cir").read_bytes())
    done = subprocess.run(["ngspice", "-b", source.name], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with (tmp_path / f"{name}.txt").open() as file:
        header = file.readline().split()
        table = np.loadtxt(file)
    waves = dict(zip(["time", *deck.vectors], table.T, strict=True))
    assert len(header) == len(waves)
    in_place = deck.measure()
    for measurement in deck.measurements:
        # a number in a netlist may be read one bit off what `alter` sets, which shifts time steps
        assert measurement(waves) == pytest.approx(in_place[measurement.name], rel=1e-6, abs=1e-9)
    said = [line for line in done.stdout.splitlines() if line.startswith(("read:", "pulse:", "a word line"))]
    shown = [float(number) for number in re.findall(r"-?[0-9.]+(?:E-?[0-9]+)?(?= V| s| nm)", " ".join(said))]
    if "decision" in in_place:
        assert shown == pytest.approx([in_place["decision"], in_place["delay"]], rel=1e-4)
    elif "gap" in in_place:
        assert shown[-1] == pytest.approx(in_place["gap"], rel=1e-4)
    elif name == "access_transistor":
        assert shown == pytest.approx([in_place["time"] * 1e6], rel=1e-4)


def test_asking_for_help_writes_no_netlists(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "spicekit.circuits.standard", "--help"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0
    assert "folder" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["set", "reset", "read"])
def test_the_reference_path_agrees_on_every_measurement(technology, tmp_path, kind):
    """A fresh deck, `ngspice -b`, one sample: every value drawn, every measurement within 1e-9."""
    if kind == "read":
        circuit, gaps = (
            read_deck(technology, LRS, HRS),
            {"left.gap": 0.43, "right.gap": 0.81, "left.i0": 0.52e-3},
        )
    else:
        word_line, voltage, gap = (1.36, 1.5, 0.9) if kind == "set" else (5.0, 2.2, 0.41)
        circuit = program_deck(technology, Pulse(kind, voltage, word_line, 3e-7), gap)
        gaps = {
            "cell.gap": gap,
            "cell.e_set": 0.94,
            "cell.e_reset": 0.17,
            "cell.e_reset_gap": 1.2,
            "cell.i0": 0.49e-3,
        }
    deck, rng = circuit.deck, np.random.default_rng(1)
    values = {p.name: p.nominal for p in deck.parameters} | gaps
    values |= {s.name: s.nominal + s.sigma * rng.standard_normal() for s in circuit.spread}
    (tmp_path / "one.cir").write_text(standalone(deck, values, "one.txt"))
    subprocess.run(["ngspice", "-b", "one.cir"], cwd=tmp_path, check=True, capture_output=True)
    waves = dict(zip(["time", *deck.vectors], np.loadtxt(tmp_path / "one.txt", skiprows=1).T, strict=True))
    in_place = deck.measure(values)
    for measurement in deck.measurements:
        assert measurement(waves) == pytest.approx(in_place[measurement.name], rel=1e-9), measurement.name


def test_the_decision_stands_when_the_step_is_tightened_tenfold(technology):
    fine = replace(technology, design=replace(technology.design, read_step=5e-12))
    coarse, tight = (read_deck(t, 0.58, 0.6).deck.measure() for t in (technology, fine))
    assert coarse["margin"] == pytest.approx(tight["margin"], rel=0.1)  # under a percent in ln R
    assert coarse["energy"] == pytest.approx(tight["energy"], rel=0.02)
