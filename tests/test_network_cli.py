"""`spicekit network bnn` on statistics written by hand, and its energies."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.models.digital import load_digital
from spicekit.network.bnn import judge
from spicekit.network.bnn.bundled import bundled_networks, find_network
from spicekit.network.bnn.energy import binarized, eight_bit, memories, memory_bytes, same_neurons
from spicekit.network.bnn.read_energy import ReadEnergy
from spicekit.network.bnn.tiling import tile
from spicekit.network.data import load_data
from spicekit.statistics import Condition, Moments, Probability, Statistics, save

from .made_up_arrays import array_statistics

RUN = CliRunner()


@pytest.fixture
def statistics(tmp_path):
    """One condition: 2T2R errs at 1 %, 1T1R at 3 %; a read takes 0.2 pJ, a pair of pulses 400 pJ."""

    def rate(best):
        return Probability(
            low=best / 2, best=best, high=2 * best, confidence=0.95, samples=1000,
            errors=round(1000 * best), discards=0, method="made up",
        )  # fmt: skip

    condition = Condition(
        name="own", set_compliance=2e-4, reset_voltage=2.0, pulse_width=1e-6,
        ber_2t2r=rate(0.01), ber_1t1r=rate(0.03),
        energy_read=Moments(mean=0.2e-12, std=0), energy_pair=Moments(mean=400e-12, std=0),
    )  # fmt: skip
    save(Statistics(conditions=(condition,)), tmp_path / "statistics.json")
    return tmp_path / "statistics.json"


def _bnn(*arguments):
    return RUN.invoke(app, ["network", "bnn", *map(str, arguments), "--quiet"])


@pytest.mark.usefixtures("undrawn")
def test_a_network_is_judged_from_statistics_alone(statistics, tmp_path):
    failed = Probability(low=0.02, best=0.03, high=0.04, samples=1000, errors=30, method="made up")
    save(array_statistics(alone=0.2e-12, failed=failed), tmp_path / "array.json")
    arguments = (
        statistics, "--chips", 2, "--ber", "1e-3,1e-1", "--array", tmp_path / "array.json", "-o", tmp_path / "out",
    )  # fmt: skip
    found = _bnn(*arguments, "-j", 1)
    assert found.exit_code == 0, found.output
    table = pd.read_csv(tmp_path / "out" / "table.csv").set_index("cells")
    assert table.loc["2T2R", "ber_best"] == 0.01
    assert table.loc["1T1R", "ber_best"] == 0.03
    # SECDED(8,4): p_res = sum over i > 1 of (i/8) C(8,i) p^i (1-p)^(8-i), 5.76e-3 at 3 %, and the 56 triples of errors
    # that look like one, of which each adds an eighth: 7 p^3 (1-p)^5
    assert table.loc["1T1R, SECDED(8,4)", "ber_best"] == pytest.approx(5.76e-3 + 1.62e-4, rel=2e-3)
    assert table.loc["2T2R", "accuracy"] <= table.loc["2T2R", "accuracy_without_errors"] + 0.02
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert [point["ber"] for point in summary["sweep"]] == [1e-3, 1e-1]
    assert summary["sweep"][1]["mean"] < summary["sweep"][0]["mean"]
    assert summary["conditions"][0]["energy_programming"] == pytest.approx(400e-12 * summary["weights"])
    array = summary["conditions"][0]["in_array"]
    assert array["parts"]["word lines, bits"] == pytest.approx(0.3e-12 * summary["weights"])
    together = sum(array["parts"].values())
    assert table.loc["2T2R", "energy_inference_in_array"] == pytest.approx(together)
    assert array["cells"]["ber"] == {"low": 0.02, "best": 0.03, "high": 0.04}
    in_array = table.loc["2T2R, read in the array"]
    assert in_array["ber_best"] == 0.03
    assert in_array["accuracy"] == array["cells"]["accuracy"]["best"]["mean"]
    assert "own, read in the array: bit error rate 3e-2 (counted): accuracy" in found.output
    page = (tmp_path / "out" / "report.html").read_text()
    assert "An inference read in the array" in page
    assert "Of 1,000 bits that were written and read with the XNOR in the array" in page
    assert "All accuracies on this page but those read in the array are of cells that are read alone." in page
    assert "Read in the array, " in page  # in the summary
    assert "Trained as the bundled one, from 5 seeds, digits_dense gets 94.40 ±" in page
    assert "2T2R against error-correcting codes" in page
    assert 'download="summary.json"' in page  # the numbers travel with the page
    before = (tmp_path / "out" / "table.csv").read_bytes()
    assert _bnn(*arguments, "-j", 2).exit_code == 0  # own results are renewed; workers change nothing
    assert (tmp_path / "out" / "table.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--network", "digit_dense"], r"did you mean `digits_dense`"),
        (["--streams", "1,two"], "expected whole numbers of cycles"),
        (["--streams", "0,4"], "expected lengths from 1 to 1024 cycles"),
        (["--streams", "4"], "takes 5 bits of each input"),
        (["--array", "bayes"], "has no `array`"),
        (["--ber", "1e-3,0.7"], "expected rates above 0 and up to 0.5"),
        (["--network", "digits_dense", "--data", "minst"], "unknown data set `minst`"),
    ],
)
def test_bad_input_is_one_line(statistics, tmp_path, arguments, said):
    found = _bnn(statistics, *arguments, "-o", tmp_path / "out")
    assert said in str(found.exception)
    assert not (tmp_path / "out").exists()


def test_an_interrupted_command_leaves_nothing_behind(statistics, here, tmp_path, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(judge, "judge", interrupt)
    code, _, said = here("network", "bnn", statistics, "-o", "deep/out", "--quiet")
    assert (code, said) == (130, "spicekit: interrupted\n")
    assert [path.name for path in tmp_path.iterdir()] == ["statistics.json"]


def test_a_folder_with_other_things_is_refused(statistics, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    found = _bnn(statistics, "-o", tmp_path / "mine")
    assert "is not empty and holds no results of this command" in str(found.exception)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", bundled_networks())
def test_bundled_networks_are_whole(name):
    network = find_network(name)
    assert network.weights > 1000
    assert network.notes


def test_the_bundled_digits_are_recognized():
    data, network = load_data("digits"), find_network("digits_dense")
    assert network.accuracy(data.test_inputs, data.test_labels) > 0.87


def test_energies_add_up_by_hand():
    network, digital = find_network("digits_dense"), load_digital()
    places = memories(ReadEnergy(0.2e-12, "by hand", ""), digital)
    budget = binarized(tile(network), places[0], digital)
    reads = next(item for item in budget.items if "read" in item.name)
    assert reads.energy == pytest.approx(network.weights * 0.2e-12)
    assert budget.total == pytest.approx(sum(item.energy for item in budget.items))
    heavy = eight_bit(same_neurons(network), places[3], digital)
    read = next(item for item in heavy.items if "read" in item.name)
    # 1.3 nJ for 64 bits (Horowitz, ISSCC 2014), 8 bits a weight; 64 pixels instead of five levels of each
    weights = 64 * 512 + 512 * 256 + 256 * 10
    assert read.energy == pytest.approx(weights * 8 * 1.3e-9 / 64)
    assert memory_bytes(same_neurons(network), 8) == weights
    assert memory_bytes(tile(network)) == network.weights / 8


def _by_hand(folder, **rates):
    condition = {"name": "own", "set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6, **rates}
    path = folder / "by_hand.json"
    path.write_text(json.dumps({"schema": "spicekit.statistics/1", "conditions": [condition]}))
    return path


def test_a_bound_is_said_to_be_one_everywhere(tmp_path):
    """No error in 300 reads: below 1e-2 at 95 %, by the rule of three."""
    path = _by_hand(tmp_path, ber_2t2r={"samples": 300, "errors": 0})
    found = _bnn(path, "--chips", 2, "--ber", "1e-2", "-o", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "own: bit error rate at most 1e-2 (no error seen): accuracy at least" in found.stdout
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    cells = summary["conditions"][0]["cells"][0]
    assert cells["bound"]
    assert cells["ber"]["best"] is None
    assert cells["accuracy"]["best"] is None
    assert cells["ber"]["high"] == pytest.approx(1 - 0.05 ** (1 / 300))
    table = pd.read_csv(tmp_path / "out" / "table.csv")
    assert table["ber_best"].isna().all()
    assert table["accuracy"].isna().all()
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Of own no error was seen in too few reads to judge" in page
    assert "at least" in page


@pytest.mark.usefixtures("undrawn")
def test_a_rate_of_one_number_is_enough_and_said_to_be_given(tmp_path):
    found = _bnn(_by_hand(tmp_path, ber_2t2r=0.01), "--chips", 2, "--ber", "1e-2", "-o", tmp_path / "out")
    assert "own: bit error rate 1e-2 (given): accuracy" in found.stdout


@pytest.mark.parametrize(
    ("rates", "arguments", "said"),
    [
        ({}, [], "condition `own` has no `ber_2t2r`"),
        ({"ber_2t2r": 0.7}, [], "condition `own`: `ber_2t2r` is 0.7, expected at most 0.5"),
        (
            {"ber_2t2r": 0.01},
            ["--network", "mnist_dense", "--data", "digits"],
            "takes samples of shape (28, 28, 1)",
        ),
    ],
)
def test_what_is_refused_leaves_no_folder(tmp_path, rates, arguments, said):
    found = _bnn(_by_hand(tmp_path, **rates), *arguments, "-o", tmp_path / "out")
    assert said in str(found.exception)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("undrawn")
def test_a_network_that_has_learned_nothing_is_warned_of(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "noise.npz", x_test=rng.random((200, 8, 8)), y_test=rng.integers(0, 10, 200))
    arguments = "--data", tmp_path / "noise.npz", "--chips", 2, "--ber", "1e-2", "-o", tmp_path / "out"
    found = _bnn(_by_hand(tmp_path, ber_2t2r=0.01), *arguments)
    assert found.exit_code == 0, found.output
    assert "no better than always saying the most frequent class" in found.stderr
    assert "This network is no better than" in (tmp_path / "out" / "report.html").read_text()


@pytest.mark.usefixtures("undrawn")
def test_errors_that_gather_stand_beside_independent_ones(tmp_path):
    path = _by_hand(tmp_path, ber_2t2r=0.01, error_correlation_2t2r=0.44)
    found = _bnn(path, "--chips", 2, "--ber", "1e-2", "--programmings", 3, "-o", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "own, 3 programmings of each chip: errors as they gather (correlation 0.44)" in found.stdout
    assert "independent errors of the same rate" in found.stdout
    assert "have no `error_correlation_2t2r`" not in found.stdout
    both = json.loads((tmp_path / "out" / "summary.json").read_text())["conditions"][0]["gathered"]
    assert both["programmings"] == 3
    assert both["gathered"]["wrong_again"] > 5 * both["independent"]["wrong_again"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Errors that gather in few pairs" in page
    assert "With the pair 44% of it stays" in page


@pytest.mark.usefixtures("undrawn")
def test_without_the_correlation_errors_are_independent_and_that_is_said(tmp_path):
    found = _bnn(_by_hand(tmp_path, ber_2t2r=0.01), "--chips", 2, "--ber", "1e-2", "-o", tmp_path / "out")
    assert "errors count as independent from one programming to the next" in found.stdout
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Errors that gather in few pairs" not in page
    assert "have no <code>error_correlation_2t2r</code>" in page or "have no `error_correlation_2t2r`" in page


@pytest.mark.usefixtures("undrawn")
def test_refreshing_is_in_the_energy_of_an_inference_where_reads_disturb(tmp_path):
    point = {"state": "hrs", "unit": "reads", "median": 1e4, "sigma_log10": 0.4, "four_sigma": 250.0,
             "samples": 40, "censored": 0, "discards": 0}  # fmt: skip
    path = _by_hand(
        tmp_path, ber_2t2r=0.01, energy_pair={"mean": 4e-10, "std": 0}, energy_read={"mean": 2e-13, "std": 0}
    )
    statistics = json.loads(path.read_text())
    written = {"set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6}
    statistics["read_disturb"] = {"points": [point], **written, "status": "made up", "method": "made up"}
    path.write_text(json.dumps(statistics))
    found = _bnn(path, "--chips", 2, "--samples", 20, "--ber", "1e-2", "-o", tmp_path / "out")
    assert found.exit_code == 0, found.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    own, weights = summary["conditions"][0], summary["weights"]
    assert own["refresh"]["energy_inference"]["best"] == pytest.approx(weights * 4e-10 / 1e4)
    assert own["refresh"]["energy_inference_for_the_weakest"] == pytest.approx(weights * 4e-10 / 250)
    without = find_network("digits_dense")
    alone = binarized(
        tile(without), memories(ReadEnergy(2e-13, "", ""), load_digital())[0], load_digital()
    ).total
    assert own["energy_inference"]["binarized, in 2T2R"] == pytest.approx(alone + weights * 4e-10 / 1e4)
    table = pd.read_csv(tmp_path / "out" / "table.csv").iloc[0]
    assert table["energy_refresh_low"] < table["energy_refresh"] < table["energy_refresh_high"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "of it refresh, half moved by a tenth" in page
    assert "verification, refreshing" not in page  # it is counted


@pytest.mark.usefixtures("undrawn")
def test_an_array_without_energies_to_set_beside_is_said_to_be_left_out(tmp_path):
    save(array_statistics(alone=0.2e-12), tmp_path / "array.json")
    path = _by_hand(tmp_path, ber_2t2r=0.01)
    options = ("--chips", 2, "--samples", 20, "--ber", "1e-2", "--array", tmp_path / "array.json")
    found = _bnn(path, *options, "-o", tmp_path / "out")
    assert found.exit_code == 0, found.output
    assert "do not say what a read takes (`energy_read`)" in found.output
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["conditions"][0]["in_array"] is None
