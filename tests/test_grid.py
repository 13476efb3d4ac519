"""The same experiment at other corners, temperatures, supplies and values of parameters: one run, one file."""

import re
from pathlib import Path

import pytest

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.experiment.file import checked
from spicekit.export.records import records
from spicekit.page.numbers import plus_minus
from spicekit.page.section import Grid
from spicekit.readers import read_toml
from spicekit.report.build import collect, findings
from spicekit.report.grid import grid_section
from spicekit.report.grid_studies import _side_by_side, over_grid
from spicekit.report.table import summary_table
from spicekit.run.decks import write_decks
from spicekit.run.plan import make_plan
from spicekit.run.replay import replay
from spicekit.run.spec import load_spec
from spicekit.run.targets import missed_targets
from spicekit.run_folder import RunFolder, of_experiment
from spicekit.statistics import load
from spicekit.studies.trng.result import Trng

from .conftest import SHORT_SPEC
from .test_run import run_to_end

ROOT = Path(__file__).parents[1]
GRID = SHORT_SPEC.split("[endurance]")[0].replace("\nsamples = 6", "\nsamples = 2")
GRID += SHORT_SPEC[SHORT_SPEC.index("[[conditions]]") :]


def spec(tmp_path, grid: str, text: str = GRID):
    path = tmp_path / "short.toml"
    path.write_text(f"{text}\n[grid]\n{grid}\n")
    return path


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    path = tmp_path_factory.mktemp("grid")
    file = spec(path, 'corner = ["tt", "ss"]\ntemperature = ["27 C", "125 C"]')
    return run_to_end(file, path / "run")


def test_each_point_has_the_same_devices_in_another_circuit(finished):
    found = finished.statistics()
    assert [point.name for point in found.grid] == ["ss_27C", "ss_125C", "tt_27C", "tt_125C"]
    assert found.grid[2].conditions == found.conditions  # tt at 27 C is the experiment itself
    hot = found.grid[3]
    assert (hot.process, hot.temperature, hot.supply) == ("sky130 tt", 398.15, 1.4)
    assert [c.name for c in hot.conditions] == ["typical", "fast"]
    rows = finished.samples()
    assert set(rows["grid"]) == {"", "ss_27C", "ss_125C", "tt_125C"}
    one = rows[(rows["condition"] == "typical") & (rows["sample"] == 1)].set_index("grid")
    assert one.loc["tt_125C", "hrs"] != one.loc["", "hrs"]
    assert abs(one["hrs"].max() / one["hrs"].min() - 1) < 0.8


@pytest.mark.parametrize(
    ("grid", "said"),
    [('corner = ["xx"]', "grid.corner"),
     ('temprature = ["27 C"]', "did you mean `temperature`"),
     ("", "got no list of values"),
     ("rram.e_rest_ = [1.0]", "did you mean `e_rest`"),
     ("rram.e_reset = [-1.0]", "`grid.rram.e_reset`: got -1 eV, expected a number above 0"),
     ("design.suply = [1.0]", "did you mean `supply`"),
     ('corner = ["ss"]\nof = ["endurance"]', "`grid.of`: the experiment has no `endurance`"),
     ('points = [{corner = "ss", temperature = "500 C"}]', "temperature")],
)  # fmt: skip
def test_bad_grids_are_one_line(tmp_path, grid, said):
    with pytest.raises(InputError) as error:
        load_spec(spec(tmp_path, grid))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_points_may_be_listed_and_parameters_named(tmp_path):
    file = spec(
        tmp_path,
        'rram.e_reset = [0.46]\npoints = [{corner = "ff", supply = "1.2 V"}, {corner = "ff", supply = "1.2 V"}]',
    )
    assert [place.name for place in load_spec(file).places] == ["e_reset0.46", "ff_1.2V"]
    names = [point.name for planned in make_plan(load_spec(file)).studies for point in planned.points]
    assert names == [
        "typical",
        "fast",
        "e_reset0.46~typical",
        "e_reset0.46~fast",
        "ff_1.2V~typical",
        "ff_1.2V~fast",
    ]


@pytest.mark.slow  # without a grid: test_resume.py, test_studies.py
def test_a_resumed_run_and_two_workers_give_the_same_file(finished, tmp_path):
    text = finished.statistics_file.read_text()
    again = run_to_end(finished.spec_file, tmp_path / "two", workers=2)
    assert again.statistics_file.read_text() == text


def test_the_page_says_where_it_is_worst(finished):
    found = grid_section(finished.statistics())
    assert found is not None
    assert found.grid is not None
    assert [row[0] for row in found.grid.rows[:5]] == ["typical", "ss_27C", "ss_125C", "tt_27C", "tt_125C"]
    assert re.search(
        r"typical: no error was seen at any point .*; read delay at most \d+ ps, at ss_27C", found.summary
    )
    plot, _ = found.pictures[1]
    assert "read delay" in plot.alt
    plain = of_experiment(finished.samples())
    assert len(plain) == 4
    assert found.title in [section.title for section in collect(finished).sections]


def test_targets_are_held_against_every_point(finished):
    statistics, tree = finished.statistics(), read_toml(finished.spec_file)
    delay = {point.name: point.conditions[0].read_delay.mean for point in statistics.grid}
    limit = (delay["ss_27C"] + delay["tt_125C"]) / 2
    tree["conditions"][0]["targets"] = {"read_delay_below": f"{limit * 1e12:.6f} ps"}
    missed = missed_targets(checked(tree, "made up"), statistics)
    assert any(line.startswith("typical at ss_27C: `read_delay_below`") for line in missed)
    assert not any("tt_125C" in line for line in missed)


def test_a_sample_of_a_point_is_simulated_again(finished):
    rows = finished.samples()
    stored = rows[(rows["grid"] == "ss_125C") & (rows["condition"] == "fast") & (rows["sample"] == 1)].iloc[0]
    assert replay(finished, "ss_125C~fast:1").row["hrs"] == pytest.approx(stored["hrs"], rel=1e-9)
    with pytest.raises(InputError, match=r"the run has typical, fast, and each at 4 points of its grid"):
        replay(finished, "ss_126C~fasd:1")


def test_the_table_has_every_point(finished):
    table = summary_table(finished.statistics()).set_index(["grid", "condition"])
    assert len(table) == 2 * (1 + 4)
    hot, itself = table.loc[("tt_125C", "typical")], table.loc[("", "typical")]
    assert hot["hrs_median_Ohm"] != itself["hrs_median_Ohm"]
    assert table.loc[("tt_27C", "typical"), "hrs_median_Ohm"] == itself["hrs_median_Ohm"]


def test_exports_have_the_numbers_of_every_point(finished):
    found = records(finished)
    value = {(one.condition, one.key): one.value for one in found}
    hot = finished.statistics().grid[1].conditions[1]
    assert value["ss_125C~fast", "energy_read.mean"] == hot.energy_read.mean
    assert value["ss_125C", "grid.temperature"] == 398.15
    assert ("fast", "energy_read.mean") in value


def test_points_that_differ_in_a_late_digit_have_names_of_their_own(tmp_path):
    file = spec(tmp_path, 'rram.e_reset = [0.4600001, 0.46]\nsupply = ["1.2 V", "1.2000001 V"]')
    names = [place.name for place in load_spec(file).places]
    assert "1.2V_e_reset0.4600001" in names
    assert len(set(names)) == 4


DIVIDER = """* a divider
v1 in 0 1
r1 in out 1k
r2 out 0 1k
c1 out 0 1p
.tran 10p 10n
.end
"""


def test_the_decks_of_all_points_are_written(tmp_path):
    plan = make_plan(load_spec(spec(tmp_path, 'supply = ["1.2 V"]')))
    names = [path.name for path in write_decks(plan, RunFolder(tmp_path / "run"))]
    assert len(names) == len(set(names)) == 1 + 2 * 2 * 3
    assert "1.2V__fast_read.cir" in names


def test_studies_are_repeated_too(tmp_path):
    (tmp_path / "divider.cir").write_text(DIVIDER)
    file = tmp_path / "divider.toml"
    file.write_text("""
schema = "spicekit.sweep/1"
name = "divider"
seed = 1
[grid]
temperature = ["27 C", "125 C"]
[studies.circuit]
samples = 20
quick_samples = 20
[[studies.circuit.circuits]]
name = "half"
netlist = "divider.cir"
parameters = [{ name = "r1", sigma = "5 %" }]
measurements = [{ name = "out", kind = "value", of = "v(out)" }]
limit = { of = "out", below = "0.5 V" }
estimate = { max_runs = 1000 }
""")
    folder = run_to_end(file, tmp_path / "run", quick=True)
    found = folder.statistics()
    assert [list(point.studies) for point in found.grid] == [["circuit"], ["circuit"]]
    assert {one.condition for one in records(RunFolder(tmp_path / "run"))} >= {"", "125C"}
    page = collect(folder)
    (section,) = (one for one in page.sections if one.title == "Your own circuits")
    heads = [row[0].split(":")[0] for row in section.grid.rows if len(row) == 1]
    assert heads == ["half", "27C, half", "125C, half"]
    worst = max((point.studies["circuit"]["points"][0]["failed"]["high"], point.name) for point in found.grid)
    assert any(f"half: fails most often at {worst[1]} of the grid" in text for text in section.points)
    assert "half at 125C" in section.pictures[-1][0].alt
    assert any("fails most often" in line for line in findings(found, folder))
    # what a quick run leaves out is said, also where it is a part of a study
    assert "it leaves out rare-event estimates of circuits" in page.warnings[0]
    assert not folder.table_file.exists()  # there are no conditions


DEVICES = (
    GRID
    + """
[technology]
rram = "vteam"
"""
)


def test_memory_devices_are_an_axis(tmp_path):
    (tmp_path / "own").mkdir()
    for name in ("vteam.sub", "vteam.toml"):
        text = data_path("device_models", "foreign", name).read_text(encoding="utf-8")
        (tmp_path / "own" / name.replace("vteam", "mine")).write_text(text.replace("vteam", "mine"))
    found = load_spec(spec(tmp_path, 'rram = ["stt_mtj", "vteam", "own/mine.toml"]', DEVICES))
    assert [(place.name, place.itself) for place in found.places] == [
        ("stt_mtj", False),
        ("vteam", True),
        ("mine", False),
    ]
    assert [place.technology.rram.name for place in found.places] == ["stt_mtj", "vteam", "mine"]
    assert set(found.own_files) == {"models/rram/mine.toml", "models/rram/mine.sub"}
    names = [point.name for planned in make_plan(found).studies for point in planned.points]
    assert names == ["typical", "fast", "stt_mtj~typical", "stt_mtj~fast", "mine~typical", "mine~fast"]


@pytest.mark.parametrize(
    ("grid", "said"),
    [('rram = ["vteem"]', "`grid.rram`: model `vteem` is neither a TOML file"),
     ('rram = ["vteam", "own/vteam.toml"]', "would have one name in the run: rename one"),
     ("rram = [3]", "grid.rram"),
     ('rram = ["stt_mtj"]\nof = ["endurance"]', "the experiment has no `endurance`")],
)  # fmt: skip
def test_bad_memory_devices_are_one_line(tmp_path, grid, said):
    (tmp_path / "own").mkdir()
    for name in ("vteam.sub", "vteam.toml"):
        (tmp_path / "own" / name).write_bytes(data_path("device_models", "foreign", name).read_bytes())
    with pytest.raises(InputError) as error:
        load_spec(spec(tmp_path, grid, DEVICES))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_studies_whose_sections_show_no_grid_are_told_at_each_of_its_points():
    found = load(ROOT / "reports/trng/statistics.json")
    (section,) = over_grid(found)
    assert section.grid is not None
    assert section.grid.head == ("", "as asked", *(point.name for point in found.grid))
    (row,) = [row for row in section.grid.rows if row[0] == "energy of a read"]
    blocks = [found.trng, *(Trng.model_validate(point.studies["trng"]) for point in found.grid)]
    assert row[1:] == tuple(plus_minus(block.energy, "J") for block in blocks)
    # a point that is the experiment itself stands for it; sections that show the grid say nothing twice
    (gates,) = over_grid(load(ROOT / "reports/bayes/statistics.json"))
    assert gates.grid is not None
    assert gates.grid.head == ("", "1.1V", "1.2V", "1.4V", "1.6V", "1.8V")
    assert over_grid(load(ROOT / "reports/pbit/statistics.json")) == []


def test_many_points_are_rows_and_groups_keep_their_names():
    one = Grid(("", "counted"), (("hrs, 9 pairs",), ("ones", "50%"), ("energy", "1 pJ")))
    tables = {f"p{i}": Grid(one.head, (("hrs, 3 pairs",), ("ones", f"{i}%"))) for i in range(12)}
    found = _side_by_side("mine", "Mine", {"as asked": one, **tables}).grid
    assert found is not None
    assert found.head == ("", "hrs, ones", "hrs, energy")
    assert found.rows[0] == ("as asked", "50%", "1 pJ")
    assert found.rows[4] == ("p3", "3%", "–")
