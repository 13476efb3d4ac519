"""Worker processes of the network simulators end with the work, and at once on Ctrl-C."""

import time
from multiprocessing import active_children

import pytest

from spicekit.network.workers import worker_pool


def test_workers_end_with_the_work():
    before = set(active_children())
    with worker_pool(2) as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
        assert set(active_children()) - before
    assert not set(active_children()) - before


def test_an_interrupt_does_not_wait_for_what_workers_are_at():
    before = set(active_children())
    with pytest.raises(KeyboardInterrupt):
        _interrupted()
    while set(active_children()) - before:  # or the test's own time limit
        time.sleep(0.05)


def _interrupted():
    with worker_pool(2) as pool:
        waiting = [pool.submit(time.sleep, 600) for _ in range(4)]
        while not waiting[0].running():
            time.sleep(0.01)
        raise KeyboardInterrupt
