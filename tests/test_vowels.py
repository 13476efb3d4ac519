"""Coupled oscillators against SciPy and closed forms; learning rule, table and splits by hand; the command."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.models.mtj import load_mtj
from spicekit.network.data.formants import hillenbrand, load_vowels, split_by_talker
from spicekit.network.oscillators.devices import load_oscillators
from spicekit.network.oscillators.setup import Choice, setup_of
from spicekit.network.oscillators.simulate import Wiring, simulate
from spicekit.network.oscillators.state import drift, names_of, states_of
from spicekit.network.oscillators.tones import Table, wanted_shift
from spicekit.statistics import Estimate, Statistics, save
from spicekit.studies.oscillators.spread import Spread

from .made_up_oscillators import TEMPERATURE, vortex_block, write_vortex

TAU = 2 * np.pi
BAND = 320e6, 390e6
CURRENTS = np.array([[4e-3, 5e-3, 6.3e-3]])


@pytest.fixture
def technology(tmp_path):
    return load_oscillators(write_vortex(tmp_path / "statistics.json"))


def test_three_coupled_oscillators_move_as_in_scipy(technology):
    """The whole equation with carriers, not only what turns with c, integrated by DOP853."""
    d, wiring = technology.devices(1, 3, spread=0.0), Wiring.series(technology, CURRENTS[0], 50.0, 2e-3)
    tones, settle, record = np.array([[340e6, 352e6]]), 0.1e-6, 0.4e-6
    i, emitted = CURRENTS[0], d.emitted(CURRENTS)[0]

    def rate(t, c):
        p = np.abs(c) ** 2
        growth = d.spin_torque[0] * i * (1 - p) - d.damping[0] * (1 + d.damping_growth[0] * p)
        free = TAU * (growth - 1j * (d.frequency[0] + d.frequency_shift[0] * p)) * c
        loop = (emitted * c.real).sum() / wiring.resistance
        line = wiring.drive * np.sin(TAU * tones[0] * t).sum()
        return free + TAU * (wiring.junction * loop + wiring.line * line)

    start = np.sqrt(d.power(CURRENTS)[0]).astype(complex)
    solved = solve_ivp(
        rate, (0, settle + record), start, method="DOP853", rtol=1e-6, atol=1e-9, dense_output=True
    )
    motion = simulate(d, CURRENTS, tones, wiring, settle=settle, record=record, band=BAND)
    step = motion.step / 6  # every sixth is kept; the first one step after the settling
    times = (round(settle / step) + 1) * step + motion.step * np.arange(motion.amplitude.shape[2])
    expected = solved.sol(times) * np.exp(1j * TAU * motion.frame * times)
    off = np.abs(motion.amplitude[0] - expected).max(1) / np.abs(expected).max(1)
    assert off[:2].max() < 0.05
    assert off[2] < 0.2  # free: what turns against c shifts its frequency by 1e-4, which adds up
    assert names_of(states_of(motion, tones)) == ["AB-"]


def test_the_locking_range_is_the_closed_form(technology):
    """Slavin and Tiberkevich, PRB 72, 092407 (2005); a weak drive, so within 4 %."""
    drive, current = 0.5e-3, 5e-3
    model = load_mtj("vortex")
    law = model.oscillator(TEMPERATURE)
    half = law.locking_range(current, drive) / 2 * abs(technology.line) / law.injection
    offsets = half * np.array([-1.06, -0.94, 0.94, 1.06])
    tones = (law.oscillation_frequency(current) + offsets)[:, None]
    wiring = Wiring.series(technology, CURRENTS[0, :1], 50.0, drive, coupling=0.0)
    devices = technology.devices(1, 1, spread=0.0).chip(np.zeros(4, int))
    motion = simulate(devices, np.full((4, 1), current), tones, wiring, settle=2e-6, record=8e-6, band=BAND)
    assert states_of(motion, tones).ravel().tolist() == [0, 1, 1, 0]


def test_phase_noise_is_the_closed_form(technology):
    """Tiberkevich, Slavin and Kim, PRB 78, 092401 (2008); 600 oscillators: 6 % is one standard error of a variance."""
    rows, current = 600, 5e-3
    wiring = Wiring.series(technology, CURRENTS[0, :1], 50.0, 0.0, coupling=0.0)
    devices = technology.devices(1, 1, spread=0.0).chip(np.zeros(rows, int))
    tones = np.full((rows, 1), 350e6)
    motion = simulate(devices, np.full((rows, 1), current), tones, wiring, settle=0.2e-6, record=0.5e-6, band=BAND,
                      keys=np.arange(rows)[:, None])  # fmt: skip
    phase = np.unwrap(np.angle(motion.amplitude[:, 0]), axis=1)
    lag = (phase.shape[1] - 1) * motion.step
    expected = load_mtj("vortex").oscillator(TEMPERATURE).phase_variance(current, np.array([lag]))[0]
    assert np.var(phase[:, -1] - phase[:, 0]) == pytest.approx(expected, rel=0.2)


def test_noise_depends_on_the_key_alone(technology):
    setup = setup_of(technology, Choice(load=50.0))
    tones = np.random.default_rng(1).uniform(*setup.band, (6, 2))
    chips, keys = setup.chips(6, 3), np.array([[4, k] for k in range(6)])
    currents = np.tile(setup.currents, (6, 1))

    def run(rows):
        return simulate(chips.chip(rows), currents[rows], tones[rows], setup.wiring, settle=0.0, record=5e-8,
                        band=BAND, keys=keys[rows]).amplitude  # fmt: skip

    rows = np.arange(6)
    assert np.allclose(run(rows)[::-1], run(rows[::-1]), atol=1e-6)
    assert not np.allclose(run(rows)[:1], run(rows[:1] * 0 + 1), atol=1e-2)


def test_rf_currents_meet_the_slope_of_the_card(technology):
    model = load_mtj("vortex")
    slopes = [(model.voltage(i + 1e-6, 0.0) - model.voltage(i - 1e-6, 0.0)) / 2e-6 for i in CURRENTS[0]]
    assert technology.dynamic_resistance(CURRENTS[0]) == pytest.approx(
        slopes, rel=0.04
    )  # a parabola, beyond its points


def _found(value, error):
    return Estimate(value=value, error=error)


def test_the_nominal_device_and_all_drives_count(tmp_path):
    """Means of a few drawn devices are off by their luck; forces of all drives by their errors: 1/1, 1/4."""
    block = vortex_block()
    frequency = Spread(mean=_found(9e8, 1.0), nominal=_found(3e8, 1e6), std=_found(1e6, 1e6), devices=2)
    first = block.injection.points[0]
    points = [
        first.model_copy(
            update={"drive": drive, "coupling": Spread(mean=_found(1e9, 1.0), nominal=force, devices=2)}
        )
        for drive, force in ((1e-3, _found(4e8, 1e6)), (2e-3, _found(5e8, 2e6)))
    ]
    block = block.model_copy(update={
        "laws": block.laws.model_copy(update={"frequency": frequency}),
        "injection": block.injection.model_copy(update={"points": (*points, block.injection.points[1])}),
    })  # fmt: skip
    save(Statistics(conditions=(), oscillator=block), tmp_path / "s.json")
    found = load_oscillators(tmp_path / "s.json")
    assert abs(found.line) == pytest.approx(4.2e8)
    assert found.devices(1, 1, spread=0.0).frequency == 3e8


def test_chips_are_a_prefix_of_more_chips(technology):
    few, many = technology.devices(2, 4, seed=5), technology.devices(9, 4, seed=5)
    assert np.array_equal(few.frequency, many.frequency[:2])
    # the block's 3 % of 300 MHz, over 4,000 devices
    assert technology.devices(1000, 4).frequency.std() == pytest.approx(9e6, rel=0.05)


def test_calibrated_currents_give_the_designed_frequencies(technology):
    setup = setup_of(technology, Choice(load=50.0, lowest=1.5, highest=5.0, spread=0.3))
    devices = setup.chips(20, 1)
    currents = setup.calibrated(devices)
    inside = (currents > setup.range[0] * 1.001) & (currents < setup.range[1] * 0.999)
    off = devices.free_frequency(currents) - setup.frequencies
    assert inside.mean() > 0.5
    assert np.abs(off[inside]).max() < 1e3


def test_drift_is_counted_from_the_tone():
    from spicekit.network.oscillators.simulate import Motion

    times = 1e-8 * np.arange(200)
    free = np.exp(-1j * TAU * 3e6 * times)  # 3 MHz above the frame
    motion = Motion(free[None, None, :].astype(np.complex64), 1e-8, 340e6)
    tones = np.array([[343e6, 341e6]])
    assert drift(motion, tones)[0, 0] == pytest.approx([0, TAU * 2e6 * 1.5e-6], abs=0.05)
    assert states_of(motion, tones).tolist() == [[1]]


def test_table_and_rule_by_hand():
    states = np.array([[1, 0], [1, 0], [1, 2], [1, 2], [1, 2], [0, 2]])
    table = Table.of(states, np.array([0, 0, 1, 1, 0, 1]), 2)
    assert table(np.array([[1, 0], [1, 2], [0, 2]])).tolist() == [0, 1, 1]
    assert table(np.array([[0, 0]])).tolist() == [0]  # as near to [1, 0] as to [0, 2], which is rarer
    targets = table.target(np.array([[1, 2], [1, 0]]), np.array([0, 0]))
    assert targets.tolist() == [[1, 0], [1, 0]]
    # the second oscillator follows tone B from above and should not: away from it, upwards; one right already rests
    free, tones = np.array([[340.0, 361.0], [340.0, 361.0]]), np.array([[341.0, 360.0], [341.0, 360.0]])
    assert wanted_shift(np.array([[1, 2], [0, 0]]), np.array([[1, 0], [1, 2]]), free, tones).tolist() == [
        [0, 1],
        [1, -1],
    ]


def _csv(path, talkers=12):
    """Three vowels far apart in pitch, and a talker without one of them."""
    rng = np.random.default_rng(0)
    centres = {"iy": (430, 2700), "ah": (900, 1550), "uw": (460, 1100)}
    rows = [
        {"group": "w", "speaker": f"w{t:02}", "vowel": vowel, "F1": int(f1 * rng.normal(1, 0.04)),
         "F2": int(f2 * rng.normal(1, 0.04)), "F3": 0 if (t, vowel) == (0, "uw") else 3000}
        for t in range(talkers) for vowel, (f1, f2) in centres.items()
    ]  # fmt: skip
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_talkers_stay_whole(tmp_path):
    vowels = hillenbrand(_csv(tmp_path / "v.csv"), vowels=("iy", "ah", "uw"))
    assert vowels.number_of_talkers == 11
    assert vowels.left_out == 3
    test = split_by_talker(vowels.talkers, 0.2, 1)
    assert len(np.unique(vowels.talkers[test])) == 2
    assert not set(vowels.talkers[test]) & set(vowels.talkers[~test])


def test_only_the_tokens_of_hillenbrand_have_their_name(tmp_path, monkeypatch):
    import spicekit.network.data.formants as formants

    own = hillenbrand(_csv(tmp_path / "v.csv"), vowels=("iy", "ah", "uw"))
    assert own.name == "own"
    assert own.source.startswith("v.csv; not the 259 tokens of women's seven vowels")
    table = pd.read_csv(tmp_path / "v.csv").query("speaker != 'w00'")
    tokens = sorted(f"{row.vowel},{row.F1},{row.F2},{row.F3}" for row in table.itertuples())
    monkeypatch.setattr(formants, "_KNOWN", hashlib.sha256("\n".join(tokens).encode()).hexdigest())
    table.sample(frac=1, random_state=0).assign(more=1, F1=lambda t: t["F1"].astype(float)).to_csv(
        tmp_path / "w.csv", index=False
    )
    assert hillenbrand(tmp_path / "w.csv", vowels=("iy", "ah", "uw")).name == "hillenbrand"
    table.assign(F1=table["F1"] + 1).to_csv(tmp_path / "x.csv", index=False)
    assert hillenbrand(tmp_path / "x.csv", vowels=("iy", "ah", "uw")).name == "own"


def test_vowels_that_are_missing_are_one_line(tmp_path):
    with pytest.raises(InputError, match="did you mean `deterding`"):
        load_vowels("deterdin")
    with pytest.raises(InputError, match=r"needs --path FILE\.csv"):
        load_vowels("hillenbrand")
    (tmp_path / "x.csv").write_text("a,b\n1,2,3,4\n1,2,3,4,5\n")
    with pytest.raises(InputError, match="is not a table of vowels") as raised:
        load_vowels("hillenbrand", tmp_path / "x.csv")
    assert "\n" not in str(raised.value)
    (tmp_path / "x.csv").write_text("group,speaker,vowel,f1,F2,F3\n")
    with pytest.raises(InputError, match="column `F1` is missing"):
        load_vowels("hillenbrand", tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("what", "said"),
    [({"laws": False}, r"run \[studies.oscillation\]"), ({"injection": False}, "run .*with `line_drives`")],
)
def test_missing_parts_of_the_block_are_named(tmp_path, what, said):
    with pytest.raises(InputError, match=said):
        load_oscillators(write_vortex(tmp_path / "s.json", **what))


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (Choice(), "give `--load`"),
        (Choice(load=50.0, lowest=0.5), "expected the first above 1"),
        (Choice(load=50.0, oscillators=1), "expected at least 2"),
    ],
)
def test_networks_that_cannot_be_are_refused(technology, choice, said):
    with pytest.raises(InputError, match=said):
        setup_of(technology, choice)


@pytest.mark.slow
def test_the_command_tells_three_vowels_apart(tmp_path):
    statistics, data = write_vortex(tmp_path / "statistics.json"), _csv(tmp_path / "v.csv")
    arguments = [
        statistics,
        "--path",
        data,
        "--splits",
        2,
        "--chips",
        2,
        "--epochs",
        2,
        "--load",
        50,
        "--group",
        "women",
        "--vowels",
        "iy,ah,uw",
    ]
    found = CliRunner().invoke(app, ["network", "vowels", *map(str, arguments), "-o", str(tmp_path / "out")])
    assert found.exit_code == 0, found.output
    steps, total = found.stderr.strip().splitlines()[-1].split(",")[0].removeprefix("steps ").split("/")
    assert steps == total  # the progress ends where it said
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    rates = {row["classifier"]: row["test"] for row in summary["classifiers"]}
    assert rates["softmax regression"] == 1.0
    assert rates["oscillators, perfect"] > 0.9
    assert rates["oscillators, online"] > 0.7
    assert (summary["data"]["groups"], summary["data"]["classes"]) == (["women"], ["iy", "ah", "uw"])
    online = summary["differences"][0]
    assert online["points"] == pytest.approx(
        100 * (rates["oscillators, online"] - rates["oscillators, calibrated"])
    )
    assert f"less currents set by free frequencies: {online['points']:+.1f} (" in found.stdout
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Synchronization map" in page
    assert "11 talkers (women), 3 vowels (iy, ah, uw)" in page
    assert "Which way is better" in page
