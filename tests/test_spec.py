"""Experiment files: what is wrong with one is said in one line that names file, key and fix."""

import pytest

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.experiment.file import stored
from spicekit.run.spec import load_spec

from .conftest import SHORT_SPEC


def test_the_bundled_experiment_is_the_published_one():
    spec = load_spec("programming_conditions")
    assert [(c.name, c.set_compliance, c.reset_voltage, c.pulse_width) for c in spec.conditions] == [
        ("typical", 2e-4, 2.5, 1e-6),
        ("optimized-endurance", 2e-4, 1.5, 1e-6),
        ("optimized-energy", 2e-4, 2.0, 1e-7),
    ]
    assert spec.technology.temperature == 300.15


BAD = {
    "unknown key": ("seed = 7", "sead = 7", r"unknown key `sead` \(did you mean `seed`\?\)"),
    "unknown condition parameter": (
        'pulse_width = "1 us"',
        'pulse_with = "1 us"',
        r"`conditions\[1\].pulse_with` \(did",
    ),
    "unknown key in a table": ("samples = 6", "sample = 6", r"`monte_carlo.sample` \(did you mean `samples`"),
    "wrong type": ("samples = 6", 'samples = "6"', r"`monte_carlo.samples`.*got '6'"),
    "zero samples": (
        "samples = 6",
        "samples = 0",
        r"`monte_carlo.samples`.*greater than or equal to 1, got 0",
    ),
    "missing unit": ('"2.5 V"', '"2.5"', r"`conditions\[1\].reset_voltage`: got '2.5' without a unit"),
    "bare number": ('"2.5 V"', "2.5", r"reset_voltage`: got the bare number 2.5"),
    "wrong unit": ('"2.5 V"', '"2.5 A"', r"expected the unit V"),
    "mega or milli": ('"200 uA"', '"200 MA"', r"`M` is milli in SPICE and mega in SI"),
    "negative width": ('"1 us"', '"-1 us"', r"`conditions\[1\].pulse_width`.*greater than 0"),
    "infinite": ('"1 us"', '"inf s"', r"expected a number with a unit"),
    "beyond the transistor": (
        'reset_voltage = "2.5 V"',
        'reset_voltage = "18 V"',
        "`reset_voltage` is 18 V, expected at most 5 V, the supply",
    ),
    "two missing keys": (
        'set_compliance = "200 uA"\nreset_voltage = "2.5 V"\n',
        "",
        r"keys `conditions\[1\].set_compliance` and `conditions\[1\].reset_voltage` are missing",
    ),
    "name with a blank": (
        'name = "typical"',
        'name = "A 50uA"',
        r"`conditions\[1\].name`: got 'A 50uA', expected a name of letters, digits, .* such as 'A_50uA'",
    ),
    "kelvin": (
        "[monte_carlo]",
        '[technology]\ntemperature = "9000 K"\n[monte_carlo]',
        r"`technology.temperature`: ",
    ),
    "a number beyond all": (
        "seed = 7",
        f"seed = {'9' * 5000}",
        "is not TOML: a number in it is beyond all measure",
    ),
    "missing key": ('reset_voltage = "2.5 V"\n', "", r"key `conditions\[1\].reset_voltage` is missing"),
    "name twice": ('name = "fast"', 'name = "typical"', r"`typical` is given twice"),
    "name that is a path": ('name = "fast"', 'name = "../fast"', r"`conditions\[2\].name`"),
    "not TOML": ("[monte_carlo]", "[monte_carlo", r"is not TOML"),
    "another schema": ("spicekit.sweep/1", "spicekit.sweep/2", r"`schema` is 'spicekit.sweep/2'"),
    "unknown corner": ("[monte_carlo]", '[technology]\ncorner = "tx"\n[monte_carlo]', r"`corner` is `tx`"),
    "missing model": (
        "[monte_carlo]",
        '[technology]\nrram = "hfo3_130nm"\n[monte_carlo]',
        r"did you mean `hfo2_130nm`",
    ),
    "missing library": (
        "[monte_carlo]",
        '[technology.library]\npath = "none.lib"\nnmos = "n"\npmos = "p"\naccess = "a"\n[monte_carlo]',
        r"none.lib: no such file",
    ),
    "a table that is a number": (
        "[monte_carlo]",
        "technology = 3\n[monte_carlo]",
        r"`technology`: got 3, expected a table",
    ),
    "endless": ('"1 us"', '"1e99999999999999999999 s"', r"beyond any number"),
    "an age twice": (
        "cycles = [1e8]",
        "cycles = [1e8, 100000000]",
        r"`endurance.cycles`: `1e\+08` is given twice",
    ),
    "an endless age": ("cycles = [1e8]", "cycles = [inf]", r"`endurance.cycles\[1\]`"),
    "100 volts": ('"2.5 V"', '"100 V"', r"reset_voltage`.*less than or equal to 20"),
    "too hot": (
        "[monte_carlo]",
        '[technology]\ntemperature = "300.15 C"\n[monte_carlo]',
        r"technology.temperature",
    ),
    "a supply that may be gone": (
        "[monte_carlo]",
        '[technology]\nsupply_sigma = "0.2 V"\n[monte_carlo]',
        r"`technology`: `supply_sigma` is 0.2 V, expected 0.117 V at most",
    ),
    "a spread out of the range of temperatures": (
        "[monte_carlo]",
        '[technology]\ntemperature = "85 C"\ntemperature_sigma = "25 C"\n[monte_carlo]',
        r"`temperature_sigma` is 25 C, expected 19.2 C at most",
    ),
    "a spread below zero": (
        "[monte_carlo]",
        '[technology]\nsupply_sigma = "-30 mV"\n[monte_carlo]',
        r"`technology.supply_sigma`.*greater than or equal to 0, got '-30 mV'",
    ),
    "a misspelt spread": (
        "[monte_carlo]",
        '[technology]\ntemprature_sigma = "10 C"\n[monte_carlo]',
        r"`technology.temprature_sigma` \(did you mean `temperature_sigma`",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_line(tmp_path, case):
    old, new, said = BAD[case]
    assert old in SHORT_SPEC
    path = tmp_path / "bad.toml"
    path.write_text(SHORT_SPEC.replace(old, new, 1))
    with pytest.raises(InputError, match=said) as error:
        load_spec(path)
    assert "bad.toml" in str(error.value)
    assert "\n" not in str(error.value)


STUDY_ALONE = """
schema = "spicekit.sweep/1"
name = "study"
seed = 1
[technology]
supply_sigma = "30 mV"
[studies.switching_time]
set_voltages = ["1 V"]
temperatures = ["27 C"]
samples = 1
"""


def test_a_spread_of_the_surroundings_needs_conditions(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(STUDY_ALONE)
    with pytest.raises(InputError, match=r"study.toml: `technology.supply_sigma`: needs `\[\[cond"):
        load_spec(path)
    path.write_text(STUDY_ALONE.replace("30 mV", "0 V"))
    assert load_spec(path).technology.supply_sigma == 0


def test_of_an_experiment_that_was_run_unknown_keys_are_left_out(short_spec):
    """They are of another version, or of a study that a package brought."""
    known = stored(short_spec)
    text = SHORT_SPEC.replace("seed = 7", 'seed = 7\ncolour = "red"').replace(
        "samples = 6", "samples = 6\nodd = 1"
    )
    short_spec.write_text(text + 'colour = "blue"\n[studies.window]\nsamples = 3\n')
    assert stored(short_spec) == known
    with pytest.raises(InputError, match="unknown key"):
        load_spec(short_spec)
    short_spec.write_text(text.replace("[monte_carlo]\nsamples = 6", "monte_carlo = 6"))
    with pytest.raises(InputError, match=r"toml: `monte_carlo`: got 6, expected a table"):
        stored(short_spec)


def test_a_missing_file_names_what_is_bundled():
    with pytest.raises(InputError, match="did you mean `programming_conditions`"):
        load_spec("programing_conditions.toml")


def test_own_models_stand_beside_the_experiment(tmp_path, short_spec):
    text = (
        data_path("device_models", "rram", "hfo2_130nm.toml")
        .read_text()
        .replace("value = 0.5,", "value = 0.55,")
    )
    (tmp_path / "mine.toml").write_text(text)
    short_spec.write_text(
        SHORT_SPEC.replace("[monte_carlo]", '[technology]\nrram = "mine.toml"\n[monte_carlo]')
    )
    assert load_spec(short_spec).technology.rram.value("alpha") == 0.55
