"""What tests share: the nominal technology, and a short experiment."""

import gc
import os
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from threadpoolctl import threadpool_limits

from spicekit.circuits.cell import Technology
from spicekit.models.cmos import sky130
from spicekit.models.design import load_design
from spicekit.models.rram import load_rram
from spicekit.ngspice.host import workers_kept
from spicekit.page.drawing import WIDTH, Plot, style

from .commands import EMPTY, command

ROOM = 300.15  # K
WRITTEN = Plot._drawn


def pytest_collection_finish():
    """Let Python look for garbage among what tests leave, and not among all modules each time."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _sparing():
    """Let runs of this session share worker processes: to start one takes as long as twenty samples.

    And let sums be made by one thread: on cores that are busy with other tests several would wait for each other.
    """
    with workers_kept(), threadpool_limits(1, "blas"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _sketched():
    """Let pictures of reports be put together, but not laid out and written, which takes three quarters of the time.

    `make slow` has them whole everywhere.
    """

    def sketched(plot: Plot, letters: str) -> str:
        del letters
        with style():
            plot.draw(Figure(figsize=(WIDTH, plot.height)))
        return EMPTY

    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("SPICEKIT_PICTURES") != "whole":
            patch.setattr(Plot, "_drawn", sketched)
        yield


@pytest.fixture(scope="module")
def whole_pictures():
    """Lay out and write the pictures of a module, where these are the question."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plot, "_drawn", WRITTEN)
        yield


@pytest.fixture
def own_workers():
    """Let the pools of a test start workers of their own, where these are the question."""
    with workers_kept(False):
        yield


def leave_undrawn(monkeypatch):
    """Leave the pictures of reports empty: to draw them takes as long as 50 samples."""
    monkeypatch.setattr("spicekit.page.drawing.Plot._drawn", lambda *_: EMPTY)


@pytest.fixture
def undrawn(monkeypatch):
    """Leave them empty in a test where they are not the question."""
    leave_undrawn(monkeypatch)


@pytest.fixture(scope="session")
def technology():
    """SkyWater 130 nm at tt, the fitted HfO2 set, the bundled design."""
    return Technology(sky130("tt"), load_rram(), load_design())


SHORT_SPEC = """
schema = "spicekit.sweep/1"
name = "short"
seed = 7

[monte_carlo]
samples = 6
quick_samples = 3

[endurance]
cycles = [1e8]
samples = 3
criterion = 1e-3

[[conditions]]
name = "typical"
set_compliance = "200 uA"
reset_voltage = "2.5 V"
pulse_width = "1 us"

[[conditions]]
name = "fast"
set_compliance = "200 uA"
reset_voltage = "2.0 V"
pulse_width = "100 ns"
"""


@pytest.fixture
def short_spec(tmp_path) -> Path:
    """Two conditions, a handful of samples, one aged point."""
    path = tmp_path / "short.toml"
    path.write_text(SHORT_SPEC)
    return path


@pytest.fixture
def here(monkeypatch, tmp_path):
    """Return a function that gives a command line in this process, in `tmp_path`: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = command(*words, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    return run
