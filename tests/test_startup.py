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

HEAVY = ("PySpice", "matplotlib", "numpy", "openturns", "pandas", "pyarrow", "scipy", "sklearn")
LOADED = f"""
import atexit, sys
atexit.register(lambda: print("heavy:", [m for m in {HEAVY} if m in sys.modules], file=sys.stderr))
from spicekit.cli import main
sys.argv[0] = "spicekit"
main()
"""


def loaded(*arguments, cwd, **environment):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        cwd=cwd, capture_output=True, text=True, env=os.environ | environment, timeout=120,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0), (("--help",), 0), (("-h",), 0), (("--version",), 0), (("network",), 0),
        (("run", "--help"), 0), (("fit", "--help"), 0), (("network", "bnn", "--help"), 0),
        (("network", "mcmc", "--help"), 0), (("network", "digits", "-h"), 0), (("run", "x", "--part", "9"), 2),
        (("network", "vowels", "x", "--splits", "1"), 2), (("runn",), 2),
    ],
)  # fmt: skip
def test_help_version_and_bad_options_load_nothing_heavy(tmp_path, arguments, code):
    done = loaded(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert "heavy: []" in done.stderr


def test_completion_of_a_word_loads_nothing_heavy(tmp_path):
    asked = {"COMP_WORDS": "spicekit re", "COMP_CWORD": "1", "_SPICEKIT_COMPLETE": "complete_bash"}
    done = loaded(cwd=tmp_path, **asked)
    assert done.stdout.split() == ["report"]
    assert "heavy: []" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",), ("run", "x", "-j", "0"), ("run", "x", "--seed", "-1"), ("run", "x", "--seed", "ten"),
        ("run", "x", "--sample-timeout", "nan"), ("run", "x", "--sample-timeout", "inf"),
        ("run", "x", "--max-discards", "nan"), ("run", "x", "--part", "0:" + "9" * 5000),
        ("run", "x", "--part", "١:٥"), ("run", "x", "--part", "5:5"), ("run", "x", "--part", "1_0:2_0"),
        ("run", "x", "--bogus"), ("runn",), ("network", "bnnn"), ("export", ".", "--to"), ("fit", "m.csv"),
        ("network", "bnn", "x", "--transient", "nan"),
    ],
)  # fmt: skip
def test_a_bad_option_is_told_in_one_line_with_exit_code_2(tmp_path, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "spicekit", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("spicekit: ")
    assert len(done.stderr.splitlines()) == 1
    assert len(done.stderr) < 300
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("text", "part"), [("0:1", (0, 1)), ("1000:2000", (1000, 2000)), (None, None)])
def test_a_part_is_first_and_end(text, part):
    assert part_of(text) == part


@pytest.mark.parametrize("text", ["", ":", "1", "1:2:3", "2:1", "-1:5", "0:9999999999999", "0x1:5", " 1:5"])
def test_what_is_no_part_is_refused(text):
    with pytest.raises(InputError, match="expected FIRST:END"):
        part_of(text)


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("bnn", (*bundled_networks(), *SETS)), ("mcmc", (*TASKS, "cartpole")), ("vowels", VOWELS),
        ("digits", FRONT_ENDS),
    ],
)  # fmt: skip
def test_the_help_names_all_that_is_known_in_plain_ascii(tmp_path, command, names):
    said = loaded("network", command, "--help", cwd=tmp_path, COLUMNS="200").stdout
    assert said.isascii()  # as typer picks an encoding of its own
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("command", ["doctor", "run", "report", "export", "show", "merge", "fit"])
def test_help_is_plain_ascii(tmp_path, command):
    assert loaded(command, "--help", cwd=tmp_path).stdout.isascii()


def test_a_worker_loads_no_fits_no_plots_and_no_statistics_library():
    slow = (
        "matplotlib",
        "openturns",
        "rich",
        "scipy.optimize",
        "scipy.signal",
        "scipy.stats",
        "sklearn",
        "typer",
    )
    code = (
        "import sys, spicekit.ngspice.worker, spicekit.characterize.tasks; "
        f"print([m for m in {slow} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "[]\n", done.stderr
