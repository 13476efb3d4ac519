"""A real Dask cluster of two worker processes on this machine: same results, whatever dies."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import dask.config
import numpy as np
import pytest
from distributed import Client, LocalCluster

from spicekit.circuits.standard import standard_decks
from spicekit.errors import InputError, SpicekitError
from spicekit.ngspice import Crashed, Reason, cluster, evaluate, run_chunks
from spicekit.ngspice.executors import backend_of
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from tests.pool_tasks import die_on_three, hang_on_one, lose_ngspice, refuse, square
from tests.test_ngspice_pool import alive
from tests.test_studies import STUDIES_ONLY


@pytest.fixture(scope="module")
def dask_cluster():
    """Two workers of one thread; a task is given up when it was near two dying ones."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        ) as local,
    ):
        yield local


@pytest.fixture(scope="module")
def backend(dask_cluster):
    return backend_of(f"dask:{dask_cluster.scheduler_address}")


def ask_hosts(dask_cluster: LocalCluster, function) -> dict[str, object]:
    with Client(dask_cluster.scheduler_address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=120)  # one that was killed comes back
        return client.run(function)


def kill_host_on_two(x: int) -> int:
    if x == 2:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return x


def pids(_: int) -> tuple[int, int]:
    time.sleep(0.2)
    return os.getpid(), os.getppid()


def surroundings() -> tuple[str, str | None, str | None, list[str]]:
    return os.getcwd(), os.environ.get("HOME"), os.environ.get("TMPDIR"), sorted(os.listdir())


def test_a_killed_dask_worker_changes_no_bit(dask_cluster, backend):
    deck = standard_decks()["2t2r_pcsa_read"]
    nominal = np.array(deck.row())
    rows = nominal * (1 + 1e-3 * np.random.default_rng(1).standard_normal((24, 4, len(nominal))))
    here = dict(run_chunks(partial(evaluate, deck), rows, workers=2))
    victim = next(iter(ask_hosts(dask_cluster, os.getpid).values()))
    results = run_chunks(partial(evaluate, deck), rows, executor=backend)
    there = dict([next(results)])
    os.kill(victim, signal.SIGKILL)
    there.update(results)
    assert sorted(there) == sorted(here) == list(range(24))
    for i, expected in here.items():
        np.testing.assert_array_equal(there[i].measurements, expected.measurements)
        assert there[i].outcomes == expected.outcomes
        assert all(outcome.ok for outcome in expected.outcomes)


@pytest.mark.slow  # the one with a killed worker holds the same
def test_a_run_on_a_cluster_is_that_of_this_machine(backend, tmp_path):
    (tmp_path / "law.toml").write_text(STUDIES_ONLY)
    plan, files = make_plan(load_spec(tmp_path / "law.toml"), quick=True), []
    for name, where in (("there", backend), ("here", backend_of("local"))):
        folder = RunFolder(tmp_path / name)
        assert run(plan, folder, Settings(2, where), lambda _: None).samples == 4
        files.append(folder.statistics_file.read_bytes())
    assert files[0] == files[1]


@pytest.mark.slow
def test_a_task_that_kills_dask_workers_is_a_crash_and_the_others_are_fine(backend):
    results = dict(run_chunks(kill_host_on_two, range(8), executor=backend))
    crashed = results.pop(2)
    assert isinstance(crashed, Crashed)
    assert (crashed.task, crashed.reason) == (2, Reason.CRASHED)
    assert "worker after worker died" in crashed.detail
    assert results == {i: i for i in (0, 1, 3, 4, 5, 6, 7)}


@pytest.mark.parametrize(
    ("function", "index", "reason", "detail"),
    [
        (die_on_three, 3, Reason.CRASHED, "SIGKILL"),
        pytest.param(hang_on_one, 1, Reason.TIMEOUT, "no sign of life for 1 s", marks=pytest.mark.slow),
        pytest.param(lose_ngspice, 1, Reason.SIMULATOR_EXIT, "ngspice quit", marks=pytest.mark.slow),
    ],
)
def test_a_lost_process_is_told_as_here_and_no_dask_worker_dies(
    dask_cluster, backend, function, index, reason, detail
):
    before = ask_hosts(dask_cluster, os.getpid)
    results = dict(run_chunks(function, range(5), executor=backend, timeout=1.0))
    crashed = results.pop(index)
    assert isinstance(crashed, Crashed)
    assert (crashed.task, crashed.reason) == (index, reason)
    assert detail in crashed.detail
    assert results == {i: i for i in range(5) if i != index}
    assert ask_hosts(dask_cluster, os.getpid) == before


@pytest.mark.slow
def test_dask_workers_stay_as_they_were(dask_cluster, backend):
    before = ask_hosts(dask_cluster, surroundings)
    assert dict(run_chunks(square, range(8), executor=backend)) == {i: i * i for i in range(8)}
    assert ask_hosts(dask_cluster, surroundings) == before


@pytest.mark.slow
def test_processes_are_used_again_and_end_with_their_dask_worker(dask_cluster, backend):
    used = {pair for _, pair in run_chunks(pids, range(6), executor=backend)}
    used |= {pair for _, pair in run_chunks(pids, range(6), executor=backend)}
    hosts = set(ask_hosts(dask_cluster, os.getpid).values())
    killed = set(dask_cluster.scheduler.workers)
    assert {host for _, host in used} == hosts
    assert len(used) == len(hosts) == 2
    for host in hosts:
        os.kill(host, signal.SIGKILL)
    deadline = time.monotonic() + 120
    while any(alive(child) for child, _ in used):
        assert time.monotonic() < deadline, "a process outlives its Dask worker"
        time.sleep(0.05)
    # the next test would wait for ever on a cluster without workers, as Dask does
    while killed & set(dask_cluster.scheduler.workers) or len(dask_cluster.scheduler.workers) < 2:
        assert time.monotonic() < deadline, "dead Dask workers are not replaced"
        time.sleep(0.05)


def wait_at_first(place: Path) -> str:
    if place.exists():
        return "again"
    place.touch()
    time.sleep(600)
    return "never"


def forget(dask_scheduler) -> int:
    """Let the scheduler drop all it has to do without a word to those who wait for it."""
    tasks = [task for task in dask_scheduler.tasks.values() if task.state == "processing"]
    for task in tasks:
        dask_scheduler.client_releases_keys([task.key], next(iter(task.who_wants)).client_key, "test")
    return len(tasks)


@pytest.mark.slow
def test_a_call_that_the_cluster_forgot_is_sent_again(dask_cluster, backend, tmp_path):
    place = tmp_path / "begun"
    with (
        Client(dask_cluster.scheduler_address, set_as_default=False) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(list, run_chunks(wait_at_first, [place], executor=backend, timeout=1.0))
        while not place.exists():
            assert not waiting.done()
            time.sleep(0.05)
        assert client.run_on_scheduler(forget) == 1
        assert waiting.result(timeout=120) == [(0, "again")]


@pytest.mark.slow
def test_leaving_early_and_users_errors_leave_the_cluster_usable(backend):
    with pytest.raises(InputError, match=r"task \d"):
        list(run_chunks(refuse, range(3), executor=backend))
    results = run_chunks(pids, range(100), executor=backend)
    next(results)
    results.close()
    assert list(run_chunks(square, [3], executor=backend)) == [(0, 9)]


def test_another_version_on_the_workers_is_refused(backend):
    other = replace(backend, versions=lambda: ("0.0.1", "12"))
    with pytest.raises(InputError, match=r"worker on .* has spicekit .*, expected 0\.0\.1 as here"):
        list(run_chunks(square, range(3), executor=other))


@pytest.mark.slow
def test_a_cluster_that_goes_away_ends_the_run_in_one_line(monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER_WITHIN", 1.0)
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0", host="127.0.0.1"
    ) as local:
        name = f"dask:{local.scheduler_address}"
        results = run_chunks(pids, range(100), executor=backend_of(name))
        next(results)
    with pytest.raises(SpicekitError, match=f"^{name}: the (cluster is|workers are) lost"):
        list(results)


def test_unknown_and_silent_executors_are_refused(monkeypatch):
    for text in ("slurm", "dask", "dask:", "local:4"):
        with pytest.raises(InputError, match=f"`--executor` is `{text}`, expected `local` or `dask:ADDRESS`"):
            backend_of(text)
    monkeypatch.setattr(cluster, "ANSWER_WITHIN", 0.5)
    for address in ("tcp://127.0.0.1:9", "nonsense"):
        with pytest.raises(InputError, match=f"`--executor dask:{address}`: no Dask scheduler answers"):
            backend_of(f"dask:{address}")


WITHOUT_DASK = """
import sys
sys.modules["distributed"] = None  # as if it were not installed
from spicekit.errors import InputError
from spicekit.ngspice.executors import backend_of
try:
    backend_of("dask:tcp://127.0.0.1:8786")
except InputError as error:
    print(error)
"""


def test_without_dask_the_extra_is_named():
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DASK], capture_output=True, text=True, timeout=120, env=env
    )
    assert "pip install '.[dask]'" in done.stdout, done.stderr
