"""The same experiment at other corners, temperatures, supplies and values of parameters: one run, one file."""

import pytest

from spicekit.errors import InputError
from spicekit.run.plan import make_plan
from spicekit.run.spec import load_spec

from .conftest import SHORT_SPEC
from .test_run import run_to_end

GRID = SHORT_SPEC.split("[endurance]")[0] + SHORT_SPEC[SHORT_SPEC.index("[[conditions]]") :]


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
    one = rows[(rows["condition"] == "typical") & (rows["sample"] == 2)].set_index("grid")
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
