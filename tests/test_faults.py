"""What goes wrong in a run: it ends with one clear line, loses nothing, and says which samples are concerned."""

import os
import re
import resource
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spicekit.data import data_path
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run.store import StorageError, Store
from spicekit.run_folder import RunFolder
from spicekit.tables import keep_table

from .commands import STORING_SOON, command, said_at_the_end
from .conftest import SHORT_SPEC
from .test_run import run_to_end

pytestmark = pytest.mark.usefixtures("undrawn")
ONE_CONDITION = SHORT_SPEC.split("[endurance]")[0].replace("\nsamples = 6", "\nsamples = 4")
ONE_CONDITION += SHORT_SPEC[SHORT_SPEC.index("[[conditions]]") :]


@pytest.fixture
def one_condition(tmp_path) -> Path:
    path = tmp_path / "one.toml"
    path.write_text(ONE_CONDITION)
    return path


def test_a_full_disk_ends_with_one_line_and_loses_nothing(tmp_path):
    folder = RunFolder(tmp_path)
    table = pd.DataFrame(
        {
            "point": "c",
            "condition": "c",
            "cycles": 0.0,
            "sample": np.arange(5000),
            "row": 0,
            "x": np.random.default_rng(0).random(5000),
        }
    )
    store = Store(folder, {"c": "1" * 64}, "memory")
    store.add(table.iloc[:2500])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))  # no file may grow beyond: as a full disk
    try:
        with pytest.raises(StorageError, match="all samples stored before are kept") as error:
            store.add(table.iloc[2500:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.exit_code == 1
    assert "\n" not in str(error.value)
    stored = list(folder.study_folder("memory").glob("*.parquet"))
    assert len(pd.read_parquet(stored[0])) == 2500
    store.flush()  # the disk has room again: what was held back is written
    assert sum(len(pd.read_parquet(p)) for p in folder.study_folder("memory").glob("*.parquet")) == 5000


def test_too_many_discards_end_with_exit_1_and_name_the_samples(tmp_path, one_condition):
    done = command("run", str(one_condition), "-o", "out", "--sample-timeout", "120", "-j", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = RunFolder(tmp_path / "out")
    table = folder.stored("memory")
    table.loc[3, ["outcome", "reason"]] = ["discard", "prepare SET: aborted: made up for this test"]
    for file in folder.study_folder("memory").iterdir():
        file.unlink()
    for name, mine in table.groupby("point"):
        keep_table(folder.study_folder("memory"), mine, folder.manifest()["identities"][name])
    done = command("run", str(one_condition), "-o", "out", "-j", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 of 8 samples were discarded, more than 0.001" in done.stderr
    assert "fast:3: prepare SET: aborted" in done.stderr
    assert "spicekit show out fast:3" in done.stderr
    allowed = command(
        "run", str(one_condition), "-o", "out", "--max-discards", "0.2", "-j", "1", cwd=tmp_path
    )
    assert allowed.returncode == 0
    found = folder.statistics().condition("fast").ber_2t2r
    assert (found.samples, found.errors, found.discards) == (4, 0, 1)


def test_a_missed_target_ends_with_exit_1(tmp_path, one_condition):
    text = ONE_CONDITION.replace(
        'pulse_width = "100 ns"',
        'pulse_width = "100 ns"\n[conditions.targets]\nber_2t2r_below = 1e-3\nenergy_set_below = "30 pJ"',
    )
    one_condition.write_text(text)
    done = command("run", str(one_condition), "-o", "out", "--quiet", "-j", "1", cwd=tmp_path)
    assert done.returncode == 1
    assert "target missed: fast: `ber_2t2r_below` is 0.001, found an upper end of 0.53" in done.stderr
    assert "energy_set_below" not in done.stderr  # about 26 pJ: met


def test_a_run_on_a_file_is_refused(tmp_path, one_condition):
    (tmp_path / "thesis").write_text("precious")
    for output in ("thesis", "thesis/run", "/proc/none"):
        done = command("run", str(one_condition), "-o", output, "--quiet", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert (tmp_path / "thesis").read_text() == "precious"


def test_own_models_travel_with_the_run(tmp_path):
    text = data_path("device_models", "rram", "hfo2_130nm.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('subcircuit = "hfo2.sub"', 'subcircuit = "mine.sub"'))
    (tmp_path / "mine.sub").write_bytes(data_path("device_models", "rram", "hfo2.sub").read_bytes())
    (tmp_path / "own.toml").write_text(
        ONE_CONDITION.replace("[monte_carlo]", '[technology]\nrram = "mine.toml"\n[monte_carlo]')
    )
    folder = run_to_end(tmp_path / "own.toml", tmp_path / "out", quick=True)
    for name in ("mine.toml", "mine.sub", "own.toml"):
        (tmp_path / name).unlink()
    done = command("show", "out", "typical:1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(folder.samples()) == 6


def test_a_broken_own_model_is_bad_input(tmp_path):
    text = data_path("device_models", "rram", "hfo2_130nm.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace('subcircuit = "hfo2.sub"', 'subcircuit = "mine.sub"'))
    good = data_path("device_models", "rram", "hfo2.sub").read_text()
    (tmp_path / "mine.sub").write_text(
        good.replace("ei0      i   0   s 0 {i0}", "ei0      i   0   s 0 {i_zero}")
    )
    (tmp_path / "own.toml").write_text(
        ONE_CONDITION.replace("[monte_carlo]", '[technology]\nrram = "mine.toml"\n[monte_carlo]')
    )
    done = command("run", "own.toml", "-o", "out", "--quiet", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "mine.sub" in done.stderr or "i_zero" in done.stderr


def test_wall_time_stops_and_the_run_goes_on_later(tmp_path, one_condition):
    plan = make_plan(load_spec(one_condition))
    folder = RunFolder(tmp_path / "out")
    stopped = run(plan, folder, replace(Settings(), wall_time=1e-6), lambda _: None)
    assert stopped.samples == 0
    assert [c.stopped for c in stopped.statistics.conditions] == ["wall time (1e-06 s)"] * 2
    assert stopped.statistics.conditions[0].ber_2t2r is None
    finished = run(plan, folder, Settings(), lambda _: None)
    assert finished.samples == 8
    assert finished.statistics.conditions[0].stopped == "most samples (4)"


def _listen() -> None:
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # background jobs of a shell, and all that they start, ignore it


def test_ctrl_c_ends_at_once_with_one_line(tmp_path, one_condition):
    one_condition.write_text(ONE_CONDITION.replace("\nsamples = 4", "\nsamples = 600"))
    process = subprocess.Popen(
        [*STORING_SOON, "run", str(one_condition), "-o", "out", "--quiet", "-j", "1"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_listen, env=os.environ | {"PYTHONFAULTHANDLER": "1"},
    )  # fmt: skip
    until = time.monotonic() + 120
    while not list((tmp_path / "out" / "studies" / "memory").glob("*.parquet")):
        assert time.monotonic() < until
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    said = said_at_the_end(process)  # busy machines; a lost signal would show as exit code 0
    assert process.returncode == 130
    kept = re.fullmatch(
        r"spicekit: interrupted: (\d+) of 1200 samples are kept; run the same command again to go on",
        said.strip(),
    )
    assert kept, said
    assert int(kept[1]) == len(RunFolder(tmp_path / "out").stored("memory")) > 0


@pytest.mark.slow  # a run that was interrupted, in this process: test_so_far.py
def test_a_killed_run_resumes_to_the_same_table(tmp_path, one_condition):
    one_condition.write_text(ONE_CONDITION.replace("\nsamples = 4", "\nsamples = 8"))
    arguments = [*STORING_SOON, "run", str(one_condition), "-o", "killed", "--quiet", "-j", "1"]
    process = subprocess.Popen(arguments, cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not list((tmp_path / "killed" / "studies" / "memory").glob("*.parquet")) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    resumed = command("run", str(one_condition), "-o", "killed", "--quiet", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    straight = command("run", str(one_condition), "-o", "straight", "--quiet", cwd=tmp_path)
    assert straight.returncode == 0
    tables = [(tmp_path / name / "table.csv").read_bytes() for name in ("killed", "straight")]
    assert tables[0] == tables[1]
