"""Devices held out of a fit: which they are, and what is said of them, against closed forms."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.fit.beside import side_by_side
from spicekit.fit.hold_out import split
from spicekit.fit.measured import read_measured
from tests.test_fit_measured import OTHERWISE

FILE = Path("measured.csv")


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


def test_a_fit_says_how_its_card_predicts_other_devices(measured, tmp_path):
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
        "held out: measured.csv, 12 of 24 devices, 48 resistances; beside 128 devices of the card"
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
