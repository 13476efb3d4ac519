"""Statistics that somebody wrote by hand: little is needed, contradictions are refused by key, slips are told."""

import json
import warnings

import pytest
from scipy.stats import binom

from spicekit import statistics
from spicekit.data import data_path
from spicekit.errors import InputError, InputWarning
from spicekit.statistics import Probability, Share

PULSES = {"set_compliance": 2e-4, "reset_voltage": 2.0, "pulse_width": 1e-6}
LRS = {"median": 6100.0, "sigma_ln": 0.12, "quantiles": {"0.5": 6100.0}}
HRS = {"median": 84000.0, "sigma_ln": 0.5, "quantiles": {"0.5": 84000.0}}
RATE = {
    "low": 1e-3, "best": 2e-3, "high": 4e-3, "confidence": 0.95, "samples": 10000, "errors": 20, "discards": 0,
    "method": "counted, Clopper-Pearson",
}  # fmt: skip


def _written(folder, *conditions, text=None):
    tree = {"schema": "spicekit.statistics/1", "conditions": list(conditions)}
    path = folder / "statistics.json"
    path.write_text(text or json.dumps(tree))
    return path


def _condition(**more):
    return {"name": "my array", **PULSES, "lrs": LRS, "hrs": HRS, "ber_2t2r": RATE, **more}


def _loaded(folder, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return statistics.load(_written(folder, _condition(**more))).conditions[0]


def test_a_plain_number_is_a_rate_that_was_given(tmp_path):
    rate = _loaded(tmp_path, ber_2t2r=0.01).ber_2t2r
    assert (rate.low, rate.best, rate.high, rate.samples, rate.method) == (0.01, 0.01, 0.01, 0, "given")


def test_counts_alone_get_their_exact_interval(tmp_path):
    rate = _loaded(tmp_path, ber_2t2r={"samples": 1000, "errors": 10}).ber_2t2r
    # Clopper and Pearson: at each end the chance of what was seen, or of something further away, is 2.5 %
    assert binom.sf(9, 1000, rate.low) == pytest.approx(0.025)
    assert binom.cdf(10, 1000, rate.high) == pytest.approx(0.025)
    assert rate.best == pytest.approx(0.01)
    none_seen = _loaded(tmp_path, ber_2t2r={"samples": 1000, "errors": 0}).ber_2t2r
    assert none_seen.best is None
    assert none_seen.high == pytest.approx(1 - 0.05 ** (1 / 1000))


def test_four_keys_make_a_condition(tmp_path):
    path = _written(tmp_path, {"name": "a", **PULSES})
    assert statistics.load(path).conditions[0].ber_2t2r is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ber_2t2r": RATE | {"low": 4e-3, "high": 1e-3}}, "ber_2t2r.low` is 0.004, which is above `high`, 0.001"),
        ({"ber_2t2r": RATE | {"best": 5e-3}}, "ber_2t2r.best` is 0.005, expected between `low` and `high`"),
        ({"ber_1t1r": RATE | {"errors": 5000}}, "ber_1t1r.errors` are 5000 of 10000 `samples`, a rate of 0.5"),
        ({"ber_2t2r": RATE | {"errors": 20000}}, "ber_2t2r.errors` and `discards` are 20000 and 0, more than the"),
        ({"ber_2t2r": RATE | {"best": None}}, "ber_2t2r.best` is absent, which says that no error was seen"),
        ({"ber_2t2r": RATE | {"low": 0, "best": 0, "errors": 0}}, "that is a bound; leave `best` null"),
        ({"ber_2t2r": 1.5}, "ber_2t2r.low`: input should be less than or equal to 1, got 1.5"),
        ({"hrs": HRS | {"median": float("inf")}}, "hrs.median` is inf, expected a finite number"),
        ({"lrs": LRS | {"sigma_ln": float("nan")}}, "lrs.sigma_ln` is nan, expected a finite number"),
        ({"lrs": LRS | {"quantiles": {"0.1": 7e3, "0.9": 6e3}}}, "lrs.quantiles.0.9` is 6000, below that of 0.1"),
        ({"lrs": LRS | {"quantiles": {"half": 7e3}}}, "lrs.quantiles` has the key `half`"),
        ({"lrs": LRS | {"quantiles": {"0.5": -1}}}, "lrs.quantiles.0.5` is -1, expected a resistance above zero"),
        ({"energy_set": {"mean": -1.0, "std": 0}}, "energy_set.mean` is -1"),
        ({"read_delay": {"mean": 1e-9, "std": -1e-10}}, "read_delay.std` is -1e-10"),
        ({"set_compliance": 0}, "set_compliance` is 0, expected above zero"),
        ({"name": "a\u001b[2J"}, "expected 1 to 200 characters that can be printed"),
        ({"name": ""}, "expected 1 to 200 characters that can be printed"),
        (
            {"endurance": {"criterion": 1e-3, "curve": [[0, 2.0]]}},
            "endurance.curve.0` is [0, 2], expected cycles and a rate between 0 and 1",
        ),
        (
            {"endurance": {"criterion": 1e-3, "curve": [], "cycles": 5, "cycles_low": 9}},
            "endurance.cycles` with their ends are 9 ... 5, expected rising",
        ),
        (
            {"endurance": {"criterion": 1e-3, "curve": [], "counted": [[0, 10, 11, 0]]}},
            "endurance.counted.0` has more errors and discards (11, 0) than samples (10)",
        ),
    ],
)  # fmt: skip
def test_contradictions_are_refused_by_key(tmp_path, more, said):
    with pytest.raises(InputError) as refused:
        _loaded(tmp_path, **more)
    assert f"`conditions.0.{said}" in str(refused.value) or said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_name_may_stand_once(tmp_path):
    with pytest.raises(InputError, match=r"`conditions\.1\.name` is `my array`, as `conditions\.0\.name` is"):
        statistics.load(_written(tmp_path, _condition(), _condition()))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"ber_2t2r_estimate": RATE},
            r"`conditions\.0\.ber_2t2r_estimate` .*did you mean `ber_2t2r_estimated`",
        ),
        ({"lrs": LRS | {"sample": 20}}, r"`conditions\.0\.lrs\.sample` is not known and not used"),
        ({"lrs": HRS, "hrs": LRS}, "`my array`: `lrs.median` is 84000 Ohm, not below `hrs.median`, 6100 Ohm"),
        (
            {"hrs": HRS | {"quantiles": {"0.5": 6100}}},
            "`hrs.quantiles.0.5` is 6100 Ohm: they are the same number",
        ),
    ],
)
def test_slips_are_told_and_the_file_is_used(tmp_path, more, said):
    with pytest.warns(InputWarning, match=said):
        assert statistics.load(_written(tmp_path, _condition(**more))).conditions


def test_a_file_of_our_own_raises_no_doubt(request):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in sorted((request.config.rootpath / "reports").glob("*/statistics.json")):
            statistics.load(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "is nested too deeply"),
        ('{"a":' * 100_000, "is nested too deeply"),
        ('{"schema": ' + "1" * 5000 + "}", "a whole number of 5000 digits"),
        ('{"schema": "spicekit.statistics/1", "schema": 1}', "key `schema` stands twice"),
        ('{"schema": "\\ud800"}', "half a character"),
        ("[1]", "expected an object {…}, got a list"),
        ("", "is not statistics"),
        ('{"conditions": []}', "`schema` is 'None'"),
    ],
)
def test_text_that_is_no_statistics_is_one_line(tmp_path, text, said):
    (tmp_path / "statistics.json").write_text(text)
    with pytest.raises(InputError) as refused:
        statistics.load(tmp_path / "statistics.json")
    assert said in str(refused.value)
    assert str(tmp_path / "statistics.json") in str(refused.value)
    assert len(str(refused.value)) < 500


def test_bytes_that_are_no_text_are_one_line(tmp_path):
    (tmp_path / "statistics.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"statistics\.json: is not statistics"):
        statistics.load(tmp_path / "statistics.json")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("switching_time.points.0", "slower", "censored"),
        ("read_disturb.points.0", "beyond", "censored"),
        ("read_disturb.points.0", "least", "minimum"),
        ("superparamagnetic.points.0", "away", "rate_p_to_ap"),
        ("superparamagnetic.points.0", "back", "rate_ap_to_p"),
        ("superparamagnetic.points.0", "away_spread", "rate_p_to_ap_spread"),
        ("superparamagnetic.points.0", "back_spread", "rate_ap_to_p_spread"),
        ("superparamagnetic.points.0", "seen", "flips_resolved"),
        ("superparamagnetic.points.0", "put_off", "delayed"),
        ("oscillator.mutual.points.0.locked", "errors", "events"),
        ("oscillator.injection.points.0.detunings.0.locked", "errors", "events"),
    ],
)
def test_keys_of_earlier_versions_are_taken_under_their_names_of_today(tmp_path, path, old, new):
    key = path.partition(".")[0]
    tree = json.loads(statistics.dumps(statistics.load(_written(tmp_path, text=json.dumps(_file(key))))))
    value = _at(tree, path)[new]
    aged = json.loads(json.dumps(tree))
    _at(aged, path)[old] = _at(aged, path).pop(new)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # such as a question whether another key is meant
        found = statistics.load(_written(tmp_path, text=json.dumps(aged)))
    assert value is not None
    assert json.loads(statistics.dumps(found)) == tree


def _study(key):
    """Return a study's block as a run found it, as plain data."""
    name = {"oscillator": "oscillators", "superparamagnetic": "superparamagnetic"}.get(key, "rram_datasheet")
    return json.loads((data_path("reports") / name / "statistics.json").read_text())[key]


def _file(key):
    return {"schema": "spicekit.statistics/1", "conditions": [], key: _study(key)}


def _at(tree, path):
    for part in path.split("."):
        tree = tree[int(part) if part.isdecimal() else part]
    return tree


def _set(tree, path, value):
    outer, _, last = path.rpartition(".")
    _at(tree, outer)[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("oscillator.points.0.frequency.mean.value", -1e9, "zero or more"),
        ("oscillator.points.0.linewidth.std.value", -1.0, "zero or more"),
        ("oscillator.points.0.power.mean.error", -0.1, "zero or more"),
        ("oscillator.points.0.below_threshold", 10**6, "more than all"),
        (
            "oscillator.injection.points.0.detunings.0.locked.low",
            1.0,
            r"above `high`|between `low` and `high`",
        ),
        ("oscillator.mutual.points.0.locked.events", 10**6, "more than the"),
        ("oscillator.mutual.points.0.coherence", 1.5, "a share between 0 and 1"),
        ("oscillator.temperature", -1.0, "zero or more"),
        ("superparamagnetic.points.0.antiparallel.value", -0.2, "a share between 0 and 1"),
        ("superparamagnetic.points.0.flips_resolved", 10**9, "more than all"),
        ("superparamagnetic.law.balance_spread", -1e-3, "zero or more"),
        ("switching_time.points.0.sigma_log10", -0.1, "zero or more"),
        ("switching_time.points.0.discards", -1, "zero or more"),
        ("retention.points.0.temperature", -20.0, "zero or more"),
        ("retention.points.0.resistance.quantiles", {"1.5": 1e4}, "a probability between 0 and 1"),
        ("conductance_law.points.0.std.value", -1e-6, "zero or more"),
        ("read_disturb.points.0.censored", 10**6, "more than all"),
    ],
)
def test_contradictions_in_blocks_of_studies_are_refused_by_key(tmp_path, path, value, said):
    key = path.partition(".")[0]
    tree = _file(key)
    assert statistics.load(_written(tmp_path, text=json.dumps(tree)))
    _set(tree, path, value)
    with pytest.raises(InputError, match=rf"statistics\.json: `{path}.*{said}"):
        statistics.load(_written(tmp_path, text=json.dumps(tree)))


def test_a_share_by_hand_is_as_short_as_a_rate():
    """The count is called `errors` in earlier files."""
    counted = Probability.model_validate({"samples": 20, "errors": 3})
    for key in ("events", "errors"):
        share = Share.model_validate({"samples": 20, key: 3})
        assert (share.low, share.best, share.high, share.events) == (counted.low, 0.15, counted.high, 3)
    assert Share.model_validate(0.5).high == 0.5
