"""Parts of one experiment, simulated apart, give the run that one machine would have given."""

import shutil

import pandas as pd
import pytest

from spicekit.errors import InputError
from spicekit.run.merge import merge
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec
from spicekit.run_folder import RunFolder
from spicekit.tables import keep_table

from .conftest import SHORT_SPEC
from .test_run import run_to_end

ONE_CONDITION = SHORT_SPEC.split("[endurance]")[0].replace("\nsamples = 6", "\nsamples = 4")
ONE_CONDITION += SHORT_SPEC[SHORT_SPEC.index("[[conditions]]") :]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Samples 0 … 1, samples 1 … 3 and the whole, each in a folder."""
    path = tmp_path_factory.mktemp("parts")
    (path / "short.toml").write_text(ONE_CONDITION)
    run_to_end(path / "short.toml", path / "whole")
    run_to_end(path / "short.toml", path / "a", part=(0, 2))
    run_to_end(path / "short.toml", path / "b", part=(1, 4))
    return path


def test_merged_parts_equal_the_whole(parts, tmp_path):
    merged = RunFolder(tmp_path / "merged")
    statistics = merge([RunFolder(parts / "a"), RunFolder(parts / "b")], merged)
    whole = RunFolder(parts / "whole")
    pd.testing.assert_frame_equal(merged.samples(), whole.samples())
    assert statistics.condition("typical").ber_2t2r == whole.statistics().condition("typical").ber_2t2r
    assert statistics.condition("fast").hrs == whole.statistics().condition("fast").hrs
    assert merged.manifest()["identity"] == whole.manifest()["identity"]
    assert statistics.condition("typical").stopped == "merged"


def test_parts_need_not_touch(parts, tmp_path):
    (tmp_path / "longer.toml").write_text(ONE_CONDITION.replace("\nsamples = 4", "\nsamples = 52"))
    run_to_end(tmp_path / "longer.toml", tmp_path / "far", part=(50, 52))
    merged = RunFolder(tmp_path / "merged")
    statistics = merge([RunFolder(parts / "a"), RunFolder(tmp_path / "far")], merged)
    assert statistics.condition("typical").ber_2t2r.samples == 4
    assert list(merged.samples()["sample"].unique()) == [0, 1, 50, 51]


def test_a_part_beyond_the_samples_is_refused(parts):
    with pytest.raises(
        InputError, match=r"part 2:5 ends beyond `monte_carlo.samples`, 4: give one within 0:4"
    ):
        make_plan(load_spec(parts / "short.toml"), part=(2, 5))


def test_a_part_is_not_taken_for_the_whole(parts):
    with pytest.raises(InputError, match="spicekit merge"):
        run_to_end(parts / "short.toml", parts / "b")


def test_other_experiments_and_damaged_samples_are_refused(parts, tmp_path):
    other = run_to_end(parts / "short.toml", tmp_path / "other", seed=99, part=(0, 2))
    with pytest.raises(InputError, match="cannot be merged"):
        merge([RunFolder(parts / "a"), other], RunFolder(tmp_path / "m"))
    shutil.copytree(parts / "b", tmp_path / "hurt")
    hurt = RunFolder(tmp_path / "hurt")
    table = hurt.stored("memory")
    table.loc[0, "lrs"] *= 2
    for file in hurt.study_folder("memory").iterdir():
        file.unlink()
    for name, mine in table.groupby("point"):
        keep_table(hurt.study_folder("memory"), mine, hurt.manifest()["identities"][name])
    with pytest.raises(InputError, match=r"a and .*hurt: sample `fast:1` differs between them"):
        merge([RunFolder(parts / "a"), hurt], RunFolder(tmp_path / "m"))
    with pytest.raises(InputError, match="at least two"):
        merge([RunFolder(parts / "a")], RunFolder(tmp_path / "m"))
    assert not (tmp_path / "m").exists()


def test_nothing_is_overwritten(parts):
    with pytest.raises(InputError, match="exists already"):
        merge([RunFolder(parts / "a"), RunFolder(parts / "b")], RunFolder(parts / "whole"))
