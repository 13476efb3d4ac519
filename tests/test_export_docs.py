"""What the documentation shows is executed here."""

import re
from pathlib import Path

import pytest

from spicekit import statistics
from spicekit.export import FORMATS, export
from tests.test_report_made_up import made_up_run

DOCS = Path(__file__).parents[1] / "docs"


def blocks(name: str, language: str) -> list[str]:
    text = (DOCS / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    run = made_up_run(folder / "run", samples=200)
    for to in FORMATS:
        export(run, to, folder / f"export.{to}")
    return folder


def test_there_is_a_snippet_for_every_format():
    assert len(blocks("export.md", "python")) == len(FORMATS)


@pytest.mark.parametrize("snippet", blocks("export.md", "python"))
def test_export_snippets_run(folder, monkeypatch, snippet):
    monkeypatch.chdir(folder)
    names: dict = {}
    exec(snippet, names)
    if "hrs" in names:
        assert 3e4 < names["hrs"].mean() < 1e6
        assert names["units"]["hrs.median"] == "Ohm"
    if "inverse_cdf" in names:
        assert len(names["inverse_cdf"]) > 20
        assert names["energies"]["typical"] == pytest.approx(292e-12, rel=0.05)
    if "rates" in names:
        assert 0 < names["rates"]["typical"] < 0.1


def test_the_example_of_the_statistics_loads_and_its_snippet_runs(tmp_path, monkeypatch, capsys):
    (example,) = blocks("statistics.md", "json")
    (tmp_path / "statistics.json").write_text(example, encoding="utf-8")
    condition = statistics.load(tmp_path / "statistics.json").condition("my array, 1 us")
    assert condition.ber_2t2r is not None
    assert condition.ber_2t2r.best is None
    assert condition.energy_read is None
    monkeypatch.chdir(tmp_path)
    spread, snippet = blocks("statistics.md", "python")
    exec(snippet, {})
    assert "6100.0 0.0029913 None" in capsys.readouterr().out
    exec(spread, {})
    found = [float(line) for line in capsys.readouterr().out.split()]
    assert found == pytest.approx([float(said) for said in re.findall(r"# (\S+): ", spread)], abs=0.006)
