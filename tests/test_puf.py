"""Keys of pairs that are written equally: pairs in ngspice, chips from a known law, codes, the command."""

import json
from math import comb
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

import spicekit as sk
from spicekit.circuits.cell import Technology
from spicekit.entropy.puf.codes import BCH, best_scheme, exceeds
from spicekit.entropy.puf.doubt import resampled
from spicekit.entropy.puf.keys import column_entropy
from spicekit.entropy.puf.law import chip, flips_of, law_of
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.studies.puf.result import PufState
from spicekit.studies.puf.study import analyze, points, simulate
from spicekit.studies.puf.table import PufTable

from .commands import command

NAMES = ("again", "85C", "1.2V", "baked", "rewritten")
RHO = (0.998, 0.99, 0.97, 0.995, 0.7)


def state_block(name="hrs", devices=0.9, undecided=0, ones=50):
    share = {"events": ones, "samples": 100}
    matrix = np.outer((1, *RHO), (1, *RHO))
    np.fill_diagonal(matrix, 1.0)
    reads = [
        {
            "name": read, "temperature": 300.15, "supply": 1.4, "ones": share, "flips": {"errors": 2, "samples": 100},
            "correlation": {"value": rho, "error": 0.001}, "undecided": 0, "energy": {"mean": 1.7e-13, "std": 1e-15},
        }
        for read, rho in zip(NAMES, RHO, strict=True)
    ]  # fmt: skip
    return {
        "state": name, "pairs": 100, "discards": 0, "ones": share, "ratio": {"mean": 0.0, "std": 0.8},
        "devices": {"value": devices, "error": 0.01}, "energy": {"mean": 1.7e-13, "std": 1e-15},
        "energy_write": {"mean": 1e-10, "std": 1e-11}, "undecided": undecided, "reads": reads,
        "correlations": matrix.tolist(),
    }  # fmt: skip


def write_puf(path, *states):
    block = {
        "states": states or (state_block("unwritten", undecided=99), state_block("lrs", 0.2), state_block()),
        "set_compliance": 2e-4, "reset_voltage": 1.5, "pulse_width": 1e-6, "bake_time": 3.6e6,
        "bake_temperature": 398.15,
        "telegraph_noise": True, "status": "chosen", "method": "by hand",
    }  # fmt: skip
    path.write_text(json.dumps({"schema": "spicekit.statistics/1", "conditions": [], "puf": block}))
    return path


def test_pairs_in_ngspice_read_what_their_devices_say_and_another_split_gives_the_same():
    table = PufTable(
        samples=8, states=["lrs", "hrs"], supplies=["1.8 V"], bake_time="1 h", bake_temperature="85 C",
        set_compliance="200 uA", reset_voltage="1.5 V", pulse_width="100 ns",
    )  # fmt: skip
    technology = Technology(sky130("tt"), load_rram(), load_design(), telegraph_noise=True)
    point = points(technology, table)[0]
    rows = simulate(point, 3, 0, 2)
    assert simulate(point, 3, 1, 2).to_dict("list") == rows[rows["sample"] == 1].to_dict("list")
    assert list(rows["read"].unique()) == ["enrolment", "again", "1.8V", "baked", "rewritten"]
    assert set(rows["outcome"]) == {"ok"}
    assert ((rows["bit"] == 1) == (rows["margin"] > 0))[rows["decided"] == 1].all()
    # a read at 1.8 V takes more than at 1.4 V, about as the square
    energy = rows.groupby("read")["energy"].mean()
    assert energy["1.8V"] / energy["enrolment"] == pytest.approx((1.8 / 1.4) ** 2, rel=0.5)
    assert (
        analyze(table, rows.assign(telegraph_noise=1), 0.95) == {}
    )  # two pairs say nothing of a correlation


def test_chips_have_the_errors_and_distances_of_their_law():
    law = law_of(PufState.model_validate(state_block()))
    bits = np.array([chip(law, 32, 32, 1, number) for number in range(40)])
    assert np.array_equal(bits[7], chip(law, 32, 32, 1, 7))
    assert bits[:, 0].mean() == pytest.approx(0.5, abs=0.02)
    for k, rho in enumerate(RHO, 1):
        expected = np.arccos(rho) / np.pi  # Sheppard 1899
        seen = (bits[:, k] != bits[:, 0]).mean()
        assert seen == pytest.approx(expected, abs=5 * np.sqrt(expected / bits[:, 0].size))
        assert flips_of(law, k) == pytest.approx(expected, rel=0.1)
    # two pairs of a column share the amplifier's part of the variance
    column = bits[:, 0, :2].reshape(40, 2, 32)
    alike = (column[:, 0] == column[:, 1]).mean()
    assert alike == pytest.approx(1 - np.arccos(1 - 0.9**2) / np.pi, abs=5 * 0.5 / np.sqrt(1280))


def test_laws_of_as_few_pairs_scatter_as_rank_correlations_do():
    state = PufState.model_validate(state_block())
    laws = list(resampled(SimpleNamespace(state=state, law=law_of(state))))
    rho = np.array([one.correlations[0, 5] for one in laws])
    # of a normal law with rho = 0.7: the variance of tau of n pairs is 4 (1/9 - (2/pi asin(rho/2))^2)/n (Esscher 1924)
    tau = 4 * (1 / 9 - (2 / np.pi * np.arcsin(0.35)) ** 2) / 100
    slope = np.pi / 2 * np.cos(np.arcsin(0.7))  # of sin(pi tau/2)
    assert rho.mean() == pytest.approx(0.7, abs=0.03)
    assert rho.std() == pytest.approx(slope * np.sqrt(tau), rel=0.3)
    shared = np.array([one.shared for one in laws])
    assert shared.mean() == pytest.approx(1 - 0.9**2, abs=0.02)


def test_min_entropy_of_a_column_from_independent_pairs_to_an_amplifier_that_decides_alone():
    alone = law_of(PufState.model_validate(state_block(devices=1.0)))
    assert column_entropy(alone, 32) == pytest.approx(-np.log2(norm.cdf(alone.means[0])), abs=1e-6)
    shared = law_of(PufState.model_validate(state_block(devices=0.0)))
    assert column_entropy(shared, 32) == pytest.approx(1 / 32, rel=0.1)


def test_codes_correct_what_their_cosets_say_and_fail_as_a_binomial_law():
    for n, k, t in BCH:
        roots = {(c * 2**power) % n for c in range(1, 2 * t + 1) for power in range(n.bit_length())}
        assert n - len(roots) == k
    assert exceeds(7, 1, 0.1) == pytest.approx(1 - sum(comb(7, i) * 0.1**i * 0.9 ** (7 - i) for i in (0, 1)))
    clean, noisy = (best_scheme(1024, error, 0.9, 1e-6) for error in (1e-3, 0.02))
    assert clean.key > noisy.key > 0
    assert max(clean.failure, noisy.failure) <= 1e-6
    assert best_scheme(1024, 0.3, 0.9, 1e-6) is None


def test_the_command_writes_what_the_function_finds(tmp_path):
    file = write_puf(tmp_path / "own.json")
    done = command("entropy", "puf", file, "--chips", 30, "-o", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert found["chosen"] == "hrs"
    assert [one["state"] for one in found["states"]] == ["lrs", "hrs"]
    assert found["states"][1]["uniqueness"]["mean"] == pytest.approx(0.5, abs=0.02)
    keys = {(key["rows"], key["masked"]): key for key in found["keys"]}
    for key in keys.values():
        said = key["key_bits_interval"]
        assert said["low"] <= said["best"] <= said["high"]
    assert keys[1, True]["key_bits_interval"]["low"] < keys[1, True]["key_bits_interval"]["high"]
    assert keys[32, True]["worst"] < keys[32, False]["worst"]
    assert keys[1, True]["min_entropy"] > keys[32, True]["min_entropy"]
    page = (tmp_path / "out" / "report.html").read_text()
    assert "1.5 ± <span" in page  # 1 %, kept on one line
    assert "nan" not in page


def test_bad_options_and_statistics_are_one_line(tmp_path):
    file = write_puf(tmp_path / "own.json")
    done = command("entropy", "puf", file, "--state", "hrss", "-o", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 2
    assert "`--state` is `hrss` (did you mean `hrs`?)" in done.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(sk.InputError, match="most reads of unwritten had not decided"):
        sk.randomness.puf(sk.load(str(file)), state="unwritten")
    with pytest.raises(sk.InputError, match="the statistics: has no `puf`"):
        sk.randomness.puf(sk.load("learning"))
