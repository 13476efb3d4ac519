"""What can be said of a run that has not ended: a report of what is there, which says so; and of damaged folders."""

import json
import shutil

import pytest

from spicekit.run.collect import Collector
from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.so_far import SoFar, opened
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder

from .conftest import SHORT_SPEC


def made(folder: RunFolder, samples: int, aged: int, text: str = SHORT_SPEC) -> None:
    """Run the short experiment with so many samples, or go on with it."""
    text = text.replace("\nsamples = 6", f"\nsamples = {samples}").replace(
        "\nsamples = 3", f"\nsamples = {aged}"
    )
    spec = folder.path.parent / "short.toml"
    spec.write_text(text)
    run(make_plan(load_spec(spec)), folder, Settings(), lambda _: None)


@pytest.fixture(scope="module")
def ended(tmp_path_factory) -> RunFolder:
    """A finished run of one condition."""
    folder = RunFolder(tmp_path_factory.mktemp("ended") / "run")
    made(folder, 4, 2, SHORT_SPEC[: SHORT_SPEC.rindex("[[conditions]]")])
    return folder


@pytest.fixture(scope="module")
def unfinished(ended, tmp_path_factory) -> RunFolder:
    """A run that ended as by Ctrl-C: one condition has all of its samples, some of the other one are missing."""
    folder = RunFolder(tmp_path_factory.mktemp("so_far") / "run")
    shutil.copytree(ended.path, folder.path)
    made(folder, 1, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Collector, "collect", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            made(folder, 4, 2)
    folder.statistics_file.unlink()  # of fewer samples
    return folder


def _interrupt(*_):
    raise KeyboardInterrupt


@pytest.fixture
def copied(unfinished, tmp_path) -> RunFolder:
    shutil.copytree(unfinished.path, tmp_path / "run")
    return RunFolder(tmp_path / "run")


@pytest.mark.usefixtures("undrawn")
def test_a_report_of_an_unfinished_run_says_how_much_it_stands_on(copied, here):
    stored = len(copied.stored("memory"))
    assert stored == 6 + 2
    code, _, said = here("report", "run")
    assert code == 0, said
    assert f"run is not finished: this stands on {stored} of 12 samples" in said
    assert "to go on: spicekit run run/spec.toml -o run" in said
    page = copied.report_file.read_text()
    assert f"This run is not finished: all numbers stand on {stored} of 12 samples." in page
    assert not copied.statistics_file.exists()  # nobody is to take it for the result
    assert "finished" not in copied.manifest()


def test_statistics_so_far_count_what_is_there_and_nothing_else(unfinished):
    folder = opened(unfinished)
    assert isinstance(folder, SoFar)
    rows = unfinished.stored("memory")
    for condition in folder.statistics().conditions:
        mine = rows[(rows["condition"] == condition.name) & (rows["cycles"] == 0)]
        found = condition.ber_2t2r.samples if condition.ber_2t2r else 0
        assert found == len(mine)
        assert condition.stopped == ("most samples (4)" if found == 4 else "not finished")


def test_an_unfinished_run_goes_on_to_the_result_of_a_straight_one(copied, tmp_path):
    spec = load_spec(copied.spec_file)
    run(make_plan(spec), copied, Settings(), lambda _: None)
    straight = RunFolder(tmp_path / "straight")
    run(make_plan(spec), straight, Settings(), lambda _: None)
    assert copied.statistics_file.read_bytes() == straight.statistics_file.read_bytes()
    assert not isinstance(opened(copied), SoFar)
    assert "unfinished" not in copied.manifest()


@pytest.mark.usefixtures("undrawn")
def test_an_unfinished_run_can_be_exported_shown_and_merged(copied, here):
    place = copied.path.parent
    for arguments in (
        ("export", "run", "--to", "json", "-o", "out.json"),
        ("show", "run", "typical:1"),
        ("merge", "run", "run", "-o", "merged"),
    ):
        code, _, said = here(*arguments)
        assert code == 0, said
    assert "typical" in json.loads((place / "out.json").read_text())["conditions"]
    assert len(RunFolder(place / "merged").samples()) == len(copied.stored("memory"))


@pytest.mark.usefixtures("undrawn")
def test_a_run_stopped_before_its_first_sample_has_an_empty_report(copied, here):
    shutil.rmtree(copied.studies_folder)
    code, _, said = here("report", "run")
    assert code == 0, said
    assert "0 of 12 samples" in said


GARBAGE = {
    "binary": b"\xff\xfe\x00\x01",
    "empty": b"",
    "list": b"[1, 2]",
    "deep": b"[" * 100_000,
    "digits": b'{"seed": ' + b"9" * 5000 + b"}",
    "types": b'{"identity": 3, "identities": [], "labels": 7, "first": "x", "planned": 1, "seed": {}, "studies": 2}',
    "text": b"\xe4\xf6",
}


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", ["identity.json", "manifest.json", "statistics.json", "spec.toml"])
def test_garbage_in_a_run_folder_is_one_line(ended, tmp_path, name, here):
    shutil.copytree(ended.path, tmp_path / "run")
    readers = {
        "identity.json": ["merge"],
        "manifest.json": ["report", "export", "show", "merge", "run"],
        "statistics.json": ["report", "export", "merge"],
        "spec.toml": ["show", "merge"],
    }
    command_lines = {
        "report": ["report", "run", "-o", "x.html"],
        "export": ["export", "run", "--to", "csv", "-o", "x.csv"],
        "show": ["show", "run", "typical:0"],
        "merge": ["merge", "run", "run", "-o", "merged"],
        "run": ["run", str(ended.path / "spec.toml"), "-o", "run", "--quiet"],
    }
    for kind, content in GARBAGE.items():
        (tmp_path / "run" / name).write_bytes(content)
        # all read it in the same way: one meets all kinds, the others two (more: tests/fuzz)
        for reader in readers[name] if kind in ("binary", "types") else readers[name][:1]:
            code, _, said = here(*command_lines[reader])
            assert code == 2, (content[:40], reader, said)
            assert len(said.strip().splitlines()) == 1, said
            assert name in said
        assert not (tmp_path / "merged").exists()
        assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("words", [("report", "old"), ("run", "short.toml", "-o", "old")])
def test_a_folder_of_an_earlier_layout_is_one_line_that_names_its_version(tmp_path, here, words):
    (tmp_path / "short.toml").write_text(SHORT_SPEC)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "manifest.json").write_text('{"schema": "spicekit.run/1", "spicekit": "0.0.9"}')
    code, _, said = here(*words)
    assert code == 2
    assert (
        "another version of spicekit (0.0.9) made this folder; run the experiment again, into a new one"
        in said
    )
    assert len(said.strip().splitlines()) == 1
