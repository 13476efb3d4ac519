"""`spicekit init`: a file to start from that runs as it is, and never in the place of another."""

import pytest
from typer.testing import CliRunner

from spicekit.cli.app import app
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec

from .commands import command


@pytest.mark.usefixtures("undrawn")
def test_the_starter_runs_at_once_in_its_quick_form(tmp_path):
    done = command("init", "mine.toml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "mine.toml: written; now try `spicekit run mine.toml --quick`\n"
    ran = command("run", "mine.toml", "--quick", "--part", "0:2", "-j", "1", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "runs" / "mine" / "report.html").exists()


def test_what_the_starter_offers_in_comments_is_accepted(tmp_path):
    CliRunner().invoke(app, ["init", str(tmp_path / "mine.toml")])
    lines = (tmp_path / "mine.toml").read_text().splitlines()
    offers = ("# [", "# relative", "# max_runs", "# ber_", "# energy_")
    kept = [line[2:] if line.startswith(offers) else line for line in lines]
    assert kept != lines
    (tmp_path / "more.toml").write_text("\n".join(kept))
    spec = load_spec(tmp_path / "more.toml")
    assert spec.content.estimate is not None
    assert spec.content.conditions[-1].targets.energy_reset_below == pytest.approx(50e-12)
    assert make_plan(spec, None, True, None).studies


@pytest.mark.parametrize(
    ("file", "name"),
    [("a 50uA.toml", "a_50uA"), ("é.toml", "mine"), ("_x.toml", "x"), ("2nd-try.v1.toml", "2nd-try.v1")],
)
def test_any_name_of_a_file_gives_a_name_that_is_accepted(tmp_path, file, name):
    assert CliRunner().invoke(app, ["init", str(tmp_path / file)]).exit_code == 0
    assert load_spec(tmp_path / file).content.name == name


def test_no_file_is_overwritten(tmp_path):
    (tmp_path / "thesis.toml").write_text("precious")
    done = command("init", "thesis.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == "spicekit: thesis.toml: exists already; nothing is overwritten, give another name\n"
    assert (tmp_path / "thesis.toml").read_text() == "precious"


@pytest.mark.parametrize(("file", "said"), [("x.txt", "ends in .toml"), ("none/x.toml", "make it first")])
def test_a_place_that_cannot_be_is_refused(tmp_path, file, said):
    done = command("init", file, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
