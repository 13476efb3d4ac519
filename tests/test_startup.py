"""What the command line loads and refuses before any work begins."""

import os
import subprocess
import sys

import pytest

from spicekit.cli.options import part_of
from spicekit.errors import InputError
from spicekit.network.bnn.bundled import bundled_networks
from spicekit.network.data import SETS
from spicekit.network.data.formants import VOWELS
from spicekit.network.mcmc.tasks import TASKS
from spicekit.network.oscillators.front_ends import FRONT_ENDS
from spicekit.network.posterior.tasks import TASKS as POSTERIOR_TASKS
from spicekit.registry import studies

from .commands import one_process, process

HEAVY = ("PySpice", "matplotlib", "numpy", "openturns", "pandas", "pyarrow", "scipy", "sklearn")
HELPED = [
    (), ("--help",), ("-h",), ("--version",), ("network",), ("run", "--help"), ("fit", "--help"),
    ("network", "bnn", "--help"), ("network", "mcmc", "--help"), ("network", "digits", "-h"),
]  # fmt: skip
BAD = [
    ("run",), ("run", "x", "-j", "0"), ("run", "x", "--seed", "-1"), ("run", "x", "--seed", "ten"),
    ("run", "x", "--sample-timeout", "nan"), ("run", "x", "--sample-timeout", "inf"),
    ("run", "x", "--max-discards", "nan"), ("run", "x", "--part", "0:" + "9" * 5000), ("run", "x", "--part", "9"),
    ("run", "x", "--part", "١:٥"), ("run", "x", "--part", "5:5"), ("run", "x", "--part", "1_0:2_0"),
    ("run", "x", "--bogus"), ("runn",), ("network", "bnnn"), ("export", ".", "--to"), ("fit", "m.csv"),
    ("network", "bnn", "x", "--transient", "nan"), ("network", "vowels", "x", "--splits", "1"),
]  # fmt: skip
COMMANDS = ["doctor", "run", "report", "export", "show", "merge", "fit", "check-device"]
NETWORKS = {
    "bnn": (*bundled_networks(), *SETS), "mcmc": (*TASKS, "cartpole"), "vowels": VOWELS, "digits": FRONT_ENDS,
    "posterior": POSTERIOR_TASKS,
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What all these command lines say, each in turn in one fresh process; they leave nothing in their folder."""
    folder = tmp_path_factory.mktemp("startup")
    helped = [*((name, "--help") for name in COMMANDS), *(("network", name, "--help") for name in NETWORKS)]
    lines = list(dict.fromkeys([*HELPED, *BAD, *helped]))
    done = one_process(*lines, cwd=folder, watched=HEAVY, COLUMNS="200")
    assert list(folder.iterdir()) == []
    return dict(zip(lines, done, strict=True))


@pytest.mark.parametrize("line", HELPED)
def test_help_and_version_load_nothing_heavy(told, line):
    assert told[line].returncode == 0, told[line].stderr
    assert told[line].loaded == []


@pytest.mark.parametrize("line", BAD)
def test_a_bad_option_is_told_in_one_line_with_exit_code_2_and_loads_nothing_heavy(told, line):
    found = told[line]
    assert found.returncode == 2
    assert found.stderr.startswith("spicekit: ")
    assert len(found.stderr.splitlines()) == 1
    assert len(found.stderr) < 300
    assert found.loaded == []


def test_the_process_of_a_bad_option_ends_with_exit_code_2(tmp_path):
    done = process("run", "x", "--bogus", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("spicekit: ")
    assert len(done.stderr.splitlines()) == 1


LOADED = f"""
import atexit, gc, sys
heavy = lambda: [m for m in {HEAVY} if m in sys.modules]
looked = lambda: gc.get_stats()[0]["collections"]
atexit.register(lambda: print(heavy(), looked() - before, len(gc.get_objects()), file=sys.stderr))
before = looked()
from spicekit.cli import main
sys.argv[0] = "spicekit"
main()
"""


def test_completion_of_a_word_loads_nothing_heavy_and_hardly_looks_for_garbage(tmp_path):
    asked = {"COMP_WORDS": "spicekit re", "COMP_CWORD": "1", "_SPICEKIT_COMPLETE": "complete_bash"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=tmp_path, capture_output=True, text=True, env=os.environ | asked,
        timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["report"]
    heavy, looked, looked_at_in_the_end = done.stderr.rsplit(maxsplit=2)
    assert heavy == "[]"
    assert int(looked) < 30  # 70 times by default
    assert int(looked_at_in_the_end) < 1000  # of 25,000 objects


@pytest.mark.parametrize(("text", "part"), [("0:1", (0, 1)), ("1000:2000", (1000, 2000)), (None, None)])
def test_a_part_is_first_and_end(text, part):
    assert part_of(text) == part


@pytest.mark.parametrize("text", ["", ":", "1", "1:2:3", "2:1", "-1:5", "0:9999999999999", "0x1:5", " 1:5"])
def test_what_is_no_part_is_refused(text):
    with pytest.raises(InputError, match="expected FIRST:END"):
        part_of(text)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_help_names_all_that_is_known_in_plain_ascii(told, name):
    said = told["network", name, "--help"].stdout
    assert said.isascii()  # as typer picks an encoding of its own
    assert [known for known in NETWORKS[name] if known not in said] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_plain_ascii(told, name):
    assert told[name, "--help"].stdout.isascii()


def test_a_worker_loads_no_fits_no_plots_no_statistics_library_and_its_own_study_alone():
    own = studies()["memory"].simulate.__module__
    slow = (
        "spicekit.experiment.file",
        "spicekit.statistics.file",
        "spicekit.studies.array.study",
        "matplotlib",
        "openturns",
        "rich",
        "scipy",
        "sklearn",
        "typer",
    )
    code = (
        "import sys, spicekit.ngspice.worker, spicekit.run.work; "
        f"import {own}; "
        f"print([m for m in {slow} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n", done.stderr
