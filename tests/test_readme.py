"""The README shows what the committed reports say, and its code runs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import matplotlib.pyplot
import pytest
import yaml

from .scripts import ROOT, script

README = (ROOT / "README.md").read_text(encoding="utf-8")
UNDRAWN = "import sys\nfrom tests.commands import NothingDrawn\nsys.meta_path.insert(0, NothingDrawn())\n"
"""What Python does before the script: pictures of reports are left empty."""
AGAIN = "python reports/figures.py makes picture and table again"


@pytest.fixture(scope="module")
def figures():
    return script("reports", "figures.py")


def code(text: str) -> str:
    (snippet,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    return snippet


def test_the_table_is_that_of_the_committed_reports(figures):
    assert figures.table() in README, AGAIN


def test_the_picture_is_of_the_committed_reports_and_can_be_drawn(figures):
    assert figures.sources() in (ROOT / "docs/figures/chain.svg").read_text(encoding="utf-8"), AGAIN
    drawn = figures.chain()
    assert drawn.count("<svg") == drawn.count("</svg>") == 2


def test_pictures_are_small():
    assert not [p.name for p in (ROOT / "docs/figures").iterdir() if p.stat().st_size > 300_000]


def _on_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # as many workers are started as there are cores
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def test_the_script_runs_without_a_guard_and_prints_a_rate_in_its_interval(tmp_path):
    """Half of a minute. 1 V for 100 ns leaves states so close that some of 20 reads err."""
    script = tmp_path / "script.py"
    script.write_text(code(README), encoding="utf-8")
    (tmp_path / "sitecustomize.py").write_text(UNDRAWN)
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=280,
        preexec_fn=_on_one_core,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(line.startswith("samples ") for line in done.stderr.splitlines())  # progress
    (said,) = done.stdout.splitlines()  # once: no worker process runs the script again
    found = re.fullmatch(r"bit error rate (\S+) \((\S+) … (\S+)\)", said)
    assert found, said
    best, low, high = map(float, found.groups())
    assert 0 < low < best < high < 1
    assert best * 20 == pytest.approx(round(best * 20))
    assert (tmp_path / "runs/weak/report.html").is_file()
    assert len(code(README).splitlines()) <= 15


def test_a_stranger_reads_it_in_ten_minutes():
    assert len(README.splitlines()) <= 120


def test_it_is_cited_with_the_version_it_has():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the program ngspice")
def test_the_netlist_that_the_docs_show_runs_alone_and_ends_as_they_say(tmp_path, monkeypatch):
    deck = ROOT / "netlists" / "2t2r_pcsa_read.cir"
    subprocess.run(["ngspice", "-b", deck], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(matplotlib.pyplot, "show", lambda: None)
    matplotlib.pyplot.switch_backend("agg")
    names: dict = {}
    exec(code((ROOT / "docs/netlists.md").read_text(encoding="utf-8")), names)
    end = names["waves"].iloc[-1]
    assert end["v(q)"] == pytest.approx(end["v(sen)"], rel=0.01)
    assert end["v(qb)"] < 0.01
