"""Sweeps of a line's voltage: their columns, choice of voltages, and points that only bound a resistance."""

import numpy as np
import pytest
from scipy.stats import norm

from spicekit.cli.fit_options import only_of
from spicekit.errors import InputError
from spicekit.fit.arrays import arrays_of
from spicekit.fit.censored import bounded_mean, covariance
from spicekit.fit.facts import of_state
from spicekit.fit.fit import fit_devices
from spicekit.fit.hold_out import split
from spicekit.fit.measured import Setting, read_measured
from spicekit.fit.response import build_testbench, in_a_row, with_values
from spicekit.fit.rows import spread_of_rows, state_rows
from spicekit.fit.sweeps import Chosen

from .made_up_devices import normally_spread
from .test_fit_measured import OTHERWISE

HEAD = "device,pulse_width_ns,source_line_V,word_line_V,resistance_before,resistance_after\n"


@pytest.fixture(scope="module")
def technology(technology):
    """The base, which knows no forms: few resistances tell none."""
    return normally_spread(technology)


@pytest.fixture
def read(tmp_path):
    def from_text(text, only=None, **more):
        path = tmp_path / "sweep.csv"
        path.write_text(text)
        return read_measured(path, {}, OTHERWISE, only=only_of(only or ()), **more)

    return from_text


def resets(devices=12, voltages=(0.0, 1.0, 1.5, 2.0, 2.5), left_above=50e3, seed=0):
    """Rows of RESET sweeps as (device, voltage, before, after); a sweep ends when its cell has left the window."""
    rng = np.random.default_rng(seed)
    rows = []
    for d in range(devices):
        before = 6000.0
        for v in voltages:
            after = round(6000 * np.exp(v + rng.normal(0, 0.2)), 2)
            rows.append((f"d{d}", v, before, after))
            before = after
            if after > left_above:
                break
    return rows


def text_of(rows):
    return HEAD + "".join(f"{d},200,{v},3.5,{b},{a}\n" for d, v, b, a in rows)


def test_a_pulsed_line_says_which_state_it_leaves(read):
    found = read(text_of(resets()), ["source_line=1:2"])
    assert set(found.table["state"]) == {"hrs"}
    assert found.settings == tuple(Setting(2e-4, v, 2e-7, 0.2, reset_word_line=3.5) for v in (1.0, 1.5, 2.0))
    assert "no column `state`: the source line is pulsed: RESETs, which leave HRS" in found.notes
    assert len(found.bounds) == 0
    sets = read(
        "bit_line,word_line,resistance_after\n"
        + "".join(f"2,{1 + i % 2 / 10},{5e3 + i}\n" for i in range(20))
    )
    assert set(sets.table["state"]) == {"lrs"}
    assert [(s.set_voltage, s.set_word_line, s.set_compliance) for s in sets.settings] == [
        (2, 1, None),
        (2, 1.1, None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "state,resistance,word_line\nlrs,5,2\n",
            "column `word_line` could be of SET, RESET or reads: call it",
        ),
        ("bit_line,source_line,resistance\n2,2,5\n", "column `state` is missing"),
        ("bit_line,set_voltage,resistance\n2,2,5\n", "column `set_voltage` is given twice"),
        ("bit_line,resistance,resistance_after\n2,5,5\n", "column `resistance` is given twice"),
        ("bit_lines,resistance\n2,5\n", "unknown column `bit_lines` (did you mean `bit_line`?)"),
        (
            "bit_line,resistance\n-2,5\n",
            "`set_voltage` is -2, expected a number, 0 or more, in V, at most 20",
        ),
        (
            "bit_line,resistance,censored\n2,5,yes\n",
            "line 2: `censored` is `yes`, expected `above`, `below`, or no",
        ),
    ],
)
def test_bad_columns(read, text, said):
    with pytest.raises(InputError) as error:
        read(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_values_are_chosen_by_lists_ranges_and_steps():
    given = np.array([1.0, 2.0, 2.05, 2.1, 2.2, 2.3, np.nan])
    for text, wanted in (
        ("2:2.2", [2.0, 2.05, 2.1, 2.2]),
        ("2 V:2200 mV:0.1", [2.0, 2.1, 2.2]),
        ("1,2.3", [1.0, 2.3]),
        ("2.05", [2.05]),
    ):
        chosen = only_of([f"set_word_line={text}"])["set_word_line"]
        assert given[chosen.has(given)].tolist() == wanted
    swept = np.arange(200, 301) / 100
    assert Chosen(2.25, 2.6, 0.05).has(swept).sum() == 8  # binary fractions do not fall through


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            ["word_lin=2"],
            "`--only`: `word_lin` is no condition (did you mean `word_line`?); expected such as set_word",
        ),
        (["word_line=3:2"], "`--only word_line=3:2`: expected FIRST:LAST or FIRST:LAST:STEP in rising order"),
        (["word_line=2:3:0"], "expected FIRST:LAST or FIRST:LAST:STEP"),
        (["word_line=2 A"], "`--only word_line=2 A`: got '2 A', expected the unit V"),
        (["word_line="], "`--only word_line=`: got ''"),
        (["word_line=2", "word_line=3"], "`--only word_line=` is given twice"),
    ],
)
def test_bad_choices(texts, said):
    with pytest.raises(InputError) as error:
        only_of(texts)
    assert said in str(error.value)


def test_a_choice_without_rows_and_too_many_settings(read):
    with pytest.raises(
        InputError, match=r"no row has the `reset_voltage` of `--only`; .* in the file: 0 to 2.5"
    ):
        read(text_of(resets()), ["source_line=3:4"])
    with pytest.raises(InputError, match=r"has no column `bit_line`, which `--only` needs"):
        read(text_of(resets()), ["bit_line=3:4"])
    many = "".join(f"2,{2 + i % 30 / 100},{5e3 + i}\n" for i in range(600))
    with pytest.raises(
        InputError,
        match=r"30 different settings, .* such as `--only set_word_line=2:2.29:0.03`",
    ):
        read("bit_line,word_line,resistance\n" + many)


def test_a_sweep_from_zero_is_no_pulse_there(read, technology):
    with pytest.raises(
        InputError, match=r"`reset_voltage` is 0 V, which is no pulse: choose others, as by `--only"
    ):
        fit_devices(read(text_of(resets()), ["source_line=0:2"]), technology)


def test_points_filled_in_are_bounds_and_never_values(read):
    rows = resets(devices=40)
    ended = [[r for r in rows if r[0] == f"d{d}"][-1] for d in range(40)]
    filled = [(d, v, b, a) for d, end, b, a in ended for v in (1.0, 1.5, 2.0, 2.5) if v > end]
    assert len(filled) > 5
    found = read(text_of(rows + filled), ["source_line=1:2.5"])
    assert (
        f"{len(filled)} rows repeat both resistances of an earlier one (from line {len(rows) + 2} on)"
        in str(found.notes)
    )
    assert len(found.table) == sum(v >= 1 for _, v, *_ in rows)
    assert set(found.bounds["censored"]) == {"above"}
    by_hand = read(text_of(rows), ["source_line=1:2.5"], ended_sweeps=True)
    lines = [",".join(map(str, (d, 200, v, 3.5, b, a, ""))) for d, v, b, a in rows]
    lines += [",".join(map(str, (d, 200, v, 3.5, 1, a, "above"))) for d, v, b, a in filled]
    head = HEAD.replace("after", "after,censored")
    stated = read(head + "\n".join(lines), ["source_line=1:2.5"])
    for other in (by_hand, stated):
        key = ["device", "setting", "resistance"]
        assert other.table.equals(found.table)
        assert sorted(map(tuple, other.bounds[key].values)) == sorted(map(tuple, found.bounds[key].values))
        assert set(other.bounds["censored"]) == {"above"}
    values = arrays_of(found, 3)["hrs"]
    assert np.isposinf(values).sum() == (found.bounds["setting"] == 3).sum()
    assert of_state(values)["99 %"] is None
    parts = split(None, found, 0.5, 0)
    assert sum(len(part.bounds) for part in parts) == len(found.bounds)
    assert not set(parts[0].bounds["device"]) & set(parts[1].table["device"])


def test_only_rising_sweeps_of_one_condition_have_ends(read):
    rows = "".join(f"d,{2 + i % 2},{2 + i % 3 / 10},{5e3 + i}\n" for i in range(60))
    with pytest.raises(
        InputError, match=r"`set_voltage`, `set_word_line` varies, expected one condition that rises"
    ):
        read(f"device,bit_line,word_line,resistance\n{rows}", ended_sweeps=True)


def test_the_mean_of_values_and_bounds_is_that_of_the_law():
    rng = np.random.default_rng(0)
    outside, left_out = 0, []
    for _ in range(40):
        device = np.repeat(np.arange(30), 10)
        y = 11 + 0.3 * rng.standard_normal(30)[device] + 0.4 * rng.standard_normal(300)
        bound = 11 + rng.normal(0.1, 0.2, 300)  # above which a value is not seen
        seen = y < bound
        labels = [*device[seen], *device[~seen]]
        found = bounded_mean(y[seen], bound[~seen], np.ones((~seen).sum(), bool), labels)
        error = np.sqrt(covariance([found])[0, 0])
        outside += abs(found.mean - 11) > 2.05 * error
        assert found.sigma == pytest.approx(0.5, abs=0.15)
        assert error == pytest.approx(np.sqrt(0.09 / 30 + 0.16 / 300), rel=0.5)
        left_out.append(11 - y[seen].mean())
        mirrored = bounded_mean(-y[seen], -bound[~seen], np.zeros((~seen).sum(), bool), labels)
        assert mirrored.mean == pytest.approx(-found.mean, abs=1e-4)
    assert outside <= 6  # of 40 intervals of 95 %
    assert np.mean(left_out) > 0.1  # what values alone would be off by


def test_without_bounds_it_is_the_mean():
    y = 11 + 0.5 * norm.ppf((np.arange(200) + 0.5) / 200)
    found = bounded_mean(y, np.array([]), np.array([], bool), [*range(200)])
    assert found.mean == pytest.approx(y.mean(), abs=1e-6)
    assert found.sigma == pytest.approx(y.std(), rel=1e-4)
    assert covariance([found])[0, 0] == pytest.approx(y.var() / 199, rel=1e-3)


def test_a_condition_at_which_rows_only_bound_has_the_mean_of_its_law(tmp_path):
    """Sixty devices, ln R = ln 6000 + V + 0.3 z; at 1.8 V nothing above the median is seen, as beyond a range."""
    off = 0.3 * norm.ppf((np.arange(60) + 0.5) / 60)
    rows = [f"d{d},{v},{6000 * np.exp(v + z):.6g},\n" for v in (1.2, 1.5) for d, z in enumerate(off)]
    rows += [
        f"d{d},1.8,{6000 * np.exp(1.8 + min(z, 0)):.6g},{'above' if z > 0 else ''}\n"
        for d, z in enumerate(off)
    ]
    path = tmp_path / "sweep.csv"
    path.write_text("device,source_line,resistance,censored\n" + "".join(rows))
    found = state_rows(read_measured(path, {"pulse_width": 1e-6}, OTHERWISE), "hrs")
    assert set(found.bounded) == {2}
    spread, _ = spread_of_rows({"hrs": found}, {"hrs": np.ones(3)}, 20.0)
    # what is seen at 1.8 V alone is 0.24 lower
    assert spread["hrs"].means.values == pytest.approx(np.log(6000) + np.array([1.2, 1.5, 1.8]), abs=0.03)


@pytest.mark.slow
def test_barriers_come_back_from_a_sweep_of_which_half_has_ended(technology, tmp_path):
    base, voltages = technology.rram, (1.2, 1.5, 1.8)
    truth = {"e_reset": 1.1 * base.value("e_reset"), "e_reset_gap": 1.1 * base.value("e_reset_gap")}
    rows, ended = [], {}
    for v in voltages:
        bench = build_testbench(technology, Setting(2e-4, v, 1e-6, 0.2))
        ohm = np.exp(in_a_row(bench, with_values(base, truth), 3, 30, 1)["hrs"][:, 0])
        window = np.inf if v == voltages[0] else np.median(ohm)
        for d, r in enumerate(ohm):
            if d not in ended:
                rows.append(f"d{d},{v},{r:.6g},\n")
                if r > window:
                    ended[d] = r
            else:
                rows.append(f"d{d},{v},{ended[d]:.6g},above\n")
    path = tmp_path / "sweep.csv"
    path.write_text("device,source_line,resistance,censored\n" + "".join(rows))
    data = read_measured(path, {"pulse_width": 1e-6}, OTHERWISE)
    assert len(data.bounds) >= 12
    assert set(state_rows(data, "hrs").bounded) == {2}
    fit = fit_devices(data, technology, samples=16, rounds=1)
    for estimate in fit.estimates:
        if estimate.key[0] == "parameters":
            assert estimate.interval.low <= truth[estimate.key[1]] <= estimate.interval.high
    assert any("at 1 of 3 conditions rows only bound the resistance" in note for note in fit.notes)
    high = read_measured(path, {}, OTHERWISE, only={"reset_voltage": Chosen(1.8, 9)})
    with pytest.raises(InputError, match=r"HRS has rows that only bound it at every condition, expected one"):
        state_rows(high, "hrs")
