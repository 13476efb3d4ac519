"""The study of a superparamagnetic junction: against the law of its card, resumed, refused where it tells no rates."""

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Boltzmann, elementary_charge

from spicekit import statistics
from spicekit.errors import InputError
from spicekit.report import build_report
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.studies.superparamagnetic.analyze import analyze_telegraph

SPEC = """
schema = "spicekit.sweep/1"
name = "pbit"
seed = 6
[technology]
superparamagnetic = "superparamagnetic_inplane"
[studies.superparamagnetic]
voltages = ["-100 mV", "100 mV"]
interval = "500 ps"
duration = "520 ns"
samples = 2
quick_samples = 1
"""


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "pbit.toml"
    path.write_text(SPEC)
    return path


def run_to_end(spec, path, **options):
    folder = RunFolder(path)
    return folder, run(make_plan(load_spec(spec), **options), folder, Settings(), lambda _: None)


def test_the_study_finds_the_law_of_the_card_and_resumes_to_the_same_bytes(spec, tmp_path):
    whole, finished = run_to_end(spec, tmp_path / "whole")
    assert finished.discards == ()
    found = finished.statistics.superparamagnetic
    assert [p.voltage for p in found.points] == [-0.1, 0.1]
    low, high = found.points
    # a positive voltage favours the parallel state; the junction and 1 kOhm divide it
    assert low.antiparallel.value > 0.6 > 0.4 > high.antiparallel.value
    assert high.parallel_voltage == pytest.approx(0.1 * 7640 / 8640, rel=2e-3)
    junction = load_spec(spec).technology.superparamagnetic
    kt = Boltzmann * 300.15 / elementary_charge
    scale = junction.value("critical_voltage") * kt / junction.value("barrier")
    assert found.law.devices == 2
    assert found.law.voltage_scale.value == pytest.approx(scale, rel=0.25)
    assert found.law.antiparallel(found.law.balance.value) == 0.5
    for point in found.points:
        assert (point.samples, point.stuck, point.discards) == (2, 0, 0)
        assert point.flips >= point.flips_resolved > 0.8 * point.flips
        assert point.dwell_p_value is None or point.dwell_p_value > 1e-4

    short, _ = run_to_end(spec, tmp_path / "resumed", quick=True)
    resumed, _ = run_to_end(spec, tmp_path / "resumed")
    assert resumed.statistics_file.read_bytes() == whole.statistics_file.read_bytes()
    pd.testing.assert_frame_equal(short.study("superparamagnetic"), resumed.study("superparamagnetic"))
    assert statistics.load(whole.statistics_file) == finished.statistics
    page = build_report(whole).read_text()
    assert "Superparamagnetic switching" in page
    assert f"{found.law.voltage_scale.value * 1e3:.3g}" in page


def made_up(random, law, offset, number, voltage, points=30_000, interval=0.05):
    """Rows of one device whose rates follow `law` at `voltage` - `offset`."""
    rates = [np.exp(sign * (voltage - offset) / law["scale"]) / law["dwell"] for sign in (-1, 1)]
    dwells = random.exponential(size=20_000) / np.where(np.arange(20_000) % 2 == 0, *rates)
    states = np.searchsorted(np.cumsum(dwells), interval * np.arange(points)) % 2
    starts = np.concatenate([[0], np.flatnonzero(np.diff(states)) + 1])
    state = states[starts]
    return pd.DataFrame(
        {
            "voltage": voltage, "temperature": 300.0, "sample": number, "outcome": "ok", "reason": "", "state": state,
            "looks": np.diff(np.append(starts, points)), "level": voltage, "flips": len(state), "put_off": 0,
        }
    )  # fmt: skip


def test_law_and_errors_of_devices_that_numpy_made_up():
    law = {"scale": 0.1, "dwell": 1.0}
    pulls, chi_squared = [], []
    for seed in range(12):
        random = np.random.default_rng(seed)
        offsets = random.normal(0.02, 0.01, size=6)
        rows = pd.concat(
            [made_up(random, law, o, n, v) for v in (-0.1, 0.05, 0.1) for n, o in enumerate(offsets)]
        )
        found = analyze_telegraph(rows, 0.05, 1500.0, 1e3)
        pulls.append(
            [
                (found.law.voltage_scale.value - 0.1) / found.law.voltage_scale.error,
                np.log(found.law.dwell_time.value) / found.law.dwell_time.error,
                (found.law.balance.value - offsets.mean()) / 1e-3,
            ]
        )
        chi_squared.append(found.law.chi_squared)
        assert found.law.balance_spread == pytest.approx(offsets.std(ddof=1), abs=2.5e-3)
    assert np.abs(np.array(pulls)).max() < 5
    assert np.abs(np.mean(pulls, axis=0)[:2]).max() < 1
    assert np.mean(chi_squared) == pytest.approx(1, abs=0.2)


BAD = {
    "no junction": ('superparamagnetic = "superparamagnetic_inplane"', "", "needs a junction: give `technology.super"),
    "zero": ('"-100 mV", "100 mV"', '"0 V", "100 mV"', r"`voltages`: 0 V reads nothing"),
    "coarse": ('"500 ps"', '"2 ns"', r"`interval` is 2 ns: at -0.1 V .*; expected at most 1.69 ns"),
    "short": ('"520 ns"', '"300 ns"', r"`duration` is 300 ns: at -0.1 V .*; expected at least 510 ns, or less"),
    "card": ("superparamagnetic_inplane", "superparamagnetic_inplan", "did you mean `superparamagnetic_inplane`"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_tell_rates_is_said_in_one_line(spec, case):
    old, new, message = BAD[case]
    spec.write_text(SPEC.replace(old, new))
    with pytest.raises(InputError, match=message) as error:
        make_plan(load_spec(spec))
    assert "\n" not in str(error.value)
    assert str(spec) in str(error.value)
