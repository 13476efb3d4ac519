"""The non-linearity of conduction from read curves: made-up cells of known laws, and measured ones where they are."""

import gzip

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.fit.iv import fit_iv

from .measured import measured_file

VOLTAGES = np.linspace(0, 0.35, 36)
NOISE = 2e-7  # A, as the instrument of the measured cells has


def written(path, currents, voltages=VOLTAGES):
    rows = [
        f"{cell},{v:.6g},{i:.9e}"
        for cell, row in enumerate(currents)
        for v, i in zip(voltages, row, strict=False)
    ]
    path.write_text("device,voltage,current\n" + "\n".join(rows) + "\n")
    return path


def cells(seed, v0=0.27, r_ohmic=15e3, count=300):
    """Currents of cells over a decade of resistance, with noise and an offset."""
    rng = np.random.default_rng(seed)
    resistance = 8e3 * np.exp(2.3 * rng.random((count, 1)))
    v = v0 * (1 + (r_ohmic / resistance) ** 2)
    clean = v / resistance * np.sinh(VOLTAGES / v)
    return clean + NOISE * rng.standard_normal(clean.shape) + NOISE * rng.standard_normal((count, 1))


@pytest.mark.parametrize(("seeds", "least"), [(6, 10), pytest.param(12, 20, marks=pytest.mark.slow)])
def test_the_law_that_was_made_up_lies_in_its_intervals(tmp_path, seeds, least):
    inside = []
    for seed in range(seeds):
        found = fit_iv(written(tmp_path / "iv.csv", cells(seed)))
        assert found.cells == 300
        assert found.v0.value == pytest.approx(0.27, rel=0.1)
        assert found.r_ohmic.value == pytest.approx(15e3, rel=0.1)
        inside += [found.v0.low < 0.27 < found.v0.high, found.r_ohmic.low < 15e3 < found.r_ohmic.high]
    assert (
        sum(inside) >= least
    )  # of two intervals of 95 % each time; fewer of 12 once in 50, of 24 once in 170
    assert found.v0.high / found.v0.low < 1.2
    assert found.g_ohmic(0.25, 1e-3) == pytest.approx(
        0.25 * np.log(found.r_ohmic.value / found.v0.value * 1e-3)
    )


def test_one_voltage_for_all_is_not_taken_for_a_law(tmp_path):
    found = fit_iv(written(tmp_path / "iv.csv", cells(1, v0=0.4, r_ohmic=0.0)))
    assert found.r_ohmic.low == 0
    assert found.v0.low < 0.4 < found.v0.high


def test_outliers_and_dead_cells_move_little(tmp_path):
    currents = cells(2)
    rng = np.random.default_rng(3)
    hit = rng.random(currents.shape) < 0.01
    dead = -1e-5 * VOLTAGES + NOISE * rng.standard_normal((3, len(VOLTAGES)))
    clean = fit_iv(written(tmp_path / "iv.csv", currents))
    found = fit_iv(written(tmp_path / "iv.csv", np.vstack([np.where(hit, 1e-5, currents), dead])))
    assert found.left_out == 3
    assert found.cells == 300
    assert found.v0.value == pytest.approx(clean.v0.value, rel=0.05)
    assert found.r_ohmic.value == pytest.approx(clean.r_ohmic.value, rel=0.05)


def test_a_series_resistance_is_taken_off(tmp_path):
    currents = cells(4) - NOISE * np.random.default_rng(4).standard_normal((300, 1))
    path = tmp_path / "iv.csv"
    rows = [
        f"{cell},{v + 2e3 * i:.9g},{i:.9e}"
        for cell, row in enumerate(currents)
        for v, i in zip(VOLTAGES, row, strict=True)
    ]
    path.write_text("device,voltage,current\n" + "\n".join(rows))
    found = fit_iv(path, series=2e3)
    assert found.v0.value == pytest.approx(0.27, rel=0.1)
    assert found.r_ohmic.value == pytest.approx(15e3, rel=0.1)


def test_groups_follow_the_law_and_cells_may_have_fewer_points(tmp_path):
    currents = [row[: 36 if n % 2 else 30] for n, row in enumerate(cells(5))]
    path = tmp_path / "iv.csv.gz"
    path.write_bytes(gzip.compress(written(tmp_path / "iv.csv", currents).read_bytes()))
    found = fit_iv(path)
    low, high = found.groups[1], found.groups[-1]
    assert low.voltage == pytest.approx(0.27 * (1 + (15e3 / low.resistance) ** 2), rel=0.15)
    assert high.voltage == pytest.approx(high.law, rel=0.1)
    assert found.highest == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column `device` is missing"),
        ("device,voltage\na,1\n", "column `current` is missing"),
        ("device,voltage,current\na,1\n", "line 2: expected a label, volts and amperes"),
        ("device,voltage,current\na,1,x\n", "line 2: .*`x` is not a number"),
        ("device,voltage,current\n", "0 cells that conduct"),
        ("device,voltage,current\na,0.1,1e-6\n", "0 cells that conduct"),
    ],
)
def test_a_bad_file_gets_one_clear_line(tmp_path, text, said):
    path = tmp_path / "iv.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as error:
        fit_iv(path)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_measured_cells_give_the_figures_of_the_documentation():
    found = fit_iv(measured_file("tsmc40_read_iv.csv.gz"))
    assert found.cells == 1024
    assert found.v0.value == pytest.approx(0.268, abs=0.002)
    assert found.r_ohmic.value == pytest.approx(15.4e3, rel=0.01)
    for group in found.groups[1:]:
        assert group.law == pytest.approx(group.voltage, rel=0.12)
