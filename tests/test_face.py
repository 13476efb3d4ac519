"""What `import spicekit` gives: experiments and runs as Python objects, the same as files and commands."""

import ast
import inspect
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import spicekit as sk
from spicekit.cli import (
    network,
    network_bayes,
    network_digits,
    network_mcmc,
    network_pbits,
    network_posterior,
    network_vowels,
)
from spicekit.network.data.formants import load_vowels
from spicekit.run.collect import Collector
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from tests.commands import said_at_the_end
from tests.conftest import leave_undrawn
from tests.test_export_docs import blocks
from tests.test_spoken import write_recordings

pytestmark = pytest.mark.usefixtures("undrawn")
ROOT = Path(__file__).parents[1]
HEAVY = (
    "PySpice", "matplotlib", "numpy", "openturns", "pandas", "pyarrow", "pydantic", "rich", "scipy", "sklearn", "typer"
)  # fmt: skip
FEW = {"name": "few", "seed": 7, "samples": 4}
PULSES = sk.Condition("1.5V", set_compliance=200e-6, reset_voltage=1.5, pulse_width=100e-9)
BY_HAND = """
schema = "spicekit.sweep/1"
name = "few"
seed = 7
[monte_carlo]
samples = 4
[technology]
temperature = "85 C"
[[conditions]]
name = "1.5V"
set_compliance = "0.2 mA"   # as 200 uA
reset_voltage = "1500 mV"
pulse_width = "0.1 us"
"""


def few(**changed) -> sk.Experiment:
    return sk.Experiment(**{**FEW, "conditions": [PULSES], **changed})


def in_a_script(folder, text, **options):
    (folder / "script.py").write_text(text)
    return subprocess.Popen(
        [sys.executable, "script.py"], cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}, **options,
    )  # fmt: skip


def test_the_import_loads_nothing(tmp_path):
    said, errors = in_a_script(
        tmp_path,
        "import sys\nbefore = set(sys.modules)\nimport spicekit\ndir(spicekit)\n"
        f"print([m for m in {HEAVY} if m in sys.modules], [m for m in sys.modules if m.startswith('spicekit.')])",
    ).communicate(timeout=120)
    assert said == "[] ['spicekit.lazy']\n", errors


def test_every_name_is_there_and_known_to_type_checkers():
    assert all(getattr(sk, name) is not None for name in sk.__all__)
    assert set(sk.__all__) <= set(dir(sk))
    tree = ast.parse(Path(sk.__file__).read_text(encoding="utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {
        name.asname or name.name
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert typed - {"version"} == set(sk.__all__) - {"__version__"}
    assert re.fullmatch(r"\d+\.\d+.*", sk.__version__)
    with pytest.raises(AttributeError, match="no attribute 'Experimnt'"):
        _ = sk.Experimnt


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "sweeps").glob("*.toml")))
def test_every_experiment_that_comes_along_is_saved_and_loaded_as_it_was(tmp_path, name):
    experiment = sk.Experiment.load(name)
    assert sk.Experiment.load(experiment.save(tmp_path / "saved.toml")) == experiment


def test_an_experiment_of_numbers_is_the_file_of_the_same_values(tmp_path):
    (tmp_path / "by_hand.toml").write_text(BY_HAND)
    experiment = few(technology={"temperature": 358.15})
    assert sk.Experiment.load(tmp_path / "by_hand.toml") == experiment
    assert experiment.conditions[0] == PULSES
    assert few(technology={"temperature": "85 C"}) == experiment
    assert few(technology={"temperature": np.float64(358.15)}, conditions=(vars(PULSES),)) == experiment
    saved = experiment.save(tmp_path / "saved.toml")
    assert 'temperature = "85 C"' in saved.read_text()
    assert 'set_compliance = "200 uA"' in saved.read_text()
    by_hand, plan = (make_plan(load_spec(tmp_path / file)) for file in ("by_hand.toml", "saved.toml"))
    assert plan.identities == by_hand.identities
    assert plan.identity == by_hand.identity


def test_all_tables_take_plain_numbers():
    experiment = few(
        conditions=[replace(PULSES, targets={"energy_set_below": 1e-9}, published={"source": "none"})],
        technology={"supply_sigma": 0.03, "temperature_sigma": 10},
        monte_carlo={"wall_time": 5400, "errors": 3},
        endurance={"cycles": (1e6, 1e8), "samples": 2, "criterion": 1e-3},
        estimate={},
        studies={"retention": {"samples": 3, "set_compliance": 2e-4, "reset_voltage": 2, "pulse_width": 1e-7,
                               "temperatures": np.array([398.15, 423.15]), "times": [3600, 3.6e5]}},
    )  # fmt: skip
    for line in (
        'supply_sigma = "30 mV"', 'temperature_sigma = "10 C"', 'wall_time = "5400 s"', "[estimate]",
        'energy_set_below = "1 nJ"', 'temperatures = ["125 C", "150 C"]', 'times = ["3600 s", "360000 s"]',
    ):  # fmt: skip
        assert line in experiment.text
    table = experiment.studies["retention"]
    assert (table["temperatures"], table["times"]) == ([398.15, 423.15], [3600, 3.6e5])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"conditions": [replace(PULSES, set_compliance=200)]}, "`conditions[1].set_compliance`: input should be less"),
        ({"conditions": [replace(PULSES, set_compliance="200 M")]}, "`M` is milli in SPICE and mega in SI"),
        ({"conditions": [replace(PULSES, reset_voltage=True)]}, "`conditions[1].reset_voltage`: got the bare number"),
        ({"conditions": [replace(PULSES, pulse_width=float("nan"))]}, "got nan, expected a finite number"),
        ({"conditions": PULSES}, "`conditions`: input should be a valid list"),
        ({"technology": {"temperature": 27}}, "got the bare number 27, which is kelvin; in degrees"),
        ({"technology": {"temperatur": 300}}, "unknown key `technology.temperatur` (did you mean `temperature`?)"),
        ({"technology": "tt"}, "`technology`: got 'tt', expected a table"),
        ({"monte_carlo": {"samples": 3}}, "`samples` is given twice: leave it out of `monte_carlo`"),
        ({"samples": None}, "key `monte_carlo.samples` is missing: how many chains of each condition"),
        ({"conditions": [PULSES, PULSES]}, "`conditions`: `1.5V` is given twice; each must be given once"),
        ({"title": "a\x01b"}, "`title`: holds the character U+0001, which cannot be printed"),
        ({"seed": -1}, "`seed`: input should be greater than or equal to 0, got -1"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_at_once(changed, said):
    with pytest.raises(sk.InputError) as error:
        few(**changed)
    assert str(error.value).startswith("experiment few: ")
    assert said in str(error.value)


def test_a_file_is_not_replaced(tmp_path):
    saved = few().save(tmp_path / "mine.toml")
    assert few().save(saved) == saved  # as it says the same
    with pytest.raises(sk.InputError, match=r"mine\.toml: exists already; nothing is overwritten"):
        few(seed=8).save(saved)
    assert sk.Experiment.load(saved).seed == 7


def test_own_cards_are_found_wherever_an_experiment_is_saved(tmp_path, monkeypatch):
    card = (ROOT / "device_models/rram/hfo2_130nm.toml").read_text()
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "own.toml").write_text(card)
    (tmp_path / "cards" / "spec.toml").write_text(
        BY_HAND.replace("[technology]", '[technology]\nrram = "own.toml"')
    )
    loaded = sk.Experiment.load(tmp_path / "cards" / "spec.toml")
    monkeypatch.chdir(tmp_path)
    built = few(technology={"temperature": 358.15, "rram": Path("cards/own.toml")})
    (tmp_path / "elsewhere").mkdir()
    saved = loaded.save(tmp_path / "elsewhere" / "saved.toml")
    assert sk.Experiment.load(saved) == loaded == built
    assert load_spec(saved).own_files.keys() == {"models/rram/own.toml"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A run of four samples on one worker, and the file of its experiment."""
    folder = tmp_path_factory.mktemp("face")
    experiment = few()
    with pytest.MonkeyPatch.context() as patch:
        leave_undrawn(patch)
        run = experiment.run(folder / "run", workers=1, progress=False)
    return run, experiment.save(folder / "few.toml")


def test_a_run_says_what_came_out(finished):
    run, _ = finished
    assert run.finished
    assert run.statistics.condition("1.5V").ber_2t2r.samples == len(run.samples) == 4
    assert run.table["set_compliance_A"].tolist() == [200e-6]
    assert run.table["ber_2t2r_samples"].tolist() == [4]
    assert run.replay("1.5V:2").row["margin"] == run.samples["margin"][2]
    assert run.report().read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    with pytest.raises(sk.InputError, match="has no study `retention`; it has memory"):
        run.study("retention")
    with pytest.raises(sk.InputError, match="expected CONDITION:NUMBER"):
        run.replay("17")


def test_the_command_finds_the_run_done_and_changes_nothing(finished, here):
    run, file = finished
    assert (run.folder / "spec.toml").read_bytes() == file.read_bytes()
    before = {path: path.read_bytes() for path in run.folder.rglob("*.*") if path.name != "manifest.json"}
    code, _, said = here("run", file, "-o", run.folder, "--quiet", "-j", 1)
    assert (code, said) == (0, "")
    after = {path: path.read_bytes() for path in run.folder.rglob("*.*") if path.name != "manifest.json"}
    assert after == before
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest["identity"] == make_plan(load_spec(file)).identity


def test_a_loaded_experiment_stands_in_the_run_folder_as_its_file_does(finished, tmp_path):
    run, file = finished
    commented = tmp_path / "commented.toml"
    commented.write_text("# why\n" + file.read_text())
    shutil.copytree(run.folder, tmp_path / "run")  # nothing is left to simulate
    again = sk.Experiment.load(commented).run(tmp_path / "run", workers=1, progress=False)
    assert (again.folder / "spec.toml").read_text() == commented.read_text()
    pd.testing.assert_frame_equal(again.samples, run.samples)


def test_bad_calls_are_told_before_anything_is_made(tmp_path):
    for options, said in (
        ({"workers": 0}, "`workers` is 0, expected a whole number of processes"),
        ({"sample_timeout": float("nan")}, "`sample_timeout` is nan, expected seconds above 0"),
        ({"max_discards": 2}, "`max_discards` is 2, expected a share from 0 to 1"),
        ({"executor": "cloud"}, "`--executor` is `cloud`, expected `local`"),
    ):
        with pytest.raises(sk.InputError, match=said):
            few().run(tmp_path / "run", **options)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(sk.InputError, match="is not empty and not a run folder"):
        few().run(tmp_path / "mine", workers=1)
    with pytest.raises(sk.InputError, match="is not a run folder"):
        sk.Run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_target_that_is_missed_is_a_warning(finished):
    run, _ = finished
    wanting = few(conditions=[replace(PULSES, targets={"energy_set_below": 1e-15})])
    with pytest.warns(sk.ResultWarning, match="target missed: .*1.5V"):
        wanting.run(run.folder, workers=1, progress=False)


SCRIPT = """
import spicekit as sk
pulses = sk.Condition("1.5V", 200e-6, 1.5, 100e-9)
run = sk.Experiment(name="few", seed=7, samples=600, conditions=[pulses]).run("run", workers=1)
"""


def test_an_interrupt_says_how_many_samples_are_kept(finished, tmp_path, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    run, _ = finished
    shutil.copytree(run.folder, tmp_path / "run")
    monkeypatch.setattr(Collector, "collect", interrupt)
    with pytest.raises(
        KeyboardInterrupt, match=r"interrupted: 4 of 5 samples are kept; run the same command"
    ):
        few(samples=5).run(tmp_path / "run", workers=1, progress=False)
    assert not sk.Run(tmp_path / "run").finished
    assert len(sk.Run(tmp_path / "run").samples) == 4


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_the_samples_and_says_how_many(tmp_path):
    process = in_a_script(
        tmp_path, "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from spicekit.run import store\nstore._MOST_SECONDS = 0.1  # not seconds of samples before the first\n"
        + SCRIPT, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 120
    while not list((tmp_path / "run" / "studies" / "memory").glob("*.parquet")):
        assert time.monotonic() < until
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    said = said_at_the_end(process)
    assert process.returncode == -signal.SIGINT
    end = (
        r"KeyboardInterrupt: interrupted: (\d+) of 600 samples are kept; run the same command again to go on"
    )
    kept = re.fullmatch(end, said.splitlines()[-1])
    assert kept, said
    assert said.count("Traceback") == 1
    assert int(kept[1]) == len(RunFolder(tmp_path / "run").stored("memory")) > 0
    unfinished = sk.Run(tmp_path / "run")
    assert not unfinished.finished
    assert unfinished.statistics.condition("1.5V").ber_2t2r.samples == len(unfinished.samples) > 0


OWN_MEASUREMENT = """
from dataclasses import dataclass
import numpy as np
import spicekit as sk

@dataclass(frozen=True)
class Twice(sk.ngspice.Final):
    def __call__(self, waves):
        return 2 * super().__call__(waves)

text = "rc\\nv1 in 0 dc 1\\nr1 in out 1k\\nc1 out 0 1n\\n.tran 10n 2u\\n.end\\n"
sk.evaluate(sk.Deck("rc", text, (), (Twice("end", "out"),), 2e-6), np.zeros((1, 0)))
"""


def test_a_script_that_needs_a_guard_ends_in_one_line(tmp_path):
    process = in_a_script(tmp_path, OWN_MEASUREMENT)
    _, said = process.communicate(timeout=100)
    assert process.returncode == 1
    assert said.count("Traceback") == 1
    assert 'call from below `if __name__ == "__main__":`' in said.splitlines()[-1]


def test_statistics_are_loaded_by_file_folder_and_name(finished):
    run, _ = finished
    assert sk.load(run.folder) == sk.load(run.folder / "statistics.json") == run.statistics
    assert sk.load("programming_conditions").conditions[0].name == "typical"
    with pytest.raises(sk.InputError, match="did you mean `programming_conditions`"):
        sk.load("programing_conditions")


def test_statistics_are_shown_by_the_names_of_what_they_hold():
    found = sk.load("learning")
    assert repr(found).startswith("<Statistics: conditions learning; studies ")
    assert "conductance_law" in str(found)
    assert len(repr(found)) < 300
    assert repr(found.model_copy(update={"conditions": ()})).startswith("<Statistics: studies")


def test_networks_find_what_the_commands_find(tmp_path, here):
    found = sk.networks.bnn(
        sk.load("programming_conditions"), chips=2, samples=50, rates=[1e-1], progress=False
    )
    options = ("--chips", 2, "--samples", 50, "--ber", "0.1", "--quiet", "-j", 1)
    code, _, said = here("network", "bnn", "programming_conditions", *options, "-o", "bnn")
    assert (code, said) == (0, "")
    pd.testing.assert_frame_equal(found.table, pd.read_csv(tmp_path / "bnn" / "table.csv"), check_dtype=False)
    learned = sk.networks.mcmc(
        sk.load("learning"), splits=2, steps=20, arrays=0, aged=0, nuts=0, perceptrons=0, progress=False
    )
    options = options_of(
        {"splits": 2, "steps": 20, "arrays": 0, "aged": 0, "nuts": 0, "perceptrons": 0, "workers": 1}
    )
    code, _, said = here("network", "mcmc", "learning", *options, "--quiet", "-o", "mcmc")
    assert (code, said) == (0, "")
    table = pd.read_csv(tmp_path / "mcmc" / "table.csv", keep_default_na=False)
    assert learned.table["accuracy"].tolist() == pytest.approx(table["accuracy"].astype(float).tolist())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda s: sk.networks.bnn(s, "digit_dense"), "did you mean `digits_dense`"),
        (
            lambda s: sk.networks.bnn(s, rates=[0.7]),
            "`rates` holds 0.7, expected rates above 0 and up to 0.5",
        ),
        (lambda s: sk.networks.bnn(s, chips=1), "`chips` is 1, expected 2 to 100000"),
        (
            lambda s: sk.networks.mcmc(s, low=1e-6),
            "`low` is 1 uA, expected a compliance of the conductance law",
        ),
        (lambda s: sk.networks.mcmc(s, devices=100), "`devices` is 100, which gives 1 rows"),
        (lambda s: sk.networks.mcmc(s, "cartpole"), "has a function of its own: `networks.cartpole`"),
        (lambda s: sk.networks.mcmc(s, "mitbih"), "`mitbih` needs `path` FILE.npz"),
        (lambda s: sk.networks.mcmc(s, prior=math.inf), "`prior` is inf, expected a finite number"),
        (lambda s: sk.networks.mcmc(s, workers=0), "`workers` is 0, expected at least 1"),
        (lambda s: sk.networks.mcmc(s, splits=2.5), "`splits` is 2.5, expected a whole number"),
        (lambda s: sk.networks.cartpole(s, devices=100), "`devices` is 100, too few for cartpole"),
        (lambda s: sk.networks.cartpole(s, arrays=1), "`arrays` is 1, expected 2 to 10000"),
        (lambda s: sk.networks.vowels(s), "`hillenbrand` needs `path` FILE.csv with columns"),
        (lambda s: sk.networks.vowels(s, "deterdin"), "did you mean `deterding`"),
        (lambda s: sk.networks.vowels(s, reach=math.nan), "`reach` is nan, expected 0.05 to 100"),
        (lambda s: sk.networks.digits(s), "spoken digits need `path`: expected a folder"),
        (lambda s: sk.networks.digits(s, swing=3), "`swing` is 3, expected below `bias` (3)"),
        (lambda s: sk.networks.digits(s, bias=1), "`bias` is 1, expected above 1"),
        (lambda s: sk.networks.digits(s, recordings="8"), "`recordings` is '8', expected a whole number"),
        (lambda s: sk.networks.bayes(s, "gesture"), "did you mean `gestures`"),
        (lambda s: sk.networks.bayes(s, bits=17), "`bits` is 17, expected 1 to 16"),
        (lambda s: sk.networks.bayes(s, random="lfsrs"), "`random` is `lfsrs`, expected one of lfsr, ideal"),
        (lambda s: sk.networks.bayes(s, "ecg"), "`mitbih` needs `path` FILE.npz"),
        (lambda s: sk.networks.pbits(s, "factor_944"), "expected an odd number"),
        (lambda s: sk.networks.pbits(s, "own"), "`problems` names `own`, but there is no `file`"),
        (lambda s: sk.networks.pbits(s, "and_gate"), "the statistics: has no `pbit`"),
    ],
)
def test_bad_arguments_of_networks_are_named(call, said):
    with pytest.raises(sk.InputError) as error:
        call(sk.load("learning"))
    assert said in str(error.value)


FORMANTS = {  # Hz, far apart
    "ae": (680, 2300), "ah": (940, 1550), "aw": (780, 1130), "er": (520, 1600), "ih": (480, 2370), "iy": (300, 2900),
    "uw": (460, 1000),
}  # fmt: skip


FEW_VOWELS = {"oscillators": 2, "reach": 3.0, "splits": 2, "chips": 2, "epochs": 1}


def spoken_vowels(path):
    """Seven vowels of four made-up talkers."""
    rng = np.random.default_rng(0)
    rows = [
        ("w", f"w{talker}", vowel, *(round(f * rng.normal(1, 0.04)) for f in formants), 3000)
        for talker in range(4)
        for vowel, formants in FORMANTS.items()
    ]
    columns = ["group", "speaker", "vowel", "F1", "F2", "F3"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    return path


def options_of(arguments):
    return [str(x) for name, value in arguments.items() for x in (f"--{name.replace('_', '-')}", value)]


@pytest.mark.slow  # the command: test_vowels.py; the function: the page that runs
def test_networks_of_oscillators_find_what_the_commands_find(tmp_path, here, capsys):
    few = {"path": spoken_vowels(tmp_path / "v.csv"), **FEW_VOWELS}
    found = sk.networks.vowels(sk.load("oscillators"), **few)
    steps, total = capsys.readouterr().err.splitlines()[-1].split(",")[0].removeprefix("steps ").split("/")
    assert steps == total  # the progress ends where it said
    code, _, said = here("network", "vowels", "oscillators", *options_of(few), "--quiet", "-o", "vowels")
    assert (code, said) == (0, "")
    pd.testing.assert_frame_equal(
        found.table, pd.read_csv(tmp_path / "vowels" / "table.csv"), check_dtype=False
    )
    assert repr(found) == repr(found.table)
    assert "<table" in found._repr_html_()


@pytest.mark.slow  # the command: test_spoken.py; the function: the page that runs
def test_a_network_of_spoken_digits_finds_what_the_command_finds(tmp_path, here):
    some = {"path": write_recordings(tmp_path / "r.tar.gz", 6), "nodes": 20, "recordings": 6}
    spoken = sk.networks.digits(sk.load("oscillators"), **some, front_ends=["mfcc"], progress=False)
    options = (*options_of(some), "--front-ends", "mfcc", "--quiet", "-o", "digits")
    code, _, said = here("network", "digits", "oscillators", *options)
    assert (code, said) == (0, "")
    table = pd.read_csv(tmp_path / "digits" / "table.csv")
    pd.testing.assert_frame_equal(spoken.table, table, check_dtype=False)


@pytest.mark.slow
def test_vowels_may_be_given(tmp_path):
    given = replace(load_vowels("hillenbrand", spoken_vowels(tmp_path / "v.csv")), name="own")
    table = sk.networks.vowels(sk.load("oscillators"), given, **FEW_VOWELS, progress=False).table
    assert table.loc[table["classifier"] == "softmax regression", "test"].tolist() == [1.0]


def test_a_pole_is_balanced_as_by_the_command(tmp_path, here):
    pytest.importorskip("gymnasium")
    found = sk.networks.cartpole(sk.load("learning"), arrays=2, steps=12, progress=False)
    options = ("--task", "cartpole", "--splits", 2, "--steps", 12, "--quiet", "-o", "pole")
    code, _, said = here("network", "mcmc", "learning", *options)
    assert (code, said) == (0, "")
    pd.testing.assert_frame_equal(
        found.table, pd.read_csv(tmp_path / "pole" / "table.csv"), check_dtype=False
    )


@pytest.mark.parametrize(
    ("function", "command", "own"),
    [
        (sk.networks.bnn, network.bnn, {"rates", "workers", "progress"}),
        (sk.networks.mcmc, network_mcmc.mcmc, {"splits", "steps", "low", "high", "workers", "progress"}),
        (sk.networks.cartpole, network_mcmc.mcmc, {"arrays", "steps", "prior", "low", "high", "progress"}),
        (sk.networks.vowels, network_vowels.vowels, {"progress"}),
        (sk.networks.digits, network_digits.digits, {"front_ends", "progress"}),
        (sk.networks.bayes, network_bayes.bayes, {"progress"}),
        (sk.networks.pbits, network_pbits.pbits, {"statistics", "progress"}),
        (sk.networks.posterior, network_posterior.posterior, {"low", "high", "progress"}),
    ],
)
def test_arguments_have_the_names_and_defaults_of_the_options(function, command, own):
    arguments, options = (
        {name: parameter.default for name, parameter in inspect.signature(one).parameters.items()}
        for one in (function, command)
    )
    assert {name: options[name] for name in arguments if name not in own} == {
        name: default for name, default in arguments.items() if name not in own
    }


def test_what_only_data_show_is_named_as_an_argument(tmp_path):
    recordings, vowels = write_recordings(tmp_path / "r.tar.gz", 6), spoken_vowels(tmp_path / "v.csv")
    with pytest.raises(sk.InputError, match="`front_ends`: unknown `mffc`"):
        sk.networks.digits(sk.load("oscillators"), recordings, front_ends="mffc")
    with pytest.raises(sk.InputError, match="the statistics: no `oscillator`: run an experiment with"):
        sk.networks.vowels(sk.load("learning"), path=vowels)


@pytest.mark.parametrize("left_out", ["sk.networks.vowels", pytest.param(None, marks=pytest.mark.slow)])
def test_the_page_runs(tmp_path, monkeypatch, capsys, left_out):
    monkeypatch.chdir(tmp_path)
    spoken_vowels(tmp_path / "hillenbrand.csv")
    write_recordings(tmp_path / "recordings.tar.gz", 6)
    names: dict = {}
    for block in blocks("python.md", "python"):
        if (
            left_out is None or left_out not in block
        ):  # two networks at length: the test above has the same calls
            exec(block, names)
    said = capsys.readouterr().out.splitlines()
    assert len(said) >= 5
    assert names["published"].name == "programming_conditions"
    assert names["hot"].text.count('temperature = "85 C"') == 1
    assert set(names["waves"]) == {"step", "time", "signal", "value"}
    # 1 - exp(-t / RC) at 2 us, 1 nF
    assert names["found"].measurements[:, 0] == pytest.approx(1 - np.exp([-2, -1]), rel=1e-3)
    # below 0.7 V: R above 2000 / -ln(0.3) = 1661 Ohm, 6.6 standard deviations
    rate = names["estimate"]
    assert rate.low < norm.sf((2000 / np.log(1 / 0.3) - 1000) / 100) < rate.high
