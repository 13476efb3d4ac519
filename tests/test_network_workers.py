"""Worker processes of the network simulators end with the work, and at once on Ctrl-C or when their parent dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from multiprocessing import active_children

import pytest

from spicekit.network.workers import in_workers


def test_results_come_in_the_order_of_the_tasks_and_workers_end_with_the_work():
    before = set(active_children())
    results = in_workers(abs, range(-8, 0), 2)
    assert next(results) == 8
    assert set(active_children()) - before
    assert list(results) == [7, 6, 5, 4, 3, 2, 1]
    assert not set(active_children()) - before


def test_an_error_of_a_task_ends_the_others_at_once():
    before = set(active_children())
    with pytest.raises(ValueError, match="negative"):
        list(in_workers(time.sleep, [-1, 600, 600], 2))
    assert not set(active_children()) - before


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.3, 1.0])
def test_an_interrupt_does_not_wait_for_what_workers_are_at(delay, capfd):
    before = set(active_children())
    with pytest.raises(KeyboardInterrupt):
        _interrupted(delay)
    assert not set(active_children()) - before
    assert capfd.readouterr().err == ""


def _interrupted(delay):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job inherits it ignored
    try:
        threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT)).start()
        list(in_workers(time.sleep, [600] * 4, 2))
    finally:
        signal.signal(signal.SIGINT, before)


PARENT = """
import os, sys
from spicekit.network.workers import in_workers
results = in_workers(eval, ["__import__('os').getpid()"] * 2 + ["__import__('time').sleep(600)"] * 4, 2)
print(next(results), next(results), flush=True)
next(results)
"""


def test_workers_end_when_their_parent_is_killed():
    # a script without a guard: a worker does not run it again
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert parent.stdout is not None
    workers = {int(word) for word in parent.stdout.readline().split()}
    assert workers
    parent.kill()
    parent.wait()
    while any(_alive(worker) for worker in workers):  # or the test's own time limit
        time.sleep(0.05)


def _alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
