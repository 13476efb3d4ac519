"""Networks of p-bits: energies against brute force, dynamics against Boltzmann's law and closed forms, the command."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.network.pbits.asked import Asked, cooling
from spicekit.network.pbits.baselines import annealed_by_library
from spicekit.network.pbits.devices import IDEAL, Devices
from spicekit.network.pbits.exact import enumerate_states, floor_of, numbers_of, states_of, total_variation
from spicekit.network.pbits.own import own_problem
from spicekit.network.pbits.problem import Factoring, Ising
from spicekit.network.pbits.problems import load_problem
from spicekit.network.pbits.result import Curve
from spicekit.network.pbits.sequential import sweep
from spicekit.network.pbits.simulate import Schedule, simulate
from spicekit.sampling.counts import event_share
from spicekit.statistics import Statistics, load
from spicekit.studies.pbit.result import PbitLaw

from .fuzz.reader import TOP

PBIT = TOP / "reports" / "pbit" / "statistics.json"


def law(**changed):
    numbers = {
        "centre": {"value": 1.05}, "centre_spread": 0.01, "width": {"value": 0.03}, "width_spread": 0.003,
        "time": {"value": 2e-6}, "time_spread": 0.3, "skew": {"value": -0.2}, "power": {"mean": 1e-4, "std": 0},
        "chi_squared": 1.0, "devices": 10,
    }  # fmt: skip
    return PbitLaw.model_validate(numbers | changed)


@pytest.mark.parametrize("name", ["and_gate", "full_adder", "factor_945", "maxcut_8", "partition_6"])
def test_inputs_are_half_of_what_a_flip_changes(name):
    problem = load_problem(name)
    states = states_of(np.arange(1 << problem.bits), problem.bits)
    inputs = problem.inputs(states)
    for bit in range(problem.bits):
        up, down = states.copy(), states.copy()
        up[:, bit], down[:, bit] = 1, -1
        change = problem.energies(down) - problem.energies(up)
        assert 2 * inputs[:, bit] == pytest.approx(change)
        assert 2 * problem.input_of(bit, states) == pytest.approx(change)
    flipped = states.copy()
    which = np.arange(len(states)) % problem.bits
    flipped[np.arange(len(states)), which] *= -1
    assert problem.flipped(inputs, flipped, which) == pytest.approx(problem.inputs(flipped))


def test_lowest_energies_are_what_arithmetic_says():
    ones = (states_of(enumerate_states(load_problem("and_gate")).solutions, 3) + 1) / 2
    assert sorted(map(tuple, ones.tolist())) == [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 1)]
    adder = enumerate_states(load_problem("full_adder"))
    a, b, carry, total, out = ((states_of(adder.solutions, 5) + 1) / 2).T
    assert len(adder.solutions) == 8
    assert (a + b + carry == total + 2 * out).all()
    published = load_problem("factor_945")
    exact = enumerate_states(published)
    assert published.bits == 8  # Borders et al. 2019
    assert published.solution(states_of(exact.solutions[0], 8)) == "63 × 15 = 945"
    assert len(exact.solutions) == 1
    cut = load_problem("maxcut_8", seed=4)
    edges = np.argwhere(np.triu(cut.couplings))
    assert len(edges) == 12  # three at each of eight nodes
    sides = states_of(np.arange(256), 8)
    counted = (sides[:, edges[:, 0]] != sides[:, edges[:, 1]]).sum(axis=1)
    assert -cut.energies(sides) == pytest.approx(counted)


@pytest.mark.parametrize(
    "devices",
    [
        IDEAL,
        # rates may depend on the input as they like, and each p-bit may have a time of its own: the law stays
        # Boltzmann's
        Devices("times", law(centre_spread=0.0, width_spread=0.0)),
    ],
)
def test_states_follow_the_law_of_boltzmann_within_the_floor_of_as_many_samples(devices):
    problem = load_problem("factor_945")
    exact = enumerate_states(problem)
    beta = exact.warm()
    boltzmann = exact.law(beta)
    runs = simulate(problem, devices, Schedule.constant(beta, 100.0), 1000, seed=5)
    _, high = floor_of(boltzmann, 1000, np.random.default_rng(0))
    assert total_variation(boltzmann, numbers_of(runs.states)) < 1.1 * high
    colder = exact.law(4 * beta)  # the same samples are far from the law of another temperature
    assert total_variation(colder, numbers_of(runs.states)) > 2 * high


def test_a_chip_has_the_stationary_law_of_its_own_rates():
    """Two p-bits of unequal widths and centres: the chain of four states is solved exactly by linear algebra."""
    problem = Ising("two", "", np.array([[0, 0.7], [0.7, 0]]), np.array([0.1, -0.2]))
    found = law(lowest_input={"value": -0.6}, highest_input={"value": 0.8})
    devices = Devices("own", found, spread=2.0)
    chip = devices.chips(3, 7, 8, 2)
    states = states_of(np.arange(4), 2)
    rates = np.zeros((4, 4))
    for k, state in enumerate(states):
        for bit in range(2):
            seen = chip.gain[0, bit] * problem.inputs(state)[bit] + chip.shift[0, bit]
            within = min(max(seen, -0.6), 0.8)
            if state[bit] < 0:
                rate = 0.0 if seen < -0.6 else np.exp(0.8 * within)
            else:
                rate = 0.0 if seen > 0.8 else np.exp(-1.2 * within)
            rates[k, k ^ (1 << bit)] += rate / (2 * chip.time[0, bit])
    balance = rates.T - np.diag(rates.sum(axis=1))
    expected, *_ = np.linalg.lstsq(np.vstack([balance, np.ones(4)]), [0, 0, 0, 0, 1])
    runs = simulate(problem, devices, Schedule.constant(1.0, 30.0), 2000, seed=3, one_chip=7)
    seen = np.bincount(numbers_of(runs.states), minlength=4) / 2000
    assert seen == pytest.approx(expected, abs=4 * np.sqrt(0.25 / 2000))
    equal = enumerate_states(problem).law(1.0)
    assert np.abs(expected - equal).max() > 0.1  # and that is not Boltzmann's


def test_a_free_p_bit_forgets_as_an_exponential():
    problem = Ising("free", "", np.zeros((1, 1)), np.zeros(1))
    for devices in (
        IDEAL,
        Devices("law", law(centre_spread=0, width_spread=0, time_spread=0, skew={"value": 0})),
    ):
        short = simulate(problem, devices, Schedule.constant(1.0, 1.0), 3000, seed=2)
        start = simulate(
            problem, devices, Schedule.constant(1.0, 1e-9), 3000, seed=2
        )  # the same copies at the beginning
        correlation = float((short.states * start.states).mean())
        assert correlation == pytest.approx(np.exp(-1), abs=4 / np.sqrt(3000))  # one correlation time


def test_a_copy_depends_on_its_number_alone():
    problem, devices = load_problem("factor_945"), Devices("own", law())
    few, many = (simulate(problem, devices, cooling(problem, 5.0), n, seed=1, target=0.0) for n in (3, 8))
    assert np.array_equal(few.states, many.states[:3])
    assert np.array_equal(few.reached, many.reached[:3])
    assert many.lowest == pytest.approx(problem.energies(many.best))


def test_annealing_finds_the_ground_state_and_the_library_agrees():
    problem = load_problem("maxcut_16")
    ground = enumerate_states(problem).ground
    schedule = cooling(problem, 100.0)
    runs = simulate(problem, IDEAL, schedule, 40, target=ground)
    assert np.isfinite(runs.reached).mean() > 0.9
    betas = np.geomspace(schedule.hot, schedule.cold, 100)
    assert np.isfinite(sweep(problem, betas, 40, metropolis=True, target=ground).reached).mean() > 0.9
    library = annealed_by_library(problem, schedule, 40, 0, ground + 1e-9)
    assert library is None or library > 35
    assert annealed_by_library(load_problem("factor_945"), schedule, 2, 0, 0.0) is None


def test_time_to_solution_is_that_of_repeated_runs():
    curve = Curve("x", ((10.0, event_share(100, 50, 0, "")), (100.0, event_share(100, 100, 0, ""))))
    best, low, high = curve.time_to_solution()
    assert best == pytest.approx(10 * np.log(0.01) / np.log(0.5))  # 66: less than one run of 100
    assert low < best < high
    assert Curve("x", ((10.0, event_share(9, 0, 0, "")),)).time_to_solution() is None


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_own_problems_are_read_as_they_are_meant(tmp_path):
    pairs = own_problem(
        write(tmp_path / "a.json", {"J": [[0, 1, 1.5], [1, 2, -1]], "h": [0, 0.5, 0], "offset": 2})
    )
    matrix = own_problem(
        write(tmp_path / "b.json", {"J": [[0, 1.5, 0], [1.5, 0, -1], [0, -1, 0]], "h": [0, 0.5, 0]})
    )
    state = np.array([1.0, 1.0, -1.0])
    assert float(pairs.energies(state)) == pytest.approx(2 - (1.5 + 1) - 0.5)
    assert float(matrix.energies(state)) == pytest.approx(-(1.5 + 1) - 0.5)
    graph = own_problem(write(tmp_path / "G0", "3 2\n1 2 1\n2 3 -1\n"))
    assert float(graph.energies(np.array([1.0, -1.0, 1.0]))) == pytest.approx(0)  # 1 - 1 is cut
    assert float(graph.energies(np.array([1.0, -1.0, -1.0]))) == pytest.approx(-1)


BAD = {
    "a.json": [
        ({"J": [[0, 1, 1]]}, "`h`: got nothing, expected a list of numbers"),
        ({"j": [], "J": [], "h": [0, 0]}, "unknown key `j`; there are J, h, offset"),
        ({"J": [[0, 5, 1]], "h": [0, 0]}, "`J[0]`: 5 is no bit, expected 0 to 1"),
        (
            {"J": [[0, 1], [2, 0]], "h": [0, 0]},
            "`J[0][1]` is 1 and `J[1][0]` is 2, expected a symmetric matrix",
        ),
        ({"J": [], "h": [0, "a"]}, "`h[1]`: got a, expected a number up to 1e+09"),
        ({"J": [[1, 0, 1], [0, 1, 2]], "h": [0, 0]}, "`J[1]`: the pair 0, 1 is given twice"),
    ],
    "g.txt": [
        ("", "line 1: expected `nodes edges`"),
        ("3 2\n1 2 1\n", "line 1: says 2 edges, got 1 lines of edges"),
        ("3 1\n1 4 1\n", "line 2: edge 1 4, expected two different nodes from 1 to 3"),
        ("3 1\n1 2 x\n", "`line 2`: got nan, expected a number"),
    ],
}


@pytest.mark.parametrize(
    ("file", "content", "said"), [(f, c, s) for f, cases in BAD.items() for c, s in cases]
)
def test_bad_files_are_said_in_one_line(file, content, said, tmp_path):
    path = write(tmp_path / file, content)
    with pytest.raises(InputError) as error:
        own_problem(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("factor_944", "expected an odd number"),
        ("factor_947", "947 is a prime"),
        ("factor_945_4x4", "no factors of 4 and 4 bits, expected at least 6x4"),
        ("maxcut_7", "expected an even number of nodes"),
        ("full_ader", "did you mean `full_adder`"),
    ],
)
def test_problems_that_there_are_not_are_named(name, said):
    with pytest.raises(InputError) as error:
        load_problem(name)
    assert said in str(error.value)


def test_statistics_without_a_law_are_refused():
    with pytest.raises(InputError, match=r"mine: has no `pbit`: run an experiment with `\[studies.pbit\]`"):
        Asked(Statistics(conditions=()), "mine", (load_problem("and_gate"),))


def test_the_command_solves_and_says_so(tmp_path):
    graph = write(tmp_path / "G0", "4 4\n1 2 1\n2 3 1\n3 4 1\n4 1 1\n")
    folder = tmp_path / "out"
    words = ["network", "pbits", str(PBIT), "--problems", "factor_15,own", "--file", str(graph), "--times", "5,20",
             "--copies", "10", "--samples", "50", "--chips", "1", "--quiet", "-o", str(folder)]  # fmt: skip
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    assert "factor_15: 5 × 3 = 15" in found.output
    assert "G0: cut 4" in found.output
    summary = json.loads((folder / "summary.json").read_text())
    assert [one["lowest_energy"] for one in summary["problems"]] == [0, -4]
    assert summary["pbit"]["centre"]["value"] == load(PBIT).pbit.law.centre.value
    table = pd.read_csv(folder / "table.csv")
    assert set(table["runs"]) == {10}
    page = (folder / "report.html").read_text()
    assert "Boltzmann" in page
    assert "5 × 3 = 15" in page
    other = tmp_path / "full"
    other.mkdir()
    (other / "keep").write_text("mine")
    refused = CliRunner().invoke(app, [*words[:-1], str(other)])
    assert isinstance(refused.exception, InputError)
    assert (other / "keep").read_text() == "mine"


def test_sizes_of_factors_are_the_fewest_bits_that_hold_a_pair():
    problem = load_problem("factor_4033")  # 37 × 109
    assert isinstance(problem, Factoring)
    assert problem.sizes == (6, 5)
