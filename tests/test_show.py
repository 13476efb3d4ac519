"""`spicekit show`: one sample again, with decks that run by themselves and rows that can be read."""

import re
import subprocess

import pandas as pd
import pytest

from spicekit.run.execute import Settings, run
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder

from .conftest import SHORT_SPEC


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> RunFolder:
    path = tmp_path_factory.mktemp("show")
    (path / "spec.toml").write_text(
        SHORT_SPEC.replace("samples = 6", "samples = 2").replace("samples = 3", "samples = 1")
    )
    folder = RunFolder(path / "run")
    run(make_plan(load_spec(path / "spec.toml")), folder, Settings(), lambda _: None)
    return folder


def test_the_decks_of_a_sample_run_side_by_side_and_give_its_states(folder, tmp_path, here):
    code, shown, said = here("show", folder.path, "typical:1", "--deck")
    assert code == 0, said
    parts = re.split(r"^\* ==== (.+): save as (\S+) and run with `ngspice -b` ====\n", shown, flags=re.M)[1:]
    names, files, decks = parts[0::3], parts[1::3], parts[2::3]
    # an odd sample stores -1: the low resistance on the right
    assert names == [
        "1 prepare SET, left device", "2 prepare RESET, right device", "3 program RESET, left device",
        "4 program SET, right device", "5 read",
    ]  # fmt: skip
    for file, deck in zip(files, decks, strict=True):
        (tmp_path / file).write_text(deck)
    for file in files:
        assert subprocess.run(["ngspice", "-b", file], cwd=tmp_path, capture_output=True).returncode == 0
    found = {path.stem: pd.read_csv(path, sep=r"\s+") for path in tmp_path.glob("*.txt")}
    assert len(found) == 5
    row = folder.samples().query("condition == 'typical' and cycles == 0 and sample == 1").iloc[0]
    gap = "v(xcell.gap)"
    assert found["3_program_reset_left"][gap].iloc[-1] == pytest.approx(row["hrs_gap"], rel=1e-4)
    assert found["4_program_set_right"][gap].iloc[-1] == pytest.approx(row["lrs_gap"], rel=1e-4)


def test_the_rows_of_a_sample_say_what_they_are_and_leave_out_what_it_does_not_have(folder, here):
    fresh = here("show", folder.path, "typical:1")[1]
    assert re.search(
        r"^weight +-1 +the value stored: \+1 has the low resistance on the left, -1 on the right$",
        fresh,
        re.M,
    )
    assert re.search(r"^offset_shift +\S+ +ln of right over left resistance", fresh, re.M)
    aged = here("show", folder.path, "typical:0@1e8")[1]
    assert "offset" not in aged  # that read is made on fresh devices only
    assert "nan" not in aged


def test_the_decks_of_a_dry_run_name_their_outputs_after_themselves(folder, tmp_path, here):
    code, _, said = here("run", folder.spec_file, "-o", "dry", "--dry-run")
    assert code == 0, said
    decks = list((tmp_path / "dry" / "decks").glob("*.cir"))
    outputs = [
        line.split()[1]
        for deck in decks
        for line in deck.read_text().splitlines()
        if line.startswith("wrdata ")
    ]
    assert sorted(outputs) == sorted(f"{deck.stem}.txt" for deck in decks)
