"""Every format read back holds what the statistics hold; the look-up tables match SciPy."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy import stats

from spicekit.errors import InputError
from spicekit.export import FORMATS, export, records
from spicekit.export.records import GRID_PROBABILITY, GRID_Z
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics, save
from tests.made_up_estimates import with_estimates
from tests.test_report_made_up import CONDITIONS, made_up_run

REPORTS = Path(__file__).parents[1] / "reports"
NAMES = [made_up.name for made_up in CONDITIONS]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return made_up_run(tmp_path_factory.mktemp("export") / "run", samples=400)


@pytest.fixture(scope="module")
def files(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    return {to: export(run, to, folder / f"export.{to}") for to in FORMATS}


def scalar(table, condition, key):
    return table[(table.condition == condition) & (table.key == key)].value.item()


@pytest.mark.parametrize("to", ["csv", "parquet"])
def test_rows_read_back_equal_the_statistics(run, files, to):
    if to == "csv":
        table = pd.read_csv(files["csv"], dtype=str)
        table = table.assign(at=table["at"].map(float), value=table.value.map(float))  # float() is exact
    else:
        table = pd.read_parquet(files["parquet"])
    for condition in run.statistics().conditions:
        assert scalar(table, condition.name, "lrs.median") == condition.lrs.median
        assert scalar(table, condition.name, "hrs.sigma_ln") == condition.hrs.sigma_ln
        assert scalar(table, condition.name, "ber_2t2r.high") == condition.ber_2t2r.high
        assert scalar(table, condition.name, "energy_set.mean") == condition.energy_set.mean
        curve = table[(table.condition == condition.name) & (table.key == "endurance.ber_2t2r")]
        assert list(zip(curve["at"], curve.value, strict=True)) == list(condition.endurance.curve)
        assert set(curve.origin) == {"assumed ageing"}
    assert table.unit.notna().all()
    assert set(table[table.key == "read_delay.mean"].unit) == {"s"}
    assert table[table.key.str.contains("_lognormal.")].origin.str.startswith("extrapolated").all()


def test_best_is_absent_where_no_error_was_seen(run, files):
    assert run.statistics().condition("typical").ber_2t2r.best is None
    table = pd.read_csv(files["csv"])
    assert not len(table[(table.condition == "typical") & (table.key == "ber_2t2r.best")])
    assert json.loads(files["json"].read_text())["conditions"]["typical"]["ber_2t2r"]["best"] is None
    data = np.load(files["npz"])
    assert np.isnan(data["ber_2t2r.best"][0])


def test_json_read_back_equals_the_statistics(run, files):
    tree = json.loads(files["json"].read_text())
    assert list(tree["conditions"]) == NAMES
    for condition in run.statistics().conditions:
        block = tree["conditions"][condition.name]
        assert block["hrs"]["median"] == condition.hrs.median
        assert block["energy_pair"] == {"mean": condition.energy_pair.mean, "std": condition.energy_pair.std}
        assert dict(block["lrs"]["quantile"]) == {float(p): v for p, v in condition.lrs.quantiles.items()}
        assert block["endurance"]["origin"] == "assumed ageing"
        assert block["ber_2t2r_lognormal"]["origin"].startswith("extrapolated")
    assert tree["units"]["energy_set.mean"] == "J"
    assert tree["provenance"]["seed"] == 7


def test_npz_read_back_equals_the_statistics(run, files):
    data = np.load(files["npz"], allow_pickle=False)
    assert list(data["conditions"]) == NAMES
    for row, condition in enumerate(run.statistics().conditions):
        assert data["lrs.median"][row] == condition.lrs.median
        assert data["read_delay.mean"][row] == condition.read_delay.mean
        assert data["endurance.ber_2t2r"][row].tolist() == [ber for _, ber in condition.endurance.curve]
        assert data["lrs.quantile"][row].tolist() == list(condition.lrs.quantiles.values())
    assert data["endurance_cycles"].tolist() == [0.0, 1e4, 1e6, 1e8, 1e10, 1e12]
    assert json.loads(str(data["units"]))["hrs.ln_r_lognormal"] == "ln(Ohm)"


def test_parquet_carries_units_in_its_metadata(files):
    metadata = pq.read_schema(files["parquet"]).metadata
    assert metadata[b"schema"] == b"spicekit.export/1"
    assert json.loads(metadata[b"units"])["energy_read.mean"] == "J"


def test_grid_is_that_of_the_normal_law():
    assert np.allclose(GRID_PROBABILITY, stats.norm.cdf(GRID_Z), rtol=1e-12)


def test_inverse_cdf_of_the_law_is_scipys(run, files):
    data = np.load(files["npz"])
    law = run.statistics().condition("typical").hrs
    expected = stats.lognorm(s=law.sigma_ln, scale=law.median).ppf(data["probability"])
    assert np.allclose(np.exp(data["hrs.ln_r_lognormal"][0]), expected, rtol=1e-6)


def test_sampled_inverse_cdf_lies_within_the_samples(run, files):
    data = np.load(files["npz"])
    samples = run.samples()
    kept = samples[(samples.condition == "typical") & (samples.cycles == 0) & (samples.outcome != "discard")]
    table = data["hrs.ln_r_sampled"][0]
    seen = np.isfinite(table)
    expected = np.quantile(np.log(kept.hrs), data["probability"][seen], method="hazen")
    assert np.allclose(table[seen], expected, atol=0.05)  # linear in z here, in p there
    # 400 samples reach z = 3.02; beyond, nothing was seen
    assert data["z"][seen].tolist() == [z for z in GRID_Z if abs(z) <= 3.0]


def test_statistics_alone_give_the_table_from_quantiles(run, tmp_path):
    (tmp_path / "statistics.json").write_bytes(run.statistics_file.read_bytes())
    rows = [
        r for r in records(RunFolder(tmp_path)) if r.key == "lrs.ln_r_sampled" and r.condition == "typical"
    ]
    assert {r.origin for r in rows} == {"simulated: quantiles"}
    assert len(rows) == 25  # |z| <= 3
    middle = next(r.value for r in rows if r.at == 0.5)
    quantiles = run.statistics().condition("typical").lrs.quantiles
    assert middle == pytest.approx(np.log(quantiles["0.5"]))


@pytest.fixture(scope="module")
def estimated_run(run, tmp_path_factory):
    """The first condition has agreed estimates of 2T2R, the second one of 1T1R that did not converge."""
    first, second, third = run.statistics().conditions
    first = with_estimates(first, "2t2r", 4e-9, 2e-9)
    second = with_estimates(second, "1t1r", 1e-5, 1e-5, outcome="not converged")
    folder = RunFolder(tmp_path_factory.mktemp("estimated"))
    save(run.statistics().model_copy(update={"conditions": (first, second, third)}), folder.statistics_file)
    return folder


def test_an_agreed_estimate_is_preferred_to_a_bound(estimated_run, tmp_path):
    table = pd.read_csv(export(estimated_run, "csv", tmp_path / "x.csv"), dtype={"value": float})
    one = table[table.condition == NAMES[0]].set_index("key")
    for key in ("ber_2t2r_estimated", "ber_2t2r_preferred"):
        assert one.loc[f"{key}.best", "value"] == pytest.approx(3e-9)
        assert one.loc[f"{key}.best", "origin"].startswith("estimated: ")
    assert "ideal comparator" in one.loc["ber_1t1r.high", "origin"]
    assert not one.index.str.startswith("ber_1t1r_preferred").any()  # nothing to compare 2T2R with
    block = json.loads(export(estimated_run, "json", tmp_path / "x.json").read_text())["conditions"][NAMES[0]]
    assert block["ber_2t2r_preferred"]["origin"].startswith("estimated: rare-event sampling")
    assert block["ber_2t2r"]["best"] is None
    assert block["ber_2t2r_estimated"]["samples"] == 700


def test_an_estimate_that_is_not_agreed_on_is_left_out(estimated_run, tmp_path):
    table = pd.read_csv(export(estimated_run, "csv", tmp_path / "x.csv"))
    two = table[table.condition == NAMES[1]]
    assert not two.key.str.contains("estimated").any()
    assert two[two.key.str.startswith("ber_2t2r_preferred")].origin.str.startswith("counted").all()
    data = np.load(export(estimated_run, "npz", tmp_path / "x.npz"))
    assert "ber_1t1r_estimated.best" not in data
    assert np.isnan(data["ber_2t2r_estimated.best"][1])
    assert data["ber_2t2r_estimated.best"][0] == pytest.approx(3e-9)


@pytest.mark.parametrize("to", list(FORMATS))
def test_same_run_same_bytes(run, files, tmp_path, to):
    assert export(run, to, tmp_path / "again").read_bytes() == files[to].read_bytes()


@pytest.mark.parametrize("to", list(FORMATS))
def test_runs_of_little_and_of_nothing(tmp_path, to):
    run = made_up_run(tmp_path / "run", samples=20, discard=1.0, ages=(), conditions=CONDITIONS[:1])
    assert export(run, to, tmp_path / "out").stat().st_size > 0
    save(Statistics(conditions=()), run.statistics_file)
    assert export(run, to, tmp_path / "empty").stat().st_size > 0


def leaves(tree) -> list:
    """All numbers and texts of a JSON tree."""
    if isinstance(tree, dict | list):
        return [leaf for part in (tree.values() if isinstance(tree, dict) else tree) for leaf in leaves(part)]
    return [] if tree is None else [tree]


@pytest.mark.parametrize("name", ["rram_datasheet", "learning", "oscillators", "superparamagnetic"])
def test_every_number_of_every_study_is_exported_in_every_format(tmp_path, name):
    shutil.copy(REPORTS / name / "statistics.json", tmp_path)
    tree = json.loads((tmp_path / "statistics.json").read_text(encoding="utf-8"))
    blocks = {key: tree[key] for key in tree if key not in ("schema", "provenance", "conditions")}
    found = [r for r in records(RunFolder(tmp_path)) if not r.condition and not r.key.endswith(".of_point")]
    assert {r.key.partition(".")[0] for r in found} == set(blocks)
    assert sorted(str(r.value) for r in found) == sorted(
        str(leaf if isinstance(leaf, str) else float(leaf)) for leaf in leaves(blocks)
    )
    assert all(r.unit or isinstance(r.value, str) for r in found)
    files = {to: export(RunFolder(tmp_path), to, tmp_path / f"x.{to}") for to in FORMATS}
    exported = json.loads(files["json"].read_text(encoding="utf-8"))["studies"]
    arrays = np.load(files["npz"], allow_pickle=False)
    rows = pd.read_csv(files["csv"], keep_default_na=False)
    for r in found:
        expected = exported[r.key][int(r.at)] if r.over else exported[r.key]
        assert r.value == expected
        assert r.value == (arrays[r.key][int(r.at)] if r.over else arrays[r.key])
    assert len(rows) == len(pd.read_parquet(files["parquet"])) == len(records(RunFolder(tmp_path)))


def test_a_list_within_a_list_says_to_which_point_it_belongs(tmp_path):
    shutil.copy(REPORTS / "oscillators" / "statistics.json", tmp_path)
    statistics = RunFolder(tmp_path).statistics()
    assert statistics.oscillator is not None
    assert statistics.oscillator.injection is not None
    found = {r.key: [] for r in records(RunFolder(tmp_path))}
    for r in records(RunFolder(tmp_path)):
        found[r.key].append(r.value)
    offsets = zip(
        found["oscillator.injection.detunings.of_point"],
        found["oscillator.injection.detunings.offset"],
        strict=True,
    )
    assert list(offsets) == [
        (place, one.offset)
        for place, point in enumerate(statistics.oscillator.injection.points)
        for one in point.detunings
    ]


def test_every_key_of_a_condition_that_is_not_in_the_statistics_is_documented(run):
    text = (Path(__file__).parents[1] / "docs" / "export.md").read_text(encoding="utf-8")
    for block in {r.key.split(".")[0] for r in records(run)}:
        assert block in text or block.startswith(("hrs", "energy_"))


def test_unknown_format_suggests(run, tmp_path):
    with pytest.raises(InputError, match="did you mean `parquet`"):
        export(run, "parket", tmp_path / "x")


def test_existing_file_is_not_overwritten(run, tmp_path):
    (tmp_path / "x.csv").write_text("mine")
    with pytest.raises(InputError, match="not overwritten"):
        export(run, "csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "mine"


def test_missing_folder(run, tmp_path):
    with pytest.raises(InputError, match="folder does not exist"):
        export(run, "csv", tmp_path / "no" / "x.csv")
