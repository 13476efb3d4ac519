"""Random bits of a junction: cells in ngspice, bits as Markov chains in closed form, whitening, the command."""

import json
from itertools import product

import numpy as np
import pytest
from scipy.linalg import expm

import spicekit as sk
from spicekit.circuits.cell import Technology
from spicekit.entropy.bits.chain import bits as bits_of
from spicekit.entropy.bits.whiten import von_neumann, xor
from spicekit.entropy.trng import junction
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.models.superparamagnetic import load_superparamagnetic
from spicekit.studies.trng.cells import decision_of, draw
from spicekit.studies.trng.result import Trng, chances
from spicekit.studies.trng.study import points, simulate

from .commands import command
from .trng_statistics import READ, moments, trng_block, write_trng


@pytest.fixture(scope="module")
def point():
    model = load_superparamagnetic()
    technology = Technology(sky130("tt"), load_rram(), load_design(), superparamagnetic=model)
    return points(technology, None)[0]


def test_a_cell_tells_the_states_apart_and_a_late_flip_changes_nothing(point):
    cell, model = draw(point.content, 7, 0, 1), point.content.model
    low, high = (cell.turning(state)[0] for state in (0, 1))
    # the resistor lies between both resistances of the junction at a few tenths of a volt
    assert model.resistances(0.0)[0] * 0.9 < np.exp(low) < np.exp(high) < model.resistances(0.0)[1]
    middle = (low + high) / 2
    for state in (0, 1):
        decision = decision_of(cell.wave(0, state, middle))
        assert decision == pytest.approx((1.4, -1.4)[state], abs=0.01)
        for delay, changed in ((10e-12, True), (400e-12, False)):
            waves = cell.wave(0, state, middle, ([5e-9 + delay], [0.0]))
            assert int(waves["xj.state"][-1] > 0.5) == 1 - state
            assert (np.sign(decision_of(waves)) != np.sign(decision)) == changed


def test_rates_are_those_of_the_card_and_samples_do_not_depend_on_who_else_is_simulated(point):
    both, second = simulate(point, 7, 0, 2), simulate(point, 7, 1, 2)
    assert both.iloc[1].to_dict() == second.iloc[0].to_dict()
    row, model = both.iloc[0], point.content.model
    away, back = (float(rate) for rate in model.rates(np.array(0.0), 300.15))
    assert (row["rest_p"], row["rest_ap"]) == pytest.approx((away, back))
    # once the bit lines are discharged there is no voltage on the junction: it flips as at rest, before more seldom
    assert 0.85 * away * (5e-9 - row["delay_p"]) < row["after_p"] < away * 5e-9
    # until then the current favours the parallel state, at most at the attempt rate
    assert back * row["decided_ap"] < row["deciding_ap"] < row["decided_ap"] / model.value("attempt_time")
    assert 0 < row["decided_ap"] < row["delay_ap"]


def test_chances_are_those_of_the_rate_matrix():
    for away, back in product((0.0, 0.3, 4.0), (0.2, 1.0)):
        matrix = expm(np.array([[-away, away], [back, -back]]))
        assert chances(away, back) == pytest.approx((matrix[0, 1], matrix[1, 0]))


def test_bits_are_a_chain_with_the_bias_and_correlation_of_its_closed_form():
    block = Trng.model_validate(
        trng_block(
            rest_tilt=moments(0.3),
            flips_antiparallel={"deciding": moments(0.1), "after": moments(0.6)},
        )
    )
    interval = 3 * READ
    chain = junction.median(block, interval)
    # the same by rate matrices: rest of the read, rest, beginning of the next read; states parallel, antiparallel
    rate, tilt = np.exp(18.42068), np.exp(0.15)
    parts = ((0.5, 0.6), (rate / tilt * 2 * READ, rate * tilt * 2 * READ), (0.0, 0.1))
    whole = np.linalg.multi_dot([expm(np.array([[-a, a], [b, -b]])) for a, b in parts])
    assert (chain.up[0], chain.down[0]) == pytest.approx((whole[1, 0], whole[0, 1]))
    bits = bits_of(chain, 0, 400_000, 5, "test")
    r, share = chain.correlation[0], chain.ones[0]
    assert bits.mean() == pytest.approx(
        share, abs=5 * np.sqrt(share * (1 - share) * (1 + r) / (1 - r) / 400_000)
    )
    assert np.corrcoef(bits[1:], bits[:-1])[0, 1] == pytest.approx(r, abs=5 / np.sqrt(400_000))
    assert np.array_equal(bits_of(chain, 0, 1000, 5, "test"), bits[:1000])
    pairs = von_neumann(bits)
    assert pairs.mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(len(pairs)))
    assert len(pairs) == pytest.approx(200_000 * 2 * share * chain.down[0], rel=0.02)


def test_the_chosen_interval_leaves_little_correlation_and_one_step_less_too_much():
    block = Trng.model_validate(trng_block())
    chosen = junction.quiet_interval(block)
    assert junction.median(block, chosen).correlation[0] <= junction.LITTLE
    assert junction.median(block, chosen - 1e-9).correlation[0] > junction.LITTLE


def test_xor_multiplies_biases():
    # (1 + product of 2 p - 1)/2 ones where an odd number of streams is 1; piling-up lemma, Matsui 1993
    random = np.random.default_rng(1)
    streams = (random.random((3, 200_000)) < 0.7).astype(np.uint8)
    assert xor(streams).mean() == pytest.approx(0.5 - (1 - 2 * 0.7) ** 3 / 2, abs=5 * 0.5 / np.sqrt(200_000))


def test_the_command_writes_what_the_function_finds(tmp_path):
    file = write_trng(
        tmp_path / "own.json", flips_antiparallel={"deciding": moments(0.1), "after": moments(0.5)}
    )
    done = command(
        "entropy",
        "trng",
        file,
        "--bits",
        100_000,
        "--cells",
        50,
        "-o",
        tmp_path / "out",
        "--quiet",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "summary.json").read_text())
    streams = {one["name"]: one for one in found["streams"]}
    assert "frequency" in streams["one cell"]["sp800_22"]["failed"]
    assert streams["8 cells, XOR"]["sp800_22"]["passed"]
    assert streams["made up: ideal"]["sp800_22"]["passed"]
    assert streams["8 cells, XOR"]["energy_per_bit"] == pytest.approx(8 * 5e-14)
    assert streams["one cell"]["bit_rate"] == pytest.approx(1 / found["interval"])
    page = (tmp_path / "out" / "report.html").read_text()
    assert "20 fJ" in page
    assert "nan" not in page


BAD = {
    "interval": (("--interval", "3 ns"), "`--interval` is 3e-09 s, expected 1e-08 s at least"),
    "unit": (("--interval", "30"), "`--interval`: got '30'"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_option_is_one_line(tmp_path, case):
    options, said = BAD[case]
    done = command(
        "entropy",
        "trng",
        write_trng(tmp_path / "own.json"),
        *options,
        "-o",
        tmp_path / "out",
        "--quiet",
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_statistics_without_a_junction_are_refused():
    with pytest.raises(sk.InputError, match=r"the statistics: has no `trng` and no `random_writes`: run an"):
        sk.randomness.trng(sk.load("learning"))
