"""The barrier of retention from bakes: made-up cells of known barriers, and measured ones where they are."""

import numpy as np
import pytest
from scipy.constants import Boltzmann, elementary_charge, zero_Celsius

from spicekit.errors import InputError
from spicekit.fit.bake import fit_bake, read_bakes

from .measured import measured_file

EV_PER_K = Boltzmann / elementary_charge
HEAD = "device,time,temperature_C,resistance\n"


def written(path, seed, share=0.6, sigma=0.07, barrier=1.85, temperatures=(220, 260), count=400):
    """Bakes of 5000 s by the law of the module, attempts 1e13/s, drift towards 2 MOhm."""
    rng = np.random.default_rng(seed)
    own = rng.standard_normal(count)
    rows = []
    for celsius in temperatures:
        e = barrier + sigma * (np.sqrt(share) * own + np.sqrt(1 - share) * rng.standard_normal(count))
        before = np.log(5e3) + 1.5 * rng.random(count)
        rate = 1e13 * np.exp(-e / (EV_PER_K * (celsius + zero_Celsius)))
        width = 0.05 * np.exp(0.8 * (before - np.log(1e4)))
        after = before + (np.log(2e6) - before) * -np.expm1(-5000 * rate) + width * rng.standard_t(4, count)
        for k in range(count):
            rows += [
                f"c{k},0,{celsius},{np.exp(before[k]):.6g}",
                f"c{k},5000,{celsius},{np.exp(after[k]):.6g}",
            ]
    path.write_text(HEAD + "\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize(("seeds", "least"), [(1, 4), pytest.param(4, 20, marks=pytest.mark.slow)])
def test_the_barriers_that_were_made_up_lie_in_their_intervals(tmp_path, seeds, least):
    inside = []
    for seed in range(seeds):
        found = fit_bake(written(tmp_path / "bake.csv", seed))
        inside += [
            found.e_rest.low < 1.85 < found.e_rest.high,
            found.sigma.low < 0.07 < found.sigma.high,
            found.device_share.low < 0.6 < found.device_share.high,
            found.r_rest.low < 2e6 < found.r_rest.high,
            *(one.power.low < 0.8 < one.power.high for one in found.relaxation),
        ]
        assert found.e_rest.value == pytest.approx(1.85, abs=0.03)
        assert found.sigma.value == pytest.approx(0.07, rel=0.2)
        assert found.cells == 400
        assert found.relaxation[0].power.value == pytest.approx(0.8, abs=0.25)
    assert (
        sum(inside) >= least
    )  # of six intervals of 95 % each time; fewer of 6 once in 450, of 24 once in 170


def test_barriers_drawn_anew_have_nothing_in_common(tmp_path):
    found = fit_bake(written(tmp_path / "bake.csv", 1, share=0.0))
    assert found.device_share.low < 0.05
    assert found.device_share.high < 0.35


def test_one_temperature_tells_no_share(tmp_path):
    path = written(tmp_path / "bake.csv", 2, temperatures=(100, 260))
    assert [b.temperature for b in read_bakes(path)] == pytest.approx([373.15, 533.15])
    found = fit_bake(path, above=200)
    assert found.device_share is None
    assert found.sigma.value == pytest.approx(0.07, rel=0.3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column `device` is missing"),
        (HEAD + "a,0,100\n", "line 2: expected a label, s, °C and Ohm"),
        (HEAD + "a,0,100,-5\n", "line 2: .*resistance above 0"),
        (HEAD + "a,0,100,5e3\na,10,100,6e3\n", "no bake of 30 cells at 0 °C or above"),
    ],
)
def test_a_bad_file_gets_one_clear_line(tmp_path, text, said):
    path = tmp_path / "bake.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said) as error:
        fit_bake(path)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_measured_cells_give_the_figures_of_the_documentation():
    found = fit_bake(measured_file("techA_bake.csv.gz"), above=200)
    assert found.cells == 4096
    assert found.e_rest.value == pytest.approx(1.866, abs=0.002)
    assert found.sigma.value == pytest.approx(0.076, abs=0.001)
    assert found.device_share.value == pytest.approx(0.59, abs=0.01)
