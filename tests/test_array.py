"""Dies of an array: drawn as lone cells are, said with intervals, shown as a map."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from spicekit.models.array import load_array
from spicekit.run.decks import write_decks
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics, numbers
from spicekit.studies.array.die import addresses, draw_die
from spicekit.studies.array.section import section
from spicekit.studies.array.simulate import simulate_die
from spicekit.studies.array.study import STUDY, analyze
from spicekit.studies.array.table import ArrayTable

from .small_studies import small_study, spec_text


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    return small_study("array", tmp_path_factory.mktemp("array"))[1]


@pytest.fixture(scope="module")
def circuits(planned):
    return planned.points[0].content


@pytest.fixture(scope="module")
def rows(planned):
    point = planned.points[0]
    return STUDY.simulate(point, 3, 0, 2).assign(**point.labels)


def test_cells_lie_evenly_over_a_die_and_all_are_taken_where_nothing_is_said():
    row, column = addresses(256, 256, 64)
    assert (row[-1], column[-1]) == (255, 255)  # the far corner
    assert len(set(zip(row, column, strict=True))) == 64
    for places in (row, column):
        counts = np.histogram(places, bins=4, range=(0, 256))[0]
        assert counts.min() >= 12  # of 16
    row, column = addresses(2, 3, 0)
    assert list(zip(row, column, strict=True)) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_a_bit_has_the_devices_of_a_trial_and_a_column_one_amplifier(circuits):
    """Bit n of all dies is drawn as trial n of the programming conditions."""
    from spicekit.sampling.normals import named_normals

    die = draw_die(circuits.chain, circuits.amplifier, 4, 4, 0, 7, 2)
    trial = named_normals(7, ["left.device.e_set"], 2 * 16 + 5, 2 * 16 + 6)[0, 0]
    assert die.z["left.device.e_set"][5] == trial
    latch = die.z["n_left.vth0"].reshape(4, 4)
    assert (latch == latch[0]).all()  # one amplifier for all rows of a column
    assert len(set(latch[0])) == 4
    assert set(die.stored) == {-1, 1}


def test_a_die_is_the_same_alone_and_beside_others(circuits, rows):
    alone = simulate_die(circuits, 3, 1)
    both = rows[rows["sample"] == 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, both[alone.columns], rtol=1e-9)


def test_lines_and_drivers_weaken_both_pulses_of_the_same_devices(rows):
    assert (rows["outcome"] != "discard").all()
    assert (rows["lrs"] > rows["alone_lrs"]).all()
    assert (rows["hrs"] < rows["alone_hrs"]).all()
    assert (rows["reset_path_voltage"] < 1.15).all()
    assert (rows["set_current"] < 200e-6).all()


def test_without_resistance_and_with_wide_drivers_a_cell_is_written_as_alone(circuits, technology):
    """The circuit around it is then that of the pulses alone: states agree within what time steps do."""
    from spicekit.circuits.array.column import write_deck
    from spicekit.studies.array.study import programming

    near = replace(circuits.lines.array, word_line_sheet_resistance=1e-4, bit_line_sheet_resistance=1e-4)
    lines = replace(circuits.lines, array=near)
    pulses = programming(technology, circuits.chain.condition)
    deck = write_deck(technology, lines, pulses).deck
    short = replace(deck, netlist=_shorted(deck.netlist))
    found = short.measure()
    for kind, device in (("set", "low"), ("reset", "high")):
        one = getattr(circuits.chain, f"{kind}_deck").deck.measure()
        assert found[f"{device}_gap"] == pytest.approx(one["gap"], abs=2e-3)


def _shorted(netlist: str) -> str:
    """Put a hundredth of an ohm beside each transistor that carries a programming current."""
    lines = netlist.splitlines()
    beside = []
    for line in lines:
        words = line.split()
        name = words[0].lower() if words else ""
        # `low` is pulled to its rail, `high` to ground, the source line to its rail, which is ground in SET
        if name in ("mbl_to_rail", "mblb_to_ground", "msl_to_rail", "mbl_write", "mblb_write", "msl_write"):
            beside.append(f"rshort_{name} {words[1]} {words[3]} 0.01")
    return "\n".join([*lines[:-1], *beside, lines[-1], ""])


def test_the_decks_of_all_points_of_a_grid_are_written(tmp_path):
    file = tmp_path / "grid.toml"
    grid = '[grid]\nof = ["array"]\n[grid.design]\nprecharge_time = [5e-9, 1e-8]\n'
    file.write_text(spec_text("array") + grid)
    paths = write_decks(make_plan(load_spec(file)), RunFolder(tmp_path / "run"))
    decks = [path.name for path in paths if path.suffix == ".cir"]
    assert decks == [
        f"array_{place}weak-4x4_{what}.cir"
        for place in ("", "precharge_time1e-08__")
        for what in ("write", "read")
    ]


TABLE = ArrayTable(
    samples=2,
    sizes=["2x2"],
    programmed=[
        {"name": "weak", "set_compliance": "200 uA", "reset_voltage": "1.4 V", "pulse_width": "100 ns"}
    ],
)
BY_HAND = pd.DataFrame(
    {
        "condition": "weak", "rows": 2.0, "columns": 2.0, "word_line_load": 16e-15, "bit_line_load": 3e-15,
        "source_line_load": 6e-15, "sample": np.repeat([0, 1], 4),
        "outcome": ["ok", "error", "ok", "error", "ok", "ok", "ok", "discard"],
        "word": [0, 0, 1, 1] * 2, "column": [0, 1, 0, 1] * 2, "stored": 1, "margin": [0.04, -0.01, 0.05, 0.0] * 2,
        "delay": [4e-10, 5e-10, 4e-10, np.inf] * 2, "lrs": [5e3, 5e3, 5e3, 9e3] * 2, "hrs": [8e3, 5e3, 2e4, 2e4] * 2,
        "set_current": 2e-4, "alone_outcome": ["ok", "ok", "ok", "error", "ok", "ok", "ok", "ok"],
        "alone_margin": 0.06, "alone_delay": 4e-10, "alone_lrs": 4.5e3, "alone_hrs": 2.5e4,
        **{f"energy_{name}": 1e-14 for name in ("precharge", "sense", "control", "word_line", "drivers")},
        **{f"energy_{name}": 1e-10 for name in ("set", "reset", "write_word_line", "write_drivers")},
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def said():
    return analyze(SimpleNamespace(table=TABLE, array=load_array()), BY_HAND, 0.95)["array"]


def test_what_is_said_of_rows_by_hand(said):
    (point,) = said.points
    assert (point.failed.samples, point.failed.errors, point.failed.discards) == (8, 2, 1)
    # Clopper and Pearson: at the upper end so few errors, with the discard as one, have half of the doubt
    assert binom.cdf(3, 8, point.failed.high) == pytest.approx(0.025)
    assert binom.sf(1, 8, point.failed.low) == pytest.approx(0.025)
    assert point.failed_alone.errors == 1
    assert (point.dies, point.bad_dies, point.most_in_column) == (2, 0.5, 2)
    # of the seven cells with a result: the threshold is sqrt(5k * 8k) = 6.3 kOhm; one LRS above it, two HRS below
    assert (point.unwritten.errors, point.unwritten.samples) == (3, 16)
    assert point.delay.mean == pytest.approx((4 + 5 + 4 + 4 + 5 + 4) / 6 * 1e-10)
    assert point.energy.read == pytest.approx(5e-14)
    assert point.energy.read_word == pytest.approx(1e-13)
    assert point.energy.write == pytest.approx(4e-10)


def test_it_is_shown_with_its_bad_bits_and_exported(said):
    shown = section(Statistics(conditions=(), array=said), BY_HAND)
    assert shown is not None
    assert "Weak, 2 × 2: 2 of 8 bits of 2 dies are wrong, of the same cells alone 1" in shown.sentences
    assert shown.points == ("weak, 2 × 2, die 0: wrong at (row, column) (0, 1) (1, 1)u; u: undecided",)
    (maps,) = (plot for plot, _ in shown.pictures)
    assert maps.alt == "Margins over a die, 2 wrong bits marked."
    assert "<svg" in maps.inline("a")
    keys = {number.key: number for number in numbers(said, "array")}
    assert keys["array.energy.read"].unit == "J"
    assert section(Statistics(conditions=()), None) is None


def test_nothing_but_discards_says_nothing():
    lost = BY_HAND.assign(outcome="discard")
    assert analyze(SimpleNamespace(table=TABLE, array=load_array()), lost, 0.95) == {}


def test_a_die_that_kills_its_simulator_counts_with_all_its_bits(planned):
    lost = STUDY.lost(planned.points[0], 3, "killed")
    assert lost[["sample", "outcome", "reason"]].drop_duplicates().values.tolist() == [
        [3, "discard", "killed"]
    ]
    assert sorted(zip(lost["word"], lost["column"], strict=True)) == [(0, 0), (3, 3)]  # two bits of each die
