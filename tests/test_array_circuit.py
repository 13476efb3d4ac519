"""An array as a circuit: wires by hand, loads against the gate oxide, and a whole small array beside its cells."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.constants import epsilon_0

from spicekit.circuits.array.column import (
    Programming,
    WriteTimes,
    column_read_deck,
    placed,
    with_input,
    write_deck,
)
from spicekit.circuits.array.parts import add_level_shifter, add_logic
from spicekit.circuits.array.whole import asleep, whole_array_deck
from spicekit.circuits.array.wires import Lines, Loads, cell_loads
from spicekit.circuits.circuit_builder import CircuitBuilder
from spicekit.errors import InputError
from spicekit.models.array import load_array
from spicekit.models.cmos import sky130
from spicekit.ngspice import At, evaluate

BITS, WORD = np.array([[1, -1], [-1, -1]]), np.array([1, -1])


@pytest.fixture(scope="module")
def array():
    return load_array()


@pytest.fixture(scope="module")
def loads(technology):
    return cell_loads(technology)


@pytest.fixture(scope="module")
def pulses(technology):
    design = technology.design
    return Programming(1.36, design.set_voltage, design.reset_word_line, 2.5, 1e-6)


@pytest.fixture(scope="module")
def whole(technology, array, pulses):
    return whole_array_deck(technology, array, pulses, BITS, WORD, (0, 1))


@pytest.fixture(scope="module")
def measured(whole):
    return whole.deck.measure()


def test_a_wire_is_squares_and_edges(array):
    # 11.2 um of metal 3, 0.5 um wide: 22.4 squares of 47 mOhm; 11.19 aF/um2 below, 37.07 aF/um along each edge
    wire = array.wire("word_line")
    assert wire.resistance == pytest.approx(22.4 * 0.047)
    assert wire.capacitance == pytest.approx(11.2 * (0.5 * 11.19 + 2 * 37.07) * 1e-18)
    # 1.5 um of metal 2, 1 um wide
    assert array.wire("bit_line").resistance == pytest.approx(1.5 * 0.125)


def test_a_section_is_the_whole_line_wherever_the_cell_is(array):
    lines = Lines(array, Loads(16e-15, 3e-15, 6e-15), 8, 4)
    wire = array.wire("bit_line")
    for row in range(8):
        section = lines.section("bit_line", row, 0)
        assert section.near_resistance + section.far_resistance == pytest.approx(8 * wire.resistance)
        # all cells but this one, whose devices are in the circuit
        whole = 8 * wire.capacitance + 7 * 3e-15
        assert section.near_capacitance + section.far_capacitance == pytest.approx(whole)
    assert (
        lines.section("word_line", 0, 3).near_capacitance > lines.section("word_line", 0, 0).near_capacitance
    )


def test_a_cell_loads_its_word_line_with_two_gates(loads, technology):
    """Between the gate oxide alone, and the same with overlaps of 0.3 fF/um on both sides, which 130 nm has about."""
    design = technology.design
    oxide = 3.9 * epsilon_0 / 11.6e-9 * design.access_width * design.access_length  # toxe of the card
    overlaps = 2 * 0.3e-9 * design.access_width
    assert 0.9 * 2 * oxide < loads.word_line < 2 * (oxide + overlaps)


def test_the_source_line_has_the_junctions_of_both_devices_of_a_cell(loads):
    # both ends of an access transistor are drawn alike, and behind a device that conducts the bit line sees one of them
    assert loads.source_line == pytest.approx(2 * loads.bit_line, rel=0.02)


@pytest.mark.parametrize(("corner", "celsius"), [("ss", -40), ("fs", 125)])
def test_a_level_shifter_reaches_both_levels_in_the_worst_corners(array, corner, celsius):
    builder = CircuitBuilder("shifter", "up and down", sky130(corner), celsius + 273.15)
    builder.hold("pp", "vpp", 5.0)
    # a slow process has a low supply too
    add_logic(builder, array, 0.9 * 1.8, "one", ((0.0, False), (20e-9, True), (40e-9, False)))
    add_level_shifter(builder, array, "one")
    times = {"low": 18e-9, "high": 38e-9, "again": 58e-9}
    found = builder.deck(
        tuple(At(name, "one_up", time) for name, time in times.items()), 1e-9, 60e-9
    ).measure()
    assert found["low"] == pytest.approx(0, abs=0.05)
    assert found["high"] == pytest.approx(5, abs=0.05)
    assert found["again"] == pytest.approx(0, abs=0.05)


def test_a_whole_array_is_written_and_read_back_and_counts_with_a_word(measured):
    for row, column in np.ndindex(2, 2):
        assert np.sign(measured[f"decision_{row}_{column}"]) == BITS[row, column]
        assert np.sign(measured[f"margin_{row}_{column}"]) == BITS[row, column]
        assert np.sign(measured[f"xnor_{row}_{column}"]) == BITS[row, column] * WORD[column]
        low, high = ("left", "right") if BITS[row, column] > 0 else ("right", "left")
        assert measured[f"{low}_{row}_{column}"] < 0.5 < 1.3 < measured[f"{high}_{row}_{column}"]
    assert measured["count_0"] == pytest.approx(2, abs=0.02)
    assert measured["count_1"] == pytest.approx(1, abs=0.02)


def test_writing_one_row_moves_no_other(measured):
    for row, column in np.ndindex(2, 2):
        for side in ("left", "right"):
            after, end = measured[f"{side}_written_{row}_{column}"], measured[f"{side}_{row}_{column}"]
            assert end == pytest.approx(after, abs=1e-4)


def test_a_cell_with_its_surroundings_as_loads_agrees_with_the_whole_array(
    technology, array, loads, pulses, measured
):
    lines = Lines(array, loads, 2, 2)
    write, read = write_deck(technology, lines, pulses).deck, column_read_deck(technology, lines).deck
    for row, column in ((0, 0), (1, 1)):
        sides = ("left", "right") if BITS[row, column] > 0 else ("right", "left")
        written = write.measure(placed(lines, row, column))
        gaps = dict(
            zip((f"{side}.gap" for side in sides), (written["low_gap"], written["high_gap"]), strict=True)
        )
        one = read.measure({**placed(lines, row, column), **with_input(technology.design, 1), **gaps})
        for side, state in zip(sides, ("low", "high"), strict=True):
            assert measured[f"{side}_{row}_{column}"] == pytest.approx(written[f"{state}_gap"], abs=2e-4)
        assert measured[f"margin_{row}_{column}"] == pytest.approx(one["margin"], rel=0.05)
        assert measured[f"delay_{row}_{column}"] == pytest.approx(one["delay"], rel=0.02)


@pytest.mark.slow
def test_devices_that_wait_may_sleep(technology, array, pulses, measured):
    exact = whole_array_deck(technology, array, pulses, BITS, WORD, (0, 1), exact=True).deck.measure()
    for name, value in exact.items():
        if name.startswith(("left_", "right_")):
            assert measured[name] == pytest.approx(value, abs=1e-4), name  # 0.04 % of a resistance
        elif name.startswith("margin_"):
            assert measured[name] == pytest.approx(value, rel=0.02), name


def test_sleeping_leaves_no_equation_as_it_was(technology, array, pulses):
    awake = whole_array_deck(technology, array, pulses, BITS[:1, :1], WORD[:1], exact=True).deck
    sources = ("bshape", "bkt", "bfield", "brate")
    before, after = (
        [line for line in deck.netlist.splitlines() if line.startswith(sources)]
        for deck in (awake, asleep(awake))
    )
    assert sum("abs(v(v))<1m ?" in line for line in after) == len(sources)
    assert len(before) == len(after)


def test_the_place_in_a_column_and_the_input_are_values_of_one_deck(technology, array, loads):
    """Further from its driver a cell sees more of the line: less current in a SET."""
    lines = Lines(array, replace(loads, word_line=0.0), 256, 256)
    deck = column_read_deck(technology, Lines(array, loads, 16, 16)).deck
    small = Lines(array, loads, 16, 16)
    rows = [
        deck.row({**placed(small, row, column), **with_input(technology.design, given)})
        for row, column, given in ((0, 0, 1), (0, 0, -1), (15, 15, 1))
    ]
    found, outcomes = evaluate(deck, np.array(rows))
    assert all(outcome.ok for outcome in outcomes)
    decision, margin = found[:, 0], found[:, 1]
    assert decision[0] > 1 > -1 > decision[1]
    assert margin[0] == pytest.approx(-margin[1], rel=0.01)  # the amplifier is symmetric
    assert 0 < margin[2] < margin[0]
    assert lines.section("bit_line", 255, 0).near_resistance == pytest.approx(
        255.5 * array.wire("bit_line").resistance
    )


def test_a_pulse_shorter_than_its_edges_is_refused(technology):
    with pytest.raises(InputError, match=r"`pulse_width` is 9e-09 s, expected at least 1e-08 s"):
        WriteTimes.of(technology.design, 9e-9)


def test_a_card_of_another_unit_or_size_is_refused(tmp_path):
    from spicekit.data import data_path

    text = data_path("device_models", "arrays", "2t2r_reram.toml").read_text(encoding="utf-8")
    for old, new, said in (
        ('0.047, unit = "Ohm"', '0.047, unit = "Ohm/sq"', "unit `Ohm/sq`, expected `Ohm`"),
        ("value = 1.5e-6", "value = 1.5", "expected 1e-08 to 0.001 m"),
        ("cell_height", "cell_heigth", "did you mean `cell_height`"),
    ):
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new))
        with pytest.raises(InputError, match=said):
            load_array(path)
