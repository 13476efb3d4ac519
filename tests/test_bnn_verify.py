"""Program and verify: what stays wrong by the law and on chips, pulses and energy; the witnesses are scipy's."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.network.bnn import Bits, Dense, Encode, Network, Scores
from spicekit.network.bnn.chips import work_of
from spicekit.network.bnn.faults import Faults, program
from spicekit.network.bnn.layers import Threshold
from spicekit.network.bnn.rates import ErrorRates
from spicekit.network.bnn.verify import law_of, ones_of, verified_chips
from spicekit.statistics.codes import CODES

CORRELATED = ErrorRates(0.2, 0.1, amplifier_share=0.5, correlation=0.6)


def _network():
    rng = np.random.default_rng(0)
    return Network(
        "made up", (100,),
        (
            Encode(np.array([0.5])),
            Dense(Bits.pack(rng.random((200, 100)) < 0.3), Threshold(np.zeros(200, np.float32), np.zeros(200, bool))),
            Scores(Bits.pack(rng.random((3, 200)) < 0.3), np.ones(3), np.zeros(3)),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "rates", [CORRELATED, ErrorRates(0.2, 0.1, amplifier_share=0.7)], ids=["pairs", "amplifiers"]
)
def test_by_the_law_a_pair_is_wrong_again_as_the_normal_law_says(rates):
    law = law_of(rates, 2, 0.25)
    kept = max(rates.correlation, rates.amplifier_share**2)
    for found, rate in ((law.plus, 0.2), (law.minus, 0.1)):
        for times in (1, 2, 3):
            covariance = np.full((times, times), kept) + (1 - kept) * np.eye(times)
            expected = multivariate_normal(np.zeros(times), covariance).cdf(np.full(times, norm.ppf(rate)))
            assert found[times - 1] == pytest.approx(expected, rel=1e-3)
    assert law.programmings[-1] == pytest.approx(1 + 0.25 * sum(law.plus[:2]) + 0.75 * sum(law.minus[:2]))
    assert law.rates[0] == pytest.approx(0.15)


def test_pairs_that_forget_or_keep_everything():
    assert law_of(ErrorRates(0.1, 0.1), 3, 0.5).plus == pytest.approx([1e-1, 1e-2, 1e-3, 1e-4])
    # a margin of its own for ever; the mean over pairs is taken over steps of z of 0.0045
    assert law_of(ErrorRates(0.1, 0.1, correlation=1.0), 2, 0.5).plus == pytest.approx([0.1] * 3, rel=0.01)


@pytest.mark.parametrize("rates", [ErrorRates(0.2, 0.1), CORRELATED], ids=["alone", "pairs"])
def test_chips_that_are_drawn_follow_the_law(rates):
    network, again, chips = _network(), 2, 40
    inputs = np.random.default_rng(1).random((20, 100))
    work = work_of(network, inputs, network.classes(inputs), Faults(rates, verify=again), 5)
    wrong, accuracy = verified_chips(work, chips, 1, lambda _: None)
    law = law_of(rates, again, ones_of(network))
    scatter = wrong.std(axis=0, ddof=1) / np.sqrt(chips)
    assert wrong.shape == (chips, 1 + again)
    assert (np.abs(wrong.mean(axis=0) - np.array(law.wrong) * network.weights) < 4 * scatter).all()
    plain = program(network, Faults(rates), 5, 0)
    assert plain.flipped == wrong[0, 0] > wrong[0, -1] == accuracy.flipped[0]


def test_what_is_right_stays_and_bad_pairs_stay_bad():
    network = _network()
    stays = ErrorRates(0.1, 0.1, correlation=1.0)
    assert (
        program(network, Faults(stays, verify=3), 1, 0).after
        == (program(network, Faults(stays), 1, 0).flipped,) * 4
    )
    right, once, verified = (
        [layer.weights.unpack() for _, layer in one.weighted]
        for one in (
            network,
            program(network, Faults(CORRELATED), 1, 0).network,
            program(network, Faults(CORRELATED, verify=1), 1, 0).network,
        )
    )
    for one, first, second in zip(right, once, verified, strict=True):
        assert not ((one == first) & (one != second)).any()
        assert ((one != first) & (one == second)).any()
    with pytest.raises(InputError, match="`verify` is 1, expected 0 or more, and 0 behind a code"):
        Faults(ErrorRates(0.1, 0.1), code=CODES[0], verify=1)


@pytest.mark.usefixtures("undrawn")
def test_the_command_says_what_verification_leaves_and_takes(tmp_path):
    condition = {
        "name": "own", "set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6,
        "ber_2t2r": 0.04, "error_correlation_2t2r": {"low": 0.4, "best": 0.5, "high": 0.6},
        "energy_pair": {"mean": 4e-10, "std": 0}, "energy_read": {"mean": 2e-13, "std": 0},
    }  # fmt: skip
    bound = {"name": "none", "set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6,
             "ber_2t2r": {"samples": 300, "errors": 0}}  # fmt: skip
    path = tmp_path / "by_hand.json"
    path.write_text(json.dumps({"schema": "spicekit.statistics/1", "conditions": [condition, bound]}))
    arguments = (
        path,
        "--verify",
        2,
        "--chips",
        2,
        "--samples",
        20,
        "--ber",
        "1e-2",
        "-o",
        tmp_path / "out",
        "--quiet",
    )
    found = CliRunner().invoke(app, ["network", "bnn", *map(str, arguments)])
    assert found.exit_code == 0, found.output
    assert (
        "own, programmed again where a pair reads wrong, at most 2 times: bit error rate 4e-2 before"
        in found.stdout
    )
    assert (
        "none, programmed again where a pair reads wrong, at most 2 times: bit error rate at most"
        in found.stdout
    )
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    own, none = (one["verified"] for one in summary["conditions"])
    at = norm.ppf(0.04)
    low, twice, high = (multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([at, at]) for r in (0.4, 0.5, 0.6))
    ends = own["after"][1]["ber"]  # the rate is given without an interval, the correlation with one
    assert (ends["low"], ends["best"], ends["high"]) == pytest.approx((low, twice, high), rel=1e-3)
    each = 1 + 0.04 + twice
    assert own["pulses_per_weight"]["best"] == pytest.approx(2 * each, rel=1e-4)
    assert own["energy_programming"]["best"] == pytest.approx(4e-10 * each * summary["weights"], rel=1e-4)
    assert own["energy_reads"]["best"] == pytest.approx(2e-13 * each * summary["weights"], rel=1e-4)
    assert own["after"][2]["wrong_drawn"]["mean"] == pytest.approx(own["after"][2]["ber"]["best"], rel=0.3)
    assert none["bound"]
    assert none["after"][2]["ber"]["best"] is None
    assert none["energy_programming"] is None
    table = pd.read_csv(tmp_path / "out" / "table.csv").set_index("condition")
    assert table.loc["own", "energy_programming_verified"] == pytest.approx(
        own["energy_programming"]["best"] + own["energy_reads"]["best"]
    )
    assert table.loc["own", "ber_verified"] == own["after"][2]["ber"]["best"]
    assert np.isnan(table.loc["none", "ber_verified"])
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Programmed until pairs read right" in page
    assert "50% stays with pair and amplifier" in page
