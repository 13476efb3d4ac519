"""A run folder over time: conditions come, go and change their names, files are damaged, two runs meet."""

import multiprocessing
import random
import shutil
import signal
import subprocess
import time

import pandas as pd
import pytest

import spicekit.run.execute
from spicekit.errors import InputError
from spicekit.run.execute import Settings, run
from spicekit.run.lock import LOCK, claimed
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run.store import Store
from spicekit.run.tasks import Pace
from spicekit.run_folder import RunFolder
from spicekit.studies.memory.simulate import sample_table
from spicekit.studies.study import Point, labelled
from spicekit.tables import Damaged, read_table

from .commands import UNDRAWN, command, with_tests
from .conftest import SHORT_SPEC

pytestmark = pytest.mark.usefixtures("undrawn")
HEAD, TYPICAL, FAST = (
    SHORT_SPEC.split("[endurance]")[0].replace("\nsamples = 6", "\nsamples = 4"),
    *("[[conditions]]" + part for part in SHORT_SPEC.split("[[conditions]]")[1:]),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """A finished run of two conditions without endurance."""
    path = tmp_path_factory.mktemp("resume")
    (path / "spec.toml").write_text(HEAD + TYPICAL + FAST)
    folder = RunFolder(path / "run")
    run(make_plan(load_spec(path / "spec.toml")), folder, Settings(), lambda _: None)
    return folder


@pytest.fixture
def copied(both, tmp_path):
    """A copy of it, to be changed."""
    shutil.copytree(both.path, tmp_path / "run")
    return RunFolder(tmp_path / "run")


def flipped(content: bytes, rng: random.Random) -> bytes:
    """Return the bytes with one bit changed."""
    bit = rng.randrange(8 * len(content))
    hurt = bytearray(content)
    hurt[bit // 8] ^= 1 << bit % 8
    return bytes(hurt)


class Counted:
    """Runs an experiment in a folder, and counts the samples that it simulates for that."""

    def __init__(self, folder: RunFolder, text: str) -> None:
        spec = folder.path.parent / "changed.toml"
        spec.write_text(text)
        self.notes: list[str] = []
        seen: list[int] = []
        show = lambda state: seen.append(sum(p.received for p in state.values()))  # noqa: E731
        self.finished = run(make_plan(load_spec(spec)), folder, Settings(), show, self.notes.append)
        self.simulated = seen[-1] - seen[0]


def numbers(folder: RunFolder, condition: str) -> list[float]:
    rows = folder.samples()
    return rows.loc[rows["condition"] == condition, "lrs"].tolist()


def test_a_condition_that_is_added_leaves_the_samples_of_the_others(both, copied):
    slow = FAST.replace("fast", "slow").replace("100 ns", "300 ns")
    done = Counted(copied, HEAD + TYPICAL + slow + FAST)
    assert done.simulated == 4
    assert done.notes == []
    for condition in ("typical", "fast"):
        assert numbers(copied, condition) == numbers(both, condition)
    assert set(copied.waveforms()["condition"]) == {"typical", "slow", "fast"}


def test_a_condition_that_is_renamed_keeps_its_samples(both, copied):
    done = Counted(copied, HEAD + TYPICAL.replace("typical", "usual") + FAST)
    assert done.simulated == 0
    assert done.notes == ["`typical` of the folder is called `usual` now: its 4 samples are kept"]
    assert numbers(copied, "usual") == numbers(both, "typical")
    stored = pd.concat([pd.read_parquet(file) for file in copied.study_folder("memory").glob("*.parquet")])
    assert set(stored["condition"]) == {"usual", "fast"}  # also for who reads the files by hand
    assert {c.name for c in copied.statistics().conditions} == {"usual", "fast"}


def test_conditions_that_swap_their_names_swap_their_samples(both, copied):
    swapped = HEAD + TYPICAL.replace("typical", "fast") + FAST.replace("fast", "typical")
    assert Counted(copied, swapped).simulated == 0
    assert numbers(copied, "fast") == numbers(both, "typical")
    assert numbers(copied, "typical") == numbers(both, "fast")


def test_a_condition_that_changes_is_simulated_anew_and_its_old_samples_come_back_with_it(both, copied):
    done = Counted(copied, HEAD + TYPICAL.replace("2.5 V", "2.4 V") + FAST)
    assert done.simulated == 4
    assert len(done.notes) == 1
    assert "conditions.typical.reset_voltage: the folder has 2.5 V, the file says 2.4 V" in done.notes[0]
    assert "its 4 samples are set aside" in done.notes[0]
    assert not set(numbers(copied, "typical")) & set(numbers(both, "typical"))
    again = Counted(copied, HEAD + TYPICAL + FAST)
    assert again.simulated == 0
    assert numbers(copied, "typical") == numbers(both, "typical")


def test_samples_of_a_condition_that_is_removed_are_set_aside(both, copied):
    done = Counted(copied, HEAD + FAST)
    assert done.simulated == 0
    assert "`typical`: it is not in the file any more: its 4 samples are set aside" in done.notes[0]
    assert set(copied.samples()["condition"]) == {"fast"}
    aside = pd.concat([pd.read_parquet(file) for file in copied.aside.glob("studies/memory/*.parquet")])
    assert sorted(aside["lrs"]) == sorted(numbers(both, "typical"))


def test_samples_whose_name_has_no_checksum_are_set_aside_and_simulated_again(both, copied):
    for number, file in enumerate(copied.study_folder("memory").iterdir()):
        file.rename(file.with_name(f"{number}.parquet"))
    with pytest.raises(
        InputError, match=r"0\.parquet: its name has no checksum.*: run again, its samples are"
    ):
        copied.samples()
    done = Counted(copied, HEAD + TYPICAL + FAST)
    assert done.simulated == 8
    assert all("set aside" in note for note in done.notes)
    assert numbers(copied, "typical") == numbers(both, "typical")


def test_a_run_that_failed_before_its_first_sample_does_not_block_its_folder(copied):
    for file in copied.study_folder("memory").iterdir():
        file.unlink()
    copied.statistics_file.unlink()
    done = Counted(copied, HEAD.replace("seed = 7", "seed = 8") + TYPICAL)
    assert done.simulated == 4


@pytest.mark.parametrize("samples", [1, pytest.param(100, marks=pytest.mark.slow)])
def test_samples_do_not_depend_on_how_they_are_cut_into_tasks(both, tmp_path, monkeypatch, samples):
    monkeypatch.setattr(Pace, "size", lambda *_: samples)
    spec = both.path.parent / "spec.toml"
    folder = RunFolder(tmp_path / "cut")
    run(make_plan(load_spec(spec)), folder, Settings(workers=2), lambda _: None)
    pd.testing.assert_frame_equal(folder.samples(), both.samples(), check_exact=True)
    assert folder.statistics_file.read_bytes() == both.statistics_file.read_bytes()


def test_a_task_is_as_long_as_its_kind_has_been_and_one_sample_at_first():
    pace = Pace(2.0)
    assert pace.size("weak") == 1
    pace.note("weak", 1, 0.25)
    assert pace.size("weak") == 8  # 2 s at 4 a second
    assert pace.size("strong") == 8
    assert pace.size("oscillation/3mA") == 1  # other devices, of which nothing is known
    pace.note("oscillation/3mA", 1, 5.0)
    assert pace.size("oscillation/3mA") == 1


def test_small_files_are_put_together(tmp_path, monkeypatch):
    monkeypatch.setattr("spicekit.run.store._MOST_FILES", 8)
    store = Store(RunFolder(tmp_path), {"c": "a" * 64}, "memory")
    for number in range(18):
        row = {"sample": [number], "outcome": ["ok"], "reason": [""], "weight": [1]}
        store.add(labelled(Point("c", {"condition": "c", "cycles": 0.0}, {}), sample_table(row)))
        store.flush()
    assert len(list((tmp_path / "studies" / "memory").iterdir())) == 2 + 2  # two of eight, and two small ones
    assert RunFolder(tmp_path).stored("memory")["sample"].tolist() == list(range(18))


def test_no_flipped_bit_of_a_stored_file_is_taken_for_a_number(both, tmp_path):
    """800 of them; of 3,000 without the check 588 came back as other numbers."""
    content = sorted(both.study_folder("memory").glob("*.parquet"))[0].read_bytes()
    file = tmp_path / sorted(both.study_folder("memory").glob("*.parquet"))[0].name
    rng = random.Random(1)
    for _ in range(800):
        file.write_bytes(flipped(content, rng))
        with pytest.raises(Damaged, match=f"{file.name}: is damaged"):
            read_table(file)
    file.write_bytes(content)
    assert len(read_table(file)) > 0


def test_a_reader_names_the_damaged_file_and_what_to_do(copied):
    file = sorted(copied.study_folder("memory").glob("*.parquet"))[-1]
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)
    with pytest.raises(InputError, match=f"{file.name}: is damaged.*run again"):
        copied.samples()


def test_a_damaged_file_is_named_and_its_samples_are_simulated_again(both, copied):
    file = sorted(copied.study_folder("memory").glob("*.parquet"))[0]
    lost = len(pd.read_parquet(file))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 4
    file.write_bytes(content)
    done = Counted(copied, HEAD + TYPICAL + FAST)
    assert done.simulated == lost > 0
    assert file.name in done.notes[0]
    assert "simulated again" in done.notes[0]
    assert (copied.aside / "damaged" / file.name).read_bytes() == content
    pd.testing.assert_frame_equal(copied.samples(), both.samples(), check_exact=True)


@pytest.mark.slow  # with a lock alone: the next test
def test_a_second_run_in_a_folder_says_so_and_leaves_the_first_alone(both, tmp_path):
    spec = str(both.path.parent / "spec.toml")
    first = subprocess.Popen(
        [*UNDRAWN, "run", spec, "-o", "out", "--quiet", "-j", "1"], cwd=tmp_path, env=with_tests(),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    lock, until = tmp_path / "out" / LOCK, time.monotonic() + 120
    while not (lock.exists() and lock.read_text()):  # it is made first, then says whose it is
        assert time.monotonic() < until
        time.sleep(0.05)
    first.send_signal(signal.SIGSTOP)  # so that it cannot end before the second one
    second = command("run", spec, "-o", "out", "--quiet", cwd=tmp_path)
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2
    assert f"another run (process {first.pid} on " in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    first.communicate(timeout=120)
    assert first.returncode == 0
    pd.testing.assert_frame_equal(RunFolder(tmp_path / "out").samples(), both.samples(), check_exact=True)
    assert not (tmp_path / "out" / LOCK).exists()


def _hold(folder, held):
    with claimed(folder):
        held.set()
        time.sleep(600)


def test_a_run_beside_another_is_refused_and_a_killed_one_leaves_no_lock_behind(tmp_path):
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    holder = context.Process(target=_hold, args=(tmp_path / "run", held))
    holder.start()
    assert held.wait(120)
    with pytest.raises(InputError, match="another run"), claimed(tmp_path / "run"):
        pass
    (tmp_path / "spec.toml").write_text(HEAD + TYPICAL)
    second = command("run", "spec.toml", "-o", "run", "--quiet", cwd=tmp_path)
    assert second.returncode == 2
    assert f"another run (process {holder.pid} on " in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
    holder.kill()
    holder.join()
    with claimed(tmp_path / "run"):
        assert (tmp_path / "run" / LOCK).exists()


def test_what_is_refused_leaves_no_folder_behind(tmp_path):
    (tmp_path / "spec.toml").write_text(HEAD + TYPICAL)

    def refusing(*_):
        raise InputError("no such thing")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spicekit.run.execute, "example_table", refusing)
        with pytest.raises(InputError, match="no such thing"):
            run(
                make_plan(load_spec(tmp_path / "spec.toml")),
                RunFolder(tmp_path / "runs" / "deep"),
                Settings(),
                lambda _: None,
            )
    assert not (tmp_path / "runs").exists()
