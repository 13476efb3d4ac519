"""Tests and estimators of the standards: against the standard's reference values and NIST's own program."""

import numpy as np
import pytest

from spicekit.entropy import sp800_22, sp800_90b
from spicekit.entropy.sp800_22 import counts, excursions, patterns, structure

from .digits_of_e import digits_of_e

# NIST SP 800-22 rev. 1a, appendix B: the first 1,000,000 binary digits of e
APPENDIX_B = {
    "frequency": [0.953749], "frequency within a block": [0.211072], "cumulative sums": [0.669887, 0.724266],
    "runs": [0.561917], "longest run of ones": [0.718945], "matrix rank": [0.306156], "spectral": [0.847187],
    "universal": [0.282568], "approximate entropy": [0.700073], "serial": [0.766182, 0.462921],
}  # fmt: skip
# usnistgov/SP800-90B_EntropyAssessment (July 2024), `ea_non_iid -i -v -v FILE 1`: 20,000 digits of e; and as many
# bits that keep their last value where the first two of three digits are ones, and are the third digit elsewhere
NIST_PROGRAM = {
    "e": (
        0.97013830172969961, 0.78799360770201476, 0.98576322036233066, 0.65098353545366672, 0.89124502951561013,
        0.94949228307428457, 0.97612276404387477, 0.96865444646961774, 0.97070203005267197, 0.9733097717337641,
    ),
    "sticky": (
        0.96816138297480714, 0.39334741762767667, 0.67280586518017205, 0.46932686154922187, 0.68065954888580593,
        0.78263368447740933, 0.95044848602648446, 0.65394216101787661, 0.65466183875011341, 0.65381797406904207,
    ),
}  # fmt: skip


@pytest.mark.slow
def test_a_million_digits_of_e_have_the_p_values_of_the_standard(monkeypatch):
    bits = digits_of_e(1_000_000)
    found = {test.name: test.p_values for test in sp800_22.run(bits).tests}
    for name, expected in APPENDIX_B.items():
        assert found[name] == pytest.approx(expected, abs=2e-6), name
    assert len(found["non-overlapping templates"]) == 148
    assert found["non-overlapping templates"][0] == pytest.approx(0.078790, abs=2e-6)  # template 000000001
    assert found["random excursions"][4] == pytest.approx(0.786868, abs=2e-6)  # state +1
    assert found["random excursions variant"][8] == pytest.approx(0.826009, abs=2e-6)  # state -1
    # the standard's program has older shares of classes here, and a slip in one of them
    monkeypatch.setattr(patterns, "_OVERLAPS", (0.367879, 0.183940, 0.137955, 0.099634, 0.069935, 0.140657))
    assert patterns.overlapping(bits) == pytest.approx([0.110434], abs=5e-6)
    monkeypatch.setattr(structure, "_CLASSES", (0.01047, 0.03125, 0.125, 0.5, 0.25, 0.0625, 0.020833))
    assert structure.linear_complexity(bits) == pytest.approx([0.826335], abs=2e-6)


def bits_of(text):
    return np.array([int(c) for c in text.replace(" ", "")], np.uint8)


PI = "11001001 00001111 11011010 10100010 00100001 01101000 11000010 00110100 11000100 11000110 01100010 10001011 1000"


def test_short_examples_of_the_standard():
    # sections 2.1.8, 2.2.8, 2.3.8, 2.13.8, 2.11.4, 2.12.4, 2.10 and 2.4.8: 100 digits of pi, and short sequences
    pi = bits_of(PI)
    assert counts.frequency(pi) == pytest.approx([0.109599], abs=1e-6)
    assert counts.block_frequency(pi, 10) == pytest.approx([0.706438], abs=1e-6)
    assert counts.runs(pi) == pytest.approx([0.500798], abs=1e-6)
    assert counts.cumulative_sums(pi) == pytest.approx([0.219194, 0.114866], abs=1e-6)
    assert structure.spectral(pi) == pytest.approx(
        [0.646355], abs=1e-6
    )  # as counted with the corrected threshold
    assert patterns.approximate_entropy(pi, 2) == pytest.approx([0.235301], abs=1e-6)
    assert patterns.serial(bits_of("0011011101"), 3) == pytest.approx([0.808792, 0.670320], abs=1e-6)
    assert structure.shift_registers(bits_of("1101011110001")[None]).tolist() == [4]
    longest = (
        "11001100000101010110110001001100111000000000001001001101010100010001001111010110100000001101011111001100111001101"
        "101100010110010"
    )
    assert counts.longest_run(bits_of(longest)) == pytest.approx([0.180598], abs=1e-4)


@pytest.mark.parametrize("name", NIST_PROGRAM)
def test_min_entropy_is_that_of_the_program_of_nist(name):
    if name == "e":
        bits = digits_of_e(60_000)[:20_000]
    else:
        rows, last, found = digits_of_e(60_000).reshape(-1, 3).tolist(), 0, []
        for x, y, z in rows:
            last = last if x and y else z
            found.append(last)
        bits = np.array(found, np.uint8)
    assert list(sp800_90b.estimates(bits).values()) == pytest.approx(NIST_PROGRAM[name], rel=1e-9)


def test_a_constant_source_has_no_entropy_and_too_few_bits_are_refused():
    assert set(sp800_90b.estimates(np.ones(20_000, np.uint8)).values()) == {0.0}
    for function, most in ((sp800_90b.estimates, 6_099), (sp800_22.run, 99_999)):
        with pytest.raises(ValueError, match=f"got {most} bits"):
            function(np.zeros(most, np.uint8))


def test_a_good_source_passes_and_biased_or_correlated_ones_fail():
    random = np.random.default_rng(3)
    ideal = random.integers(0, 2, 100_000).astype(np.uint8)
    assert sp800_22.run(ideal).passed
    biased = (random.random(100_000) < 0.51).astype(np.uint8)
    assert "frequency" in sp800_22.run(biased).failed
    flips = random.random(100_000) < 0.51  # even shares, but neighbours differ too often
    changing = (np.cumsum(flips) % 2).astype(np.uint8)
    assert "runs" in sp800_22.run(changing).failed


def test_excursions_are_left_out_where_there_are_few_returns_to_zero():
    assert excursions.excursions(np.ones(100_000, np.uint8)) == []
