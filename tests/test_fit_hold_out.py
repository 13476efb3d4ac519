"""Devices held out of a fit: which they are, and what is said of them, against closed forms."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.fit.beside import ERRORS, PAIRS, QUANTILES, SIGMA, Values, side_by_side
from spicekit.fit.hold_out import split
from spicekit.fit.measured import read_measured
from tests.test_fit_measured import OTHERWISE

FILE = Path("measured.csv")


def values(ln, device=None):
    ln = np.asarray(ln)
    order = np.argsort(ln)
    device = np.arange(len(ln)) if device is None else np.asarray(device)
    return Values(ln[order], device[order], np.zeros(device.max() + 1, int))


def normal(seed, count, low=8.5, high=10.5, sigma=0.5):
    rng = np.random.default_rng(seed)
    return {"lrs": values(rng.normal(low, sigma, count)), "hrs": values(rng.normal(high, sigma, count))}


def test_quantiles_spread_and_errors_of_normal_laws():
    truth = {
        ("lrs", SIGMA): 0.5,
        ("hrs", SIGMA): 0.5,
        ("", ERRORS): norm.cdf(-2),
    }  # the best threshold is halfway
    truth["", PAIRS] = norm.cdf(-2 / np.hypot(0.5, 0.5))
    truth |= {
        (s, name): np.exp(m + 0.5 * norm.ppf(q))
        for s, m in (("lrs", 8.5), ("hrs", 10.5))
        for name, q in QUANTILES.items()
    }
    outside = 0
    for seed in range(6):
        rows = side_by_side(0, normal(seed, 4000), normal(seed + 50, 4000))
        assert {(row.state, row.what) for row in rows} == truth.keys()
        for row in rows:
            for found in (row.measured, row.simulated):
                outside += not found.low <= truth[row.state, row.what] <= found.high
            assert not row.apart or row.what in ("0.1 %", "99.9 %")  # four values beyond: intervals are rough
    assert outside <= 22  # 168 intervals of 95 %: 8 expected, and more where four values lie beyond


def test_cycles_of_a_device_are_no_new_devices():
    rng = np.random.default_rng(3)
    once = rng.normal(9, 0.3, 60)
    alone = side_by_side(0, {"lrs": values(once)}, normal(1, 100))
    many = side_by_side(0, {"lrs": values(np.repeat(once, 20), np.repeat(np.arange(60), 20))}, normal(1, 100))
    for one, other in zip(alone, many, strict=True):
        if one.what in ("median", SIGMA):
            assert (one.measured.low, one.measured.high) == pytest.approx(
                (other.measured.low, other.measured.high)
            )
    assert [row.what for row in alone if row.measured is None] == [
        "0.1 %",
        "1 %",
        "99 %",
        "99.9 %",
    ]  # of 60 values


def test_no_error_is_a_bound_and_lost_devices_are_errors():
    apart = normal(0, 100, 8.5, 20)
    rate, of_pairs = (row.measured for row in side_by_side(0, apart, apart)[-2:])
    assert rate.low == rate.value == of_pairs.value == 0
    assert rate.high == pytest.approx(1 - 0.025**0.01)  # Clopper and Pearson, none of 100 devices
    assert of_pairs.high == pytest.approx(1 - 0.025**0.02)  # none of 50 pairs
    lost = {s: Values(v.ln, v.device, 25 * np.eye(1, 100, dtype=int)[0]) for s, v in apart.items()}
    rate, of_pairs = (row.simulated for row in side_by_side(0, apart, lost)[-2:])
    assert rate.value == pytest.approx(0.2)  # 25 of 125
    fails = 2 * 25 * 99  # device 0 lost, with the 99 others, either way
    assert of_pairs.value == pytest.approx(fails / (125 * 125 - 26**2 - 99))


def test_pairs_are_of_two_devices():
    rng = np.random.default_rng(5)
    low, high = rng.normal(9, 1, (6, 4)), rng.normal(10, 1, (6, 4))
    device = np.repeat(np.arange(6), 4)
    rows = side_by_side(0, *2 * [{"lrs": values(low.ravel(), device), "hrs": values(high.ravel(), device)}])
    fails = [(low[i][:, None] > high[j]).mean() for i in range(6) for j in range(6) if i != j]
    assert rows[-1].what == PAIRS
    assert rows[-1].measured.value == pytest.approx(np.mean(fails))


def test_intervals_that_do_not_meet_are_named():
    rows = side_by_side(0, normal(0, 500), normal(1, 500, high=10.8))
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
