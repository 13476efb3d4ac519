"""The pool: workers that die, hang, or raise."""

import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from spicekit.errors import InputError
from spicekit.ngspice import (
    Crashed,
    Deck,
    Final,
    Parameter,
    Reason,
    evaluate,
    run_chunks,
    scratch,
)
from spicekit.ngspice.executors import LOCAL
from spicekit.ngspice.host import workers_kept

from .commands import said_at_the_end
from .pool_tasks import (
    die_on_three,
    die_once,
    die_once_all_at_once,
    hang_on_one,
    lose_ngspice,
    own_pid,
    quit_python,
    raise_awkwardly,
    refuse,
    say_and_nap,
    square,
    stop_on_one,
    where,
    work_slowly_with_signs_of_life,
)

own = pytest.mark.usefixtures("own_workers")
"""Where workers are counted or ended from outside; others share those of the session."""
RC = Deck(
    "rc",
    "rc\nv1 in 0 dc 0 pulse(0 1 0 1p 1p 1 2)\nr1 in out 1k\nc1 out 0 1n\n.tran 10n 2u uic\n.end\n",
    (Parameter("r", "alter r1={}", 1e3),),
    (Final("end", "out"),),
    2e-6,
)


def test_results_come_with_their_index():
    assert sorted(run_chunks(square, range(20), workers=2)) == [(i, i * i) for i in range(20)]
    assert list(run_chunks(square, [], workers=1)) == []


@own
def test_tasks_are_read_lazily():
    taken = []
    results = run_chunks(square, (taken.append(i) or i for i in range(1000)), workers=1)
    next(results)
    results.close()
    assert len(taken) < 10


def test_one_and_two_workers_agree_bit_for_bit_with_this_process():
    chunks = np.random.default_rng(0).uniform(100, 1e5, (6, 10, 1))
    here = [evaluate(RC, c).measurements for c in chunks]
    for workers in (1, 2):
        for index, result in run_chunks(partial(evaluate, RC), chunks, workers=workers):
            assert not isinstance(result, Crashed)
            np.testing.assert_array_equal(result.measurements, here[index])


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_worker_that_dies_costs_only_its_own_task(workers):
    results = dict(run_chunks(die_on_three, range(8), workers=workers))
    assert sorted(results) == list(range(8))
    crashed = results.pop(3)
    assert isinstance(crashed, Crashed)
    assert (crashed.task, crashed.reason) == (3, Reason.CRASHED)
    assert all(results[i] == i for i in results)


def test_a_worker_that_dies_once_costs_nothing(tmp_path):
    assert dict(run_chunks(partial(die_once, tmp_path), range(6), workers=2)) == {i: i for i in range(6)}


@own
def test_all_workers_lost_at_once_cost_one_restart_each(tmp_path):
    results = run_chunks(partial(die_once_all_at_once, tmp_path), range(4), workers=4)
    assert dict(results) == {i: i for i in range(4)}


@own
def test_a_worker_killed_from_outside_costs_nothing(tmp_path):
    results = run_chunks(partial(say_and_nap, tmp_path), range(8), workers=2)
    found = dict([next(results)])
    for name in os.listdir(tmp_path):
        os.kill(int(name), signal.SIGKILL)
    found.update(results)
    assert found == {i: i for i in range(8)}
    assert len(os.listdir(tmp_path)) == 4


@own
def test_pools_one_after_another_may_share_a_worker_and_none_outlives_the_block():
    with workers_kept():
        ((_, first),) = run_chunks(own_pid, [0])
        ((_, second),) = run_chunks(own_pid, [0])
        assert first == second
        with workers_kept():  # within another one
            assert list(run_chunks(own_pid, [0])) == [(0, first)]
        assert alive(first)
        next(interrupted := run_chunks(own_pid, range(9)))
        interrupted.close()
        assert not alive(first)  # as a pool that is interrupted ends at once
        ((_, third),) = run_chunks(own_pid, [0])
        assert alive(third)
    assert not alive(third)


@own
def test_a_task_that_ends_python_is_a_crash_that_says_how():
    ((_, crashed),) = run_chunks(quit_python, [0])
    assert isinstance(crashed, Crashed)
    assert (crashed.reason, crashed.detail) == (Reason.CRASHED, "the worker process dies (exit 3)")


def test_an_error_that_cannot_travel_is_told_in_words():
    with pytest.raises(RuntimeError, match="Awkward: 2 and 2"):
        list(run_chunks(raise_awkwardly, [2]))


@own
def test_a_worker_of_another_version_is_refused_and_named():
    other = replace(LOCAL, versions=lambda: ("0.0.1", "12"))
    with pytest.raises(InputError, match=r"worker on .* has spicekit .*, expected 0\.0\.1 as here"):
        list(run_chunks(square, range(3), executor=other))


@own
def test_folders_of_dead_processes_are_removed_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine = Path(scratch.make_folder())
    dead = Path(str(mine).replace(f"-{os.getpid()}-", f"-{ended.pid}-"))
    elsewhere = Path(str(dead).replace(platform.node(), "another-machine"))
    link = Path(f"{dead}x")
    for folder in (dead, elsewhere):
        folder.mkdir()
        (folder / "bsim4v5.out").touch()
    link.symlink_to(elsewhere)
    assert list(run_chunks(square, [3])) == [(0, 9)]
    assert sorted(tmp_path.iterdir()) == sorted([mine, elsewhere, link])


@own
def test_a_hanging_task_is_ended_and_named():
    results = dict(run_chunks(hang_on_one, range(4), workers=2, timeout=1.0))
    crashed = results.pop(1)
    assert isinstance(crashed, Crashed)
    assert crashed.reason is Reason.TIMEOUT
    assert "1 s" in crashed.detail
    assert results == {0: 0, 2: 2, 3: 3}


@own
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_stopped_worker_is_replaced_and_named():
    results = dict(run_chunks(stop_on_one, range(4), workers=2, timeout=1.0))
    crashed = results.pop(1)
    assert isinstance(crashed, Crashed)
    assert (crashed.reason, crashed.detail) == (Reason.TIMEOUT, "no sign of life for 1 s")
    assert results == {0: 0, 2: 2, 3: 3}


@own
def test_signs_of_life_prolong_the_timeout():
    assert list(run_chunks(work_slowly_with_signs_of_life, [5], timeout=1.5)) == [(0, 5)]


def test_a_lost_simulator_is_a_crash_with_its_reason():
    results = dict(run_chunks(lose_ngspice, range(3), workers=1))
    crashed = results.pop(1)
    assert isinstance(crashed, Crashed)
    assert (crashed.reason, crashed.detail) == (Reason.SIMULATOR_EXIT, "ngspice quit")
    assert results == {0: 0, 2: 2}


def test_a_users_error_passes_through():
    with pytest.raises(InputError, match=r"task [0-2]"):
        list(run_chunks(refuse, range(3), workers=1))


@own
def test_a_worker_has_a_private_empty_home_that_goes_away():
    ((_, result),) = run_chunks(where, [0])
    assert not isinstance(result, Crashed)
    home, folder, content = result
    assert home == folder != os.environ.get("HOME")
    assert content == []
    assert not Path(home).exists()


UNGUARDED = """
from spicekit.ngspice import run_chunks
def own(x):
    return x
print(list(run_chunks({function}, [1])))
"""


def test_a_plain_script_without_functions_of_its_own_needs_no_guard(tmp_path):
    done = subprocess.run(
        [sys.executable, str(written(tmp_path, UNGUARDED.format(function="abs")))],
        capture_output=True, text=True, timeout=120, env=with_path(),
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("[(0, 1)]\n", "")


def test_an_unguarded_script_is_told_what_is_missing(tmp_path):
    done = subprocess.run(
        [sys.executable, str(written(tmp_path, UNGUARDED.format(function="own")))],
        capture_output=True, text=True, timeout=120, env=with_path(),
    )  # fmt: skip
    assert done.returncode != 0
    assert 'call from below `if __name__ == "__main__":`' in done.stderr.splitlines()[-1]


INTERRUPTED = """
import os, signal, sys, time
from spicekit.ngspice import run_chunks

def nap(x):
    sys.stdout.write(f"{os.getpid()} {os.getcwd()}\\n")  # in one piece, also if unbuffered
    sys.stdout.flush()
    time.sleep(30)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it ignored
    print("go", flush=True)
    list(run_chunks(nap, range(2), workers=2))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(how, tmp_path):
    parent = started(tmp_path)
    workers = [parent.stdout.readline().split() for _ in range(2)]
    parent.send_signal(how)
    assert parent.wait(timeout=120) != 0
    deadline = time.monotonic() + 120
    while any(alive(int(pid)) or Path(folder).exists() for pid, folder in workers):
        assert time.monotonic() < deadline, "a worker or its folder outlives its parent"
        time.sleep(0.05)
    parent.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("after", [0.05, pytest.param(0.2, marks=pytest.mark.slow), 1.0])
def test_ctrl_c_ends_at_once_and_workers_say_nothing(after, tmp_path):
    parent = started(tmp_path)
    time.sleep(after)  # while workers start, or later
    os.killpg(parent.pid, signal.SIGINT)  # as a terminal does: to all of them
    said = said_at_the_end(parent)
    assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1, said


def started(folder: Path) -> subprocess.Popen:
    """Return the interrupted script as a process group of its own, about to start its workers."""
    script = written(folder, INTERRUPTED)
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**with_path(), "PYTHONFAULTHANDLER": "1"}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert parent.stdout is not None
    assert parent.stdout.readline() == "go\n"
    return parent


def written(folder: Path, script: str) -> Path:
    path = folder / "script.py"
    path.write_text(script)
    return path


def with_path() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # a zombie that nobody has reaped yet is not alive
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
