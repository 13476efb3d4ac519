"""Devices held out of a fit: which they are, and what is said of them, against closed forms."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.fit.beside import side_by_side
from spicekit.fit.facts import LAG, NONE, WITHIN
from spicekit.fit.fit import fit_devices
from spicekit.fit.hold_out import _in_a_row, compare, split
from spicekit.fit.measured import Setting, read_measured
from spicekit.fit.response import build_testbench, in_a_row, with_spreads
from tests.made_up_devices import normally_spread
from tests.test_fit_measured import OTHERWISE

FILE = Path("measured.csv")


def of_few(measured, technology, samples, **more):
    """Fit as the command does, with half of the devices simulated, once."""
    return fit_devices(measured, technology, samples // 2, rounds=0, **more)


@pytest.fixture(scope="module")
def technology(technology):
    """The base, which knows no forms: few resistances tell none."""
    return normally_spread(technology)


def normal(seed, count, low=8.5, high=10.5, sigma=0.5):
    rng = np.random.default_rng(seed)
    return {"lrs": rng.normal(low, sigma, (count, 1)), "hrs": rng.normal(high, sigma, (count, 1))}


def test_intervals_that_do_not_meet_are_named():
    rows = side_by_side(0, normal(0, 500), normal(1, 500, high=10.8), in_a_row=False)
    assert {row.what for row in rows if row.apart and row.state == "lrs"} == set()
    assert "median" in {row.what for row in rows if row.apart and row.state == "hrs"}


@pytest.fixture
def measured(tmp_path):
    rng = np.random.default_rng(7)
    rows = [
        f"d{d},{c},{state},{np.exp(rng.normal(ln, sigma)):.6g}\n"
        for d in range(24)
        for c in range(2)
        for state, ln, sigma in (("lrs", 8.6, 0.15), ("hrs", 11.0, 0.5))
    ]
    path = tmp_path / "measured.csv"
    path.write_text("device,cycle,state,resistance\n" + "".join(rows))
    return path


def test_whole_devices_are_held_out_by_seed(measured):
    data = read_measured(measured, {}, OTHERWISE)
    fitted, held = split(measured, data, 0.25, 0)
    assert (fitted.name, held.name) == ("measured.csv, 18 of 24 devices", "measured.csv, 6 of 24 devices")
    assert not set(fitted.table["device"]) & set(held.table["device"])
    assert len(fitted.table) + len(held.table) == len(data.table)
    assert split(measured, data, 0.25, 0)[1].table.equals(held.table)
    assert set(split(measured, data, 0.25, 1)[1].table["device"]) != set(held.table["device"])
    assert set(held.table["device"]) < set(split(measured, data, 0.5, 0)[1].table["device"])


def test_what_cannot_be_held_out(measured, tmp_path):
    data = read_measured(measured, {}, OTHERWISE)
    with pytest.raises(InputError, match=r"`--hold-out 0.1` holds out 2 of 24 devices, expected at least 5"):
        split(measured, data, 0.1, 0)
    few = tmp_path / "few.csv"
    few.write_text("device,state,resistance\n" + "".join(f"d{i},lrs,{5000 + i}\n" for i in range(15)))
    with pytest.raises(
        InputError, match=r"few.csv: [78] resistances of LRS at .* would be (fitted|held out)"
    ):
        split(few, read_measured(few, {}, OTHERWISE), 0.5, 0)
    alone = tmp_path / "alone.csv"
    alone.write_text("state,resistance\n" + "".join(f"lrs,{5000 + i}\n" for i in range(15)))
    with pytest.raises(InputError, match=r"alone.csv: has no column `device`, which `--hold-out` needs"):
        split(alone, read_measured(alone, {}, OTHERWISE), 0.5, 0)
    done = CliRunner().invoke(app, ["fit", str(alone), "-o", str(tmp_path / "c.toml"), "--hold-out", "1.5"])
    assert "`--hold-out` is 1.5, expected a share between 0 and 1 such as 0.5" in str(done.exception)


@pytest.mark.slow
def test_a_fit_says_how_its_card_predicts_other_devices(measured, tmp_path, monkeypatch):
    # rounds and many devices are the question of other tests
    monkeypatch.setattr("spicekit.fit.fit.fit_devices", of_few)
    monkeypatch.setattr(
        "spicekit.fit.hold_out._TIMES", 1
    )  # devices beside those held out, in units of the fit's
    card = tmp_path / "card.toml"
    words = [
        "fit",
        measured,
        "-o",
        card,
        "--hold-out",
        "0.5",
        "--samples",
        32,
        "--set-compliance",
        "200u",
        "--quiet",
    ]
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code == 0, done.output
    assert (
        "held out: measured.csv, 12 of 24 devices, 48 resistances\nbeside 32 devices of the card, 2 cycles each"
        in done.output
    )
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    for start in (
        "LRS median",
        "LRS sigma of ln R",
        "HRS 1 % too few values",
        "HRS 99 %",
        "error rate",
        "of a pair",
    ):
        assert any(line.startswith(start) for line in lines), start
    assert "measured.csv, 12 of 24 devices" in card.read_text()


def test_cycles_in_a_row_are_set_beside_cycles_in_a_row(technology, tmp_path):
    rng = np.random.default_rng(1)
    rows = [
        f"d{d},{3 * c},{state},{np.exp(rng.normal(ln, sigma)):.6g}\n"
        for d in range(20)
        for c in range(11)
        for state, ln, sigma in (("lrs", 8.6, 0.15), ("hrs", 11.0, 0.5))
    ]
    path = tmp_path / "measured.csv"
    path.write_text("device,cycle,state,resistance\n" + "".join(rows))
    data = read_measured(path, {}, OTHERWISE)
    found = compare(SimpleNamespace(rram=technology.rram), data, technology, samples=8, seed=0)
    assert (found.devices, found.cycles, found.lost) == (8, 11, 0)
    rows = {(row.state, row.what): row for row in found.rows}
    lag = rows["hrs", LAG]
    assert lag.measured.high < 0.2 < lag.simulated.low  # white beside a card that remembers
    assert rows["lrs", WITHIN].apart  # the bundled card's is four times smaller
    assert rows["", NONE].simulated is None  # the bundled card makes no error here
    irregular = replace(data, table=data.table[data.table["cycle"] != 9])
    assert _in_a_row(irregular) == (0.0, 0)
    assert _in_a_row(data) == (3.0, 11)


def test_a_device_without_spread_of_cycles_repeats_itself(technology):
    rram = technology.rram
    bench = build_testbench(technology, Setting(2e-4, 2.0, 1e-6, 0.2))
    still = with_spreads(rram, {(p, part): 0.0 for p in rram.laws for part in ("slow", "fresh")})
    found = in_a_row(bench, still, 0, 3, 3)
    for values in found.values():
        assert values == pytest.approx(np.repeat(values[:, :1], 3, axis=1), abs=2e-3)
        assert np.ptp(values[:, 0]) > 0.01
    assert np.ptp(in_a_row(bench, rram, 0, 3, 3)["hrs"], axis=1).min() > 0.005
