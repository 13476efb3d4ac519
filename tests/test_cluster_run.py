"""A whole run on a real Dask cluster, one worker killed on the way: the same table as on one machine."""

import os
import signal
import threading
import time

import pytest

from spicekit.ngspice.executors import backend_of
from spicekit.report import write_table_csv
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder

from .test_faults import ONE_CONDITION
from .test_studies import LAW

distributed = pytest.importorskip("distributed")


@pytest.mark.slow  # runs and killed workers, each alone: test_dask.py
def test_a_worker_killed_in_mid_run_changes_nothing(tmp_path):
    spec = tmp_path / "short.toml"
    spec.write_text(ONE_CONDITION.replace("\nsamples = 4", "\nsamples = 8") + LAW)
    plan = make_plan(load_spec(spec))
    tables, studies = {}, {}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        begun, killed = threading.Event(), []

        def kill_one():
            begun.wait(120)
            time.sleep(0.1)
            pid = next(iter(cluster.workers.values())).pid
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

        def show(state):
            if any(p.received for p in state.values()):
                begun.set()

        killer = threading.Thread(target=kill_one)
        killer.start()
        backends = {"dask": backend_of(f"dask:{cluster.scheduler_address}"), "local": backend_of("local")}
        for name, backend in backends.items():
            folder = RunFolder(tmp_path / name)
            finished = run(plan, folder, Settings(2, backend), show)
            write_table_csv(finished.statistics, folder.table_file)
            tables[name] = folder.table_file.read_bytes()
            studies[name] = folder.study("conductance_law")
        killer.join()
    assert killed
    assert finished.samples == 16 + 6
    assert tables["dask"] == tables["local"]
    assert studies["dask"].equals(studies["local"])
