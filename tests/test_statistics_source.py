"""Statistics as the network commands are given them: a file, a run folder, a name."""

import json
import re
import shutil

import pytest
import typer
from typer.testing import CliRunner

from spicekit.cli import (
    entropy_puf,
    entropy_trng,
    network,
    network_bayes,
    network_digits,
    network_mcmc,
    network_pbits,
    network_posterior,
    network_vowels,
)
from spicekit.cli.app import app
from spicekit.cli.inputs import BUNDLED, load_statistics, statistics_file
from spicekit.data import data_path
from spicekit.errors import InputError

COMMANDS = (
    network,
    network_mcmc,
    network_vowels,
    network_digits,
    network_bayes,
    network_pbits,
    network_posterior,
)
TEXTS = [module.EXAMPLE for module in COMMANDS]
RANDOM_TEXTS = [entropy_trng.EXAMPLE, entropy_puf.EXAMPLE]


@pytest.mark.parametrize("name", BUNDLED)
def test_statistics_that_come_along_are_found_by_name(name):
    path, found = load_statistics(name)
    assert path.name == "statistics.json"
    assert found.conditions or found.studies


def test_a_wheel_holds_them(request):
    listed = (request.config.rootpath / "pyproject.toml").read_text()
    for name in BUNDLED:
        assert f'"reports/{name}/statistics.json" = "spicekit/_data/reports/{name}/statistics.json"' in listed


def test_a_run_folder_stands_for_its_statistics(tmp_path):
    with pytest.raises(
        InputError, match=r"holds no statistics\.json: it is no run folder, or its run is not finished"
    ):
        statistics_file(str(tmp_path))
    shutil.copy(data_path("reports", "learning", "statistics.json"), tmp_path)
    assert statistics_file(str(tmp_path)) == tmp_path / "statistics.json"


def test_a_misspelt_name_is_asked_about(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"no such file or folder.*did you mean `learning`"):
        statistics_file("learnin")


def test_a_doubt_is_one_line_on_standard_error(tmp_path, capsys):
    tree = json.loads(data_path("reports", "programming_conditions", "statistics.json").read_text())
    tree["conditions"][0]["ber_2t2r_estimat"] = 1e-9
    del tree["conditions"][0]["ber_2t2r_estimated"]
    (tmp_path / "s.json").write_text(json.dumps(tree))
    load_statistics(str(tmp_path / "s.json"))
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("spicekit: warning: ")
    assert line.endswith("(did you mean `ber_2t2r_estimated`?)")


@pytest.mark.parametrize("text", [*TEXTS, *RANDOM_TEXTS])
def test_examples_name_statistics_and_options_that_there_are(text):
    for example in re.findall(r"spicekit ((?:network|entropy) \w+ [^;(]*)", text):
        group, command, source, *options = example.split()
        assert source in BUNDLED or source in ("runs/first", "runs/trng", "runs/puf", "statistics.json")
        shown = CliRunner().invoke(app, [group, command, "--help"]).output
        for option in options:
            assert not option.startswith("-") or option in shown


@pytest.mark.parametrize(
    ("group", "command"),
    [("network", c) for c in ("bnn", "mcmc", "vowels", "digits", "bayes", "pbits", "posterior")]
    + [("entropy", "trng"), ("entropy", "puf")],
)
def test_every_option_is_explained_in_a_sentence(group, command):
    group = typer.main.get_command(app).commands[group]
    for option in group.commands[command].params:
        said = getattr(option, "help", None) or ""
        assert said[:1].isupper(), option.name
        assert said.endswith("."), option.name
