"""Devices as a card draws them: parts, forms, marginals and correlations, against NumPy and SciPy."""

import dataclasses
import re
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import kstest, norm

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.population import Correlation, Drawn, Marginal, Population, Shape, uneven_size
from spicekit.models.rram import load_rram

Z = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
CARD = re.sub(  # correlations are those of each test
    r"(?s)\[\[correlation\]\].*?\n\n",
    "",
    (data_path("device_models", "rram") / "hfo2_130nm.toml").read_text(),
)
E_SET = next(line for line in CARD.splitlines() if line.startswith("e_set = {device"))


def population(**drawn: Drawn) -> Population:
    return Population(drawn, 40.0, {"lrs": 0.4, "hrs": 1.0, "pristine": 4.0}, (0.0, 4.2))


@pytest.mark.parametrize(("skew", "tail"), [(0.0, 1.0), (0.3, 0.7), (-1.0, 0.6), (2.0, 0.8), (0.0, 1.5)])
def test_a_shape_rises_and_keeps_mean_and_variance(skew, tail):
    x = Shape(skew, tail)(Z)
    assert (np.diff(x) > 0).all()
    assert x.mean() == pytest.approx(0, abs=2e-3)
    assert x.std() == pytest.approx(1, rel=5e-3)
    assert np.sign(np.mean(x**3)) == np.sign(skew) or abs(np.mean(x**3)) < 1e-6
    if (skew, tail) == (0.0, 1.0):
        assert x == pytest.approx(Z)


def test_a_marginal_meets_its_points_and_rises_without_end():
    marginal = Marginal((-2.0, -1.0, 0.0, 1.5, 3.0), (-1.5, -0.9, 0.0, 2.0, 7.0))
    assert marginal(np.array(marginal.coordinate)) == pytest.approx(marginal.value)
    y = marginal(np.linspace(-8, 8, 1001))
    assert (np.diff(y) > 0).all()
    # straight beyond the last points, with the slope between the last two
    assert marginal(np.array([5.0])) == pytest.approx(7.0 + 2.0 * 5.0 / 1.5)
    assert marginal(np.array([-4.0])) == pytest.approx(-1.5 - 2.0 * 0.6)


def test_parts_add_up_to_the_latent_coordinate():
    rng = np.random.default_rng(1)
    drawn = Drawn(2.0, device=0.3, slow=0.4, fresh=1.2, shape=Shape(0.5, 0.7), uneven=0.3)
    z = rng.standard_normal((4, 100_000))
    value = drawn(*z)
    assert value.mean() == pytest.approx(2.0, abs=0.02)
    assert value.std() == pytest.approx(drawn.sigma, rel=0.02)
    assert drawn.sigma == pytest.approx(1.3)
    assert (uneven_size(0.3, z[0]) ** 2).mean() == pytest.approx(1, rel=0.02)
    formed = dataclasses.replace(drawn, marginal=Marginal((-3, 0, 3), (-6, 0, 1)))
    expected = 2.0 + 1.3 * formed.marginal((value - 2.0) / 1.3)
    assert formed(*z) == pytest.approx(expected)
    assert formed.at(np.array([-3.0])) == pytest.approx([2.0 - 1.3 * 6])


def test_devices_are_correlated_as_the_card_says_and_each_stays_normal():
    own = population(a=Drawn(0.0, device=1.0), b=Drawn(0.0, device=2.0), c=Drawn(0.0, fresh=1.0))
    own = dataclasses.replace(own, correlations=(Correlation("a", "b", -0.6),))
    rng = np.random.default_rng(2)
    values = own.values(rng.standard_normal((50_000, own.size)), rng.standard_normal((50_000, own.size)))
    assert np.corrcoef(values["a"], values["b"])[0, 1] == pytest.approx(-0.6, abs=0.01)
    for name, sigma in (("a", 1.0), ("b", 2.0), ("c", 1.0)):
        assert kstest(values[name] / sigma, "norm").pvalue > 1e-3
    assert own.effective == {"device.a", "device.b", "fresh.c"}


def test_a_device_is_the_same_to_the_last_bit_whoever_is_drawn_beside_it():
    """A matrix product of BLAS is not: ngspice then made 1e-12 of its last bit."""
    population = load_rram().population()
    rng = np.random.default_rng(3)
    device, cycle = rng.standard_normal((2, 64, population.size))
    all_of_them = population.values(device, cycle)
    for start, stop in ((0, 1), (5, 7), (17, 30), (63, 64)):
        for name, values in population.values(device[start:stop], cycle[start:stop]).items():
            assert values.tobytes() == all_of_them[name][start:stop].tobytes(), name


def test_only_coordinates_that_do_something_are_counted():
    drawn = Drawn(1.0, device=0.1, slow=0.0, fresh=0.2, uneven=0.1)
    assert population(a=drawn, b=Drawn(1.0)).effective == {"device.a", "fresh.a", "uneven.a"}


def card_of(tmp_path, entry, more=""):
    path = tmp_path / "own.toml"
    path.write_text(CARD.replace(E_SET, entry) + more)
    return path


def entry(**changes):
    keys = {"device": "0.01", "kind": '"absolute"', "status": '"assumed"', "source": '"a test"', **changes}
    return "e_set = {" + ", ".join(f"{k} = {v}" for k, v in keys.items()) + "}"


def test_a_card_with_every_form_is_drawn_as_it_says(tmp_path):
    forms = {"slow": "0.02", "fresh": "0.03", "uneven": "0.2", "shape": "{skew = 0.3, tail = 0.8}",
             "marginal": "{coordinate = [-2, 0, 2], value = [-1, 0, 5]}"}  # fmt: skip
    more = (
        '\n[[correlation]]\nof = ["e_set", "e_reset"]\nvalue = 0.5\nstatus = "assumed"\nsource = "a test"\n'
    )
    drawn = load_rram(card_of(tmp_path, entry(**forms), more)).population()
    own = drawn.parameters["e_set"]
    assert (own.device, own.slow, own.fresh, own.uneven) == (0.01, 0.02, 0.03, 0.2)
    assert own.shape == Shape(0.3, 0.8)
    assert own.marginal == Marginal((-2, 0, 2), (-1, 0, 5))
    assert drawn.correlations == (Correlation("e_set", "e_reset", 0.5),)
    worn = load_rram(tmp_path / "own.toml").population(1.0)
    assert worn.parameters["e_set"].slow == pytest.approx(0.02 * 1.5)  # spread_growth
    assert worn.parameters["e_reset"].nominal > drawn.parameters["e_reset"].nominal


def triple(*of):
    return "".join(
        f'\n[[correlation]]\nof = ["{a}", "{b}"]\nvalue = {v}\nstatus = "assumed"\nsource = "a test"\n'
        for a, b, v in of
    )


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (entry(cycle="0.012"), "", r"`spread.e_set`: .*`cycle` has two parts now: write `slow`"),
        (entry(slow="-0.1"), "", r"`spread.e_set.slow`"),
        (entry(marginal="{coordinate = [-2, 0, 2], value = [-1, 0, 0]}"), "", r"numbers of `value` must rise"),
        (entry(marginal="{coordinate = [-2, 0, 2], value = [-1, 0]}"), "", "marginal"),
        (entry(shape="{skew = 0.3, tail = 0}"), "", r"`spread.e_set.shape.tail`"),
        (entry(), triple(("e_set", "e_rset", 0.5)), r"`correlation.0.of`: got `e_rset`.*did you mean"),
        (entry(), triple(*[(a, b, -0.9) for a, b in pairwise(["e_set", "e_reset", "i0", "e_set"])]),
         "no devices can have these correlations together"),
    ],
)  # fmt: skip
def test_a_spread_that_cannot_be_is_refused_in_one_line(tmp_path, text, more, said):
    with pytest.raises(InputError, match=said) as error:
        load_rram(card_of(tmp_path, text, more))
    assert "own.toml" in str(error.value)
    assert "\n" not in str(error.value)
