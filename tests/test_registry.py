"""Studies are found by themselves: the folders of spicekit, and packages of others by their entry point."""

import json
import os

import pytest

from spicekit.registry import results, sections, studies, tables

from .commands import command, one_process

BROUGHT = {
    "window/__init__.py": '"""Window.\n\nHow far apart two draws are."""\n\nORDER = 1\n',
    "window/result.py": """
from typing import Annotated

from spicekit.block import Block, Estimate, quantity


class Window(Block):
    "How far apart two draws are."

    width: Annotated[Estimate, quantity("V", "mean over samples")]


RESULTS = {"window": Window}
""",
    "window/table.py": "from spicekit.experiment.study import StudyTable\n\nTABLE = StudyTable\n",
    "window/study.py": """
import numpy as np
import pandas as pd

from spicekit.block import Estimate
from spicekit.sampling.normals import named_normals
from spicekit.studies.study import Point, Study
from window.result import Window


def points(technology, table):
    return (Point("only", {"scale": 2.0}, {}),)


def simulate(point, seed, start, stop):
    z = named_normals(seed, ["upper", "lower"], start, stop)
    width = point.labels["scale"] * (z[:, 0] - z[:, 1])
    return pd.DataFrame({"sample": np.arange(start, stop), "outcome": "ok", "reason": "", "width": width})


def analyze(table, rows, confidence):
    error = rows["width"].std() / len(rows) ** 0.5
    return {"window": Window(width=Estimate(value=rows["width"].mean(), error=error))}


STUDY = Study("window", points, simulate, analyze)
""",
    "window/section.py": """
from spicekit.page.section import Grid, Section
from window.result import Window


def section(statistics, rows):
    found = statistics.of(Window)
    if found is None:
        return None
    grid = Grid(("samples", "mean"), ((str(len(rows)), f"{found.width.value:.3g} V"),))
    return Section(title="The window of others", pictures=(), sentences="A study that a package brought.", grid=grid)
""",
    "window-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: window\nVersion: 1.0\n",
    "window-1.0.dist-info/entry_points.txt": "[spicekit.studies]\nwindow = window\n",
}
SPEC = 'schema = "spicekit.sweep/1"\nname = "w"\nseed = 1\n[studies.window]\nsamples = 20\n'


def test_every_folder_is_found_with_all_its_parts():
    assert (
        set(sections())
        == set(tables())
        == set(studies()) - {"memory", "rare", "endurance", "circuit_estimate", "read_path_estimate"}
    )
    assert set(results()) >= {"conductance_law", "compliance_law", "oscillator", "retention"}
    assert list(studies())[:3] == ["memory", "iv_loops", "switching_time"]  # by `ORDER`


@pytest.fixture
def brought(tmp_path):
    """The folder of a distribution that brings the study `window`, for PYTHONPATH."""
    for name, text in BROUGHT.items():
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "w.toml").write_text(SPEC)
    return tmp_path / "site"


def test_a_package_of_others_brings_a_study_that_runs_is_shown_and_exported(tmp_path, brought):
    lines = (
        ("run", "w.toml", "-o", "out", "-j", "1", "--quiet"),
        ("export", "out", "--to", "csv", "-o", "x.csv"),
    )
    paths = os.pathsep.join(filter(None, [str(brought), os.environ.get("PYTHONPATH")]))
    for done in one_process(*lines, cwd=tmp_path, PYTHONPATH=paths):
        assert done.returncode == 0, done.stderr
    width = json.loads((tmp_path / "out" / "statistics.json").read_text())["window"]["width"]
    assert abs(width["value"]) < 4 * 2 * 2**0.5 / 20**0.5  # four standard errors of the mean of twenty
    assert "The window of others" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"window.width.value,,,{width['value']!r},V" in (tmp_path / "x.csv").read_text()


def test_without_that_package_its_key_is_unknown(tmp_path):
    (tmp_path / "w.toml").write_text(SPEC)
    done = command("run", "w.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert "studies.window" in done.stderr
