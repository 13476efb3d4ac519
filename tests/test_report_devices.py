"""Memory devices as an axis of a grid: one run, and a page that sets them side by side."""

import numpy as np
import pytest

from spicekit.report.build import collect
from spicekit.report.devices import devices_section
from spicekit.report.grid import grid_section
from spicekit.report.grid_loops import loops_section

from .test_run import run_to_end

SPEC = """
schema = "spicekit.sweep/1"
name = "two"
seed = 3
[technology]
rram = "vteam"
[monte_carlo]
samples = 3
[grid]
rram = ["vteam", "stt_mtj"]
[[conditions]]
name = "typical"
set_compliance = "150 uA"
reset_voltage = "1.5 V"
pulse_width = "100 ns"
[studies.iv_loops]
samples = 2
compliances = ["150 uA"]
set_voltage = "1.5 V"
reset_voltage = "1.5 V"
forming_voltage = "1.5 V"
forming_compliance = "150 uA"
ramp = "2 us"
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("devices")
    (path / "two.toml").write_text(SPEC)
    return run_to_end(path / "two.toml", path / "run")


def test_each_device_has_states_of_its_own(finished):
    found = finished.statistics()
    assert [(point.name, point.memory) for point in found.grid] == [
        ("vteam", "vteam"),
        ("stt_mtj", "stt_mtj"),
    ]
    vteam, junction = (point.conditions[0] for point in found.grid)
    assert vteam == found.conditions[0]
    assert junction.lrs.median == pytest.approx(4e3, rel=0.2)  # r_p of the card, 6 % of spread
    assert junction.hrs.median / junction.lrs.median == pytest.approx(2.05, rel=0.15)  # tmr 1.2 less the bias
    assert vteam.hrs.median > 50e3


def test_the_page_sets_them_side_by_side(finished):
    section = devices_section(finished.statistics(), finished)
    assert section is not None
    assert section.grid is not None
    assert [row[0] for row in section.grid.rows] == ["vteam", "stt_mtj"]
    assert all(len(row) == len(section.grid.head) for row in section.grid.rows)
    assert "widest with vteam" in section.summary
    rows = finished.samples()
    lowest = rows.loc[rows["grid"] == "stt_mtj", "margin"].min()
    assert f"({lowest * 1e3:.3g} mV)" in section.grid.rows[1][6].replace("µV", "mV")
    assert grid_section(finished.statistics()) is None  # nothing but the device changes
    titles = [one.title for one in collect(finished).sections]
    assert section.title in titles


def test_loops_stand_beside_each_other(finished):
    section = loops_section(finished.statistics(), finished)
    assert section is not None
    assert section.grid is not None
    assert [row[0] for row in section.grid.rows] == ["vteam", "stt_mtj"]
    assert "stt_mtj: SET at" in section.pictures[0][0].alt
    rows = finished.study("iv_loops")
    nominal = rows[(rows["sample"] == 0) & (rows["half"] == "set")].drop_duplicates("grid").set_index("grid")
    # the junction flips where its current reaches some 0.82 of 80 uA: at 7.5 kOhm and an access transistor, near 0.6 V
    assert 0.5 < nominal.loc["stt_mtj", "switch_voltage"] < 0.8
    assert 0.6 < nominal.loc["", "switch_voltage"] < 1.2  # v_on of vteam is 0.6 V
    assert np.isfinite(nominal["switch_current"]).all()
