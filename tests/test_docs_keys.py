"""Every key of the design file stands in its table of the docs; the examples of both files load."""

import re
import tomllib
from pathlib import Path

import pytest

from spicekit.experiment.technology import TechnologyTable
from spicekit.models.design import Design, load_design
from spicekit.run.spec import load_spec

DOCS = Path(__file__).parents[1] / "docs"
EXPERIMENT = (DOCS / "experiment.md").read_text(encoding="utf-8").split("# The run folder")[0]
DESIGN = (DOCS / "design.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")


def rows(section: str) -> dict[str, list[str]]:
    """Key -> the other cells of its row, of all tables of a section."""
    found = {}
    for line in re.sub(r"```.*?```", "", section, flags=re.DOTALL).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if line.startswith("|"):
            found |= dict.fromkeys(CODE.findall(cells[0]), cells[1:])
    return found


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
