"""Voltages of lines instead of compliances, and resistances that hold the access transistor."""

from dataclasses import replace

import numpy as np
import pytest

from spicekit.circuits.compliance import compliance_current, compliance_word_line
from spicekit.errors import InputError
from spicekit.fit.fit import fit_devices
from spicekit.fit.measured import Setting, read_measured
from spicekit.fit.response import build_testbench, check_word_line, drawn, drawn_size, nominal, with_values

from .test_fit_measured import OTHERWISE

STATED = Setting(2e-4, 2.3, 1e-7, 0.2)


def resistances(technology, setting):
    found = nominal(build_testbench(technology, setting), technology.rram)
    return {state: float(np.exp(ln)) for state, ln in found.items()}


def test_a_word_line_is_the_compliance_that_it_makes(technology):
    word_line = compliance_word_line(technology, 2e-4)
    assert compliance_current(technology, word_line) == pytest.approx(2e-4, rel=1e-3)
    gated = replace(STATED, set_compliance=None, set_word_line=word_line)
    bench = build_testbench(technology, gated)
    assert bench.setting.set_compliance == pytest.approx(2e-4, rel=1e-3)
    as_stated = resistances(technology, STATED)
    assert resistances(technology, gated) == pytest.approx(as_stated, rel=1e-3)
    lossy = replace(gated, set_word_line=word_line + 1.5, set_word_line_loss=1.5)
    assert resistances(technology, lossy) == pytest.approx(as_stated, rel=1e-3)


def test_lines_that_are_stated_take_the_place_of_the_designs(technology):
    design = technology.design
    stated = replace(
        STATED,
        set_voltage=design.set_voltage,
        reset_word_line=design.reset_word_line,
        read_word_line=design.read_word_line,
    )
    assert resistances(technology, stated) == resistances(technology, STATED)
    weak = resistances(technology, replace(STATED, reset_word_line=2.0))
    assert weak["hrs"] < 0.8 * resistances(technology, STATED)["hrs"]  # less is left for the cell


def test_the_access_transistor_is_in_series(technology):
    alone = resistances(technology, STATED)
    for word_line in (2.0, 3.3):
        both = resistances(technology, replace(STATED, with_access=True, read_word_line=word_line))
        access = both["lrs"] - alone["lrs"]
        assert 200 < access < 1500  # Ohm, 5 um wide and well on
        assert both["hrs"] - alone["hrs"] == pytest.approx(
            access, rel=0.5
        )  # its voltage is another one there
    assert both["lrs"] < resistances(technology, replace(STATED, with_access=True, read_word_line=2.0))["lrs"]


def test_a_resistance_of_the_line_is_in_series_and_takes_its_share(technology):
    alone = resistances(technology, STATED)
    lined = resistances(technology, replace(STATED, line_resistance=1000.0))
    assert lined["hrs"] < alone["hrs"]  # less is left for RESET, and the line is not read along
    path = resistances(technology, replace(STATED, line_resistance=1000.0, with_access=True))
    access = resistances(technology, replace(STATED, with_access=True))["lrs"] - alone["lrs"]
    assert path["lrs"] - lined["lrs"] == pytest.approx(1000 + access, rel=0.02)


def test_what_the_transistor_cannot_do(technology):
    with pytest.raises(
        InputError, match=r"`reset_word_line` is 6 V, expected at most 5 V, the supply of the"
    ):
        build_testbench(technology, replace(STATED, reset_word_line=6.0))
    with pytest.raises(InputError, match=r"`set_voltage` is 5.5 V, expected at most 5 V"):
        build_testbench(technology, replace(STATED, set_voltage=5.5))
    gated = replace(STATED, set_compliance=None, set_word_line=1.0)
    with pytest.raises(
        InputError, match=r"`set_word_line_loss` is 1.5 V, expected less than `set_word_line`"
    ):
        build_testbench(technology, replace(gated, set_word_line_loss=1.5))
    for word_line in (0.6, 1.3):  # a transistor that is off is no matter of a gap closed
        check_word_line(build_testbench(technology, replace(gated, set_word_line=word_line)), technology.rram)
    with pytest.raises(InputError, match=r"3 V, at which .* gives 1\.\d+ mA: SET closes the gap .* wholly"):
        check_word_line(build_testbench(technology, replace(gated, set_word_line=3.0)), technology.rram)


def test_made_up_barriers_come_back_from_resistances_with_the_transistor(technology, tmp_path):
    base = technology.rram
    truth = {"e_set": 1.03 * base.value("e_set"), "e_reset": 1.3 * base.value("e_reset")}
    setting = Setting(None, 2.3, 1e-7, 0.2, 1.5, 1.25, 4.0, 2.0, with_access=True)
    bench = build_testbench(technology, setting)
    normals = np.random.default_rng(3).standard_normal((16, drawn_size(bench)))
    ln = drawn(bench, with_values(base, truth), normals)
    rows = [
        f"{state},{np.exp(ln[state][d, c]):.6g},d{d}\n" for d in range(16) for c in range(2) for state in ln
    ]
    path = tmp_path / "path.csv"
    path.write_text("state,resistance,device\n" + "".join(rows))
    given = {
        "reset_voltage": 2.3,
        "pulse_width": 1e-7,
        "set_word_line": 1.25,
        "reset_word_line": 4.0,
        "read_word_line": 2.0,
    }
    data = read_measured(path, given | {"set_voltage": 1.5}, OTHERWISE, with_access=True)
    assert data.settings == (setting,)
    fit = fit_devices(data, technology, samples=16, rounds=1)
    for estimate in fit.estimates:
        if estimate.key[0] == "parameters":
            interval = estimate.interval
            assert interval.low <= truth[estimate.key[1]] <= interval.high
            assert interval.high - interval.low < 0.3 * interval.value
    assert fit.settings[0].set_compliance == pytest.approx(bench.setting.set_compliance)
    assert any("the access transistor is that of the design, 5 µm wide" in note for note in fit.notes)


def test_compliance_and_word_line_are_not_both_stated(tmp_path):
    path = tmp_path / "measured.csv"
    path.write_text(
        "state,resistance,set_word_line_mV\n"
        + "".join(f"lrs,{5000 + i},{1200 + i % 2 * 50}\n" for i in range(20))
    )
    data = read_measured(path, {}, OTHERWISE)
    assert [(s.set_word_line, s.set_compliance) for s in data.settings] == [(1.2, None), (1.25, None)]
    with pytest.raises(
        InputError, match=r"both `set_compliance` and `set_word_line` are stated; expected one"
    ):
        read_measured(path, {"set_compliance": 1e-4}, OTHERWISE)
