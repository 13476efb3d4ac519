"""Every key of the experiment file and of the design file stands in its own table of the docs, and no other does."""

import re
import tomllib
from pathlib import Path

import pydantic
import pytest

from spicekit.characterize.spec import load_spec
from spicekit.experiment.conditions import (
    ConditionEstimate,
    ConditionTable,
    EnduranceTable,
    EstimateTable,
    MonteCarlo,
    Published,
)
from spicekit.experiment.conditions import Targets as TargetsTable
from spicekit.experiment.file import SpecFile
from spicekit.experiment.technology import Library, TechnologyTable
from spicekit.models.design import Design, load_design

DOCS = Path(__file__).parents[1] / "docs"
EXPERIMENT = (DOCS / "experiment.md").read_text(encoding="utf-8").split("# The run folder")[0]
DESIGN = (DOCS / "design.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")


def sections() -> dict[str, str]:
    """The page by the tables of the file, named as in its headings; "" is what stands before the first."""
    parts = re.split(r"^\*\*`\[+([\w.]+)\]+`\*\*", EXPERIMENT, flags=re.MULTILINE)
    return {"": parts[0]} | dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str) -> dict[str, list[str]]:
    """Key -> the other cells of its row, of all tables of a section."""
    found = {}
    for line in re.sub(r"```.*?```", "", section, flags=re.DOTALL).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if line.startswith("|"):
            found |= dict.fromkeys(CODE.findall(cells[0]), cells[1:])
    return found


def keys(table: type[pydantic.BaseModel]) -> set[str]:
    return {field.alias or name for name, field in table.model_fields.items()}


MODELS: dict[str, type[pydantic.BaseModel]] = {
    "technology": TechnologyTable,
    "technology.library": Library,
    "monte_carlo": MonteCarlo,
    "endurance": EnduranceTable,
    "estimate": EstimateTable,
}


def test_every_table_of_the_file_has_a_section_and_no_section_is_of_another():
    assert set(sections()) == {"", "conditions", "studies.NAME", *MODELS}
    inside = {"technology", "monte_carlo", "endurance", "estimate", "conditions", "studies"}
    assert set(rows(sections()[""])) == keys(SpecFile) - inside


@pytest.mark.parametrize("name", MODELS)
def test_every_key_stands_in_the_table_of_its_section(name):
    common = {"technology": {"library"}}
    assert set(rows(sections()[name])) == keys(MODELS[name]) - common.get(name, set())


def test_the_keys_of_a_condition_and_of_the_tables_in_it_stand_in_their_rows():
    table = rows(sections()["conditions"])
    inner = {"published": Published, "estimate": ConditionEstimate, "targets": TargetsTable}
    assert set(table) == keys(ConditionTable) - set(inner) | {f"[conditions.{name}]" for name in inner}
    for name, model in inner.items():
        named = set(CODE.findall(table[f"[conditions.{name}]"][0]))
        assert keys(model) <= named, name


@pytest.mark.parametrize("name", MODELS)
def test_what_must_be_given_is_said_to_be_required(name):
    table = {key: cells for key, cells in rows(sections()[name]).items() if len(cells) > 1}
    said = {key for key, cells in table.items() if cells[-1] == "required"}
    assert said == {key for key, field in MODELS[name].model_fields.items() if field.is_required()} & set(
        table
    )


def test_every_quantity_of_the_design_stands_in_a_table_with_its_unit_and_the_bundled_value():
    table = {key: cells for key, cells in rows(DESIGN).items() if not key.startswith("[")}
    bundled = load_design()
    assert list(table) == list(Design.__dataclass_fields__)
    scale = {"µm": 1e-6, "fF": 1e-15, "V": 1.0, "ns": 1e-9, "": 1.0}
    for key, (unit, value, _) in table.items():
        number, _, prefix = value.partition(" ")
        assert unit == f"`{Design.__dataclass_fields__[key].metadata['unit']}`"
        assert float(number) * scale[prefix] == pytest.approx(getattr(bundled, key)), key


def test_the_example_of_a_design_loads_and_differs_where_it_says(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", DESIGN, flags=re.DOTALL)
    (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
    mine, bundled = load_design(tmp_path / "mine.toml"), load_design()
    changed = {key for key in Design.__dataclass_fields__ if getattr(mine, key) != getattr(bundled, key)}
    assert changed == {"bit_line_capacitance", "source_line_capacitance", "precharge_time"}


def test_the_examples_of_an_experiment_load(tmp_path):
    smallest, library = re.findall(r"```toml\n(.*?)```", EXPERIMENT, flags=re.DOTALL)
    (tmp_path / "mine.toml").write_text(smallest, encoding="utf-8")
    assert len(load_spec(tmp_path / "mine.toml").conditions) == 1
    technology = TechnologyTable.model_validate(tomllib.loads(library)["technology"])
    assert technology.library is not None
    assert technology.library.access_supply == 3.3
