"""Bits of written pairs: the law of one pair, chosen pairs, reads of one write, the command."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm
from scipy.stats import binom, norm

import spicekit as sk
from spicekit.entropy.bits.judge import STEPS, judge
from spicekit.entropy.writes import bits as of_bits
from spicekit.entropy.writes.asked import Asked
from spicekit.entropy.writes.bits import Reads, constants, of_pair, pooled, quiet_interval, reads_of, written
from spicekit.entropy.writes.page import write_writes
from spicekit.entropy.writes.result import Found
from spicekit.entropy.writes.streams import choose, streams
from spicekit.entropy.writes.study import at_setting, pairs_to_join, steps_in, sweep
from spicekit.studies.random_writes.law import Law
from spicekit.studies.random_writes.result import ReadNoise

from .commands import command
from .written_pairs import write_pairs

LAW = Law(0.0, 0.6, 0.15, 40.0)


def test_a_pair_has_the_ones_and_turns_of_its_law_across_the_parts_that_are_drawn_at_once(monkeypatch):
    monkeypatch.setattr(of_bits, "_AT_ONCE", 1000)
    found = written(LAW, 0.5, 200_000, 1, "test")
    # bits of a pair are correlated over the 40 writes of the slow part, of which 5,000 are independent
    assert found.mean() == pytest.approx(
        norm.cdf(np.sqrt(0.6) * 0.5 / np.sqrt(0.4)), abs=5 * 0.5 / np.sqrt(2500)
    )
    alone = of_pair(LAW, 0.5)
    for lag in (1, 30):
        turned = (found[lag:] != found[:-lag]).mean()
        assert turned == pytest.approx(float(alone.turns(lag)), abs=0.01)
    slow = Law(0.0, 0.0, 1 - 1e-9, 1e9)  # nothing is fresh, and nothing is forgotten: the bit never turns
    assert len(set(written(slow, 0.0, 3000, 1, "test").tolist())) == 1


def test_joined_pairs_have_the_bias_of_their_products():
    c = np.linspace(-9, 9, 40001)
    weights = norm.pdf(c) * (c[1] - c[0])
    square = float(weights @ (2 * LAW.ones(c) - 1) ** 2)  # of 2 p - 1; XOR multiplies it (Matsui 1993)
    number = pairs_to_join(LAW)
    assert 0.5 * square ** (number / 2) <= 1e-3 < 0.5 * square ** ((number - 1) / 2)


def test_chosen_pairs_are_as_many_as_binomial_counts_say():
    law = Law(0.0, 0.6, 0.0, 40.0)
    found = choose(law, 64, 0.05, 3)
    c = constants(4000, 3)
    p = law.ones(c)
    chances = binom.cdf(35, 64, p) - binom.cdf(28, 64, p)  # within 5 % of 64 are 29 to 35 ones
    assert found.kept == pytest.approx(chances.mean(), abs=5 * np.sqrt(0.06 / 4000))
    inside = np.abs(p - 0.5) <= 0.05
    assert found.within == pytest.approx(chances[inside].sum() / chances.sum(), abs=0.1)
    assert found.bias == pytest.approx(np.sqrt(chances @ (p - 0.5) ** 2 / chances.sum()), rel=0.15)


def noise(**other):
    keys = {
        "pairs": 20, "patterns": [{"bits": "1111", "pairs": 15}, {"bits": "1011", "pairs": 4},
                                  {"bits": "0110", "pairs": 1}],
        "changing": 0.25, "differing": 0.1, "occupancy": 0.3, "relaxation_time": 1e-3, "relaxation_spread": 1.0,
    }  # fmt: skip
    return ReadNoise.model_validate(keys | other)


def test_reads_of_one_write_are_the_chain_of_both_traps():
    (first, pairs), (odd, _) = reads_of(noise())
    assert pairs == 4
    one = expm(
        np.array([[-0.3, 0.3], [0.7, -0.7]])
    )  # empty, occupied; the rates add up to 1 per relaxation time
    whole, share = np.kron(one, one), np.kron([0.7, 0.3], [0.7, 0.3])
    for reads, table in ((first, [1, 1, 0, 1]), (odd, [0, 1, 1, 0])):  # none, right, left, both
        seen = np.array(table)
        mean = share @ seen
        together = (share * seen) @ whole @ seen
        expected = (together - mean**2) / (mean - mean**2)
        assert reads.ones == pytest.approx(mean)
        assert reads.correlation(np.exp(-1.0)) == pytest.approx(expected)
        found = reads.bits(float(np.exp(-1.0)), 100_000, 1, "test")
        assert found.mean() == pytest.approx(mean, abs=0.01)
        assert np.corrcoef(found[1:], found[:-1])[0, 1] == pytest.approx(expected, abs=0.015)
    chosen = quiet_interval(first)
    assert first.correlation(np.exp(-chosen)) <= 1e-3 < first.correlation(np.exp(-(chosen - 0.1)))


def test_slow_traps_keep_the_pooled_correlation_up():
    patterns = [{"bits": "0100", "pairs": 3}]
    (reads, _), = reads_of(noise(patterns=patterns))  # fmt: skip
    at = np.array([0.1, 20.0])
    for time, found in zip(at, pooled(noise(patterns=patterns), at), strict=True):
        decay, _ = quad(lambda z, time=time: norm.pdf(z) * np.exp(-time / np.exp(z)), -9, 9)
        left, right, both = reads.parts
        expected = ((left + right) * decay + both * decay**2) / (left + right + both)
        assert found == pytest.approx(expected, rel=0.02)


def test_energies_and_rates_count_all_writes_and_the_page_says_them(tmp_path):
    asked = Asked(sk.load(write_pairs(tmp_path / "own.json")), bits=100_000, tests=16)
    (first,) = asked.settings
    choice = choose(first.law, 16, asked.bound, 0)
    reads = Reads(np.array([[1, 1], [0, 1]]), 0.5)
    made = {one.name: one for one in streams(asked, first, choice, reads, 7.0)}
    assert steps_in(asked) == len(made) * STEPS
    energy, time = 1e-10 + 1.7e-13, 2.5e-7 + 1e-8
    assert made["8 pairs, XOR"].energy == pytest.approx(8 * energy)
    assert made["8 pairs, XOR"].rate == pytest.approx(1 / time)
    whitened = made["a pair, von Neumann"]
    assert whitened.energy * whitened.rate == pytest.approx(energy / time)  # as many writes in the same time
    assert whitened.energy / energy > 4  # two writes, and equal ones are left out
    assert made["reads of one write"].rate == pytest.approx(1 / 7e-3)
    raw, ideal = (judge(made[name], lambda _: None, 0) for name in ("a pair", "made up: ideal"))
    joined = replace(raw, stream=made["8 pairs, XOR"])  # as if its bits were the same
    found = Found(
        asked=asked, settings=(at_setting(asked, first),), choices=(choice,), reads=reads, interval=7.0,
        sweep=tuple(sweep(asked, first, reads, 7.0)),
        streams=(raw, joined, ideal),
    )  # fmt: skip
    page = write_writes(found, tmp_path, {}, "a command", sk.load("trng")).read_text()
    assert "20 fJ" in page
    assert not re.search(r"\bnan\b", re.sub(r'href="data:[^"]*"', "", page))
    assert "frequency" in raw.verdict.failed
    share, law = at_setting(asked, first).balanced[2], first.state.constant
    assert share.low < share.best < share.high
    assert share.high == pytest.approx(
        Law(0.0, law.low, 0.0, 1.0).balanced(0.05)
    )  # the more stays, the fewer
    assert ideal.verdict.passed
    assert json.loads((tmp_path / "summary.json").read_text())["streams"][1]["pairs"] == 8


@pytest.mark.slow
def test_the_command_writes_what_the_function_finds(tmp_path):
    file = write_pairs(tmp_path / "own.json")
    done = command(
        "entropy", "trng", file, "--bits", 100_000, "--cells", 50, "-o", "out", "--quiet", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "summary.json").read_text())
    streams = {one["name"]: one for one in found["streams"]}
    table = sk.randomness.trng(sk.load(str(file)), bits=100_000, cells=50, progress=False).table
    assert list(table["stream"]) == list(streams)
    assert list(table["ones"]) == [one["ones"]["best"] for one in found["streams"]]
    assert streams["64 pairs, XOR"]["sp800_22"]["passed"]
    assert streams["a pair, von Neumann"]["sp800_22"]["passed"]


BAD = {
    "state": ({"state": "hrss"}, "`state` is `hrss`"),
    "source": ({"source": "pair"}, "`source` is `pair` (did you mean `pairs`?); expected junction or pairs"),
    "other": ({"source": "junction"}, "the statistics: has no `trng`"),
    "interval": ({"interval": "1 ns"}, "`interval` is 1e-09 s, expected 1e-08 s at least"),
    "bound": ({"bound": 0.9}, "`bound` is 0.9, expected 0.001 to 0.4"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_argument_is_one_line(tmp_path, case):
    given, said = BAD[case]
    with pytest.raises(sk.InputError) as error:
        sk.randomness.trng(sk.load(str(write_pairs(tmp_path / "own.json"))), progress=False, **given)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_for_pairs_is_refused_for_a_junction():
    with pytest.raises(sk.InputError, match="`tests` is for pairs that are written again and again"):
        sk.randomness.trng(sk.load("trng"), tests=32)
