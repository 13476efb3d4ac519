"""Write the generated parts of the documentation: tables of keys, all of studies, and the JSON Schemas.

    python tools/reference.py          # writes them; a test fails while they are stale

A table stands between two comments, ``<!-- keys of Condition: python tools/reference.py -->`` and
``<!-- end of keys -->``. What is in it is declared at the fields of that class: of results with
`spicekit.block.quantity`, of the experiment file with `spicekit.experiment.fields.key`.
"""

import json
import re
from collections.abc import Collection
from inspect import cleandoc
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaSerializer

from spicekit.block import OF_WHOLE
from spicekit.experiment.conditions import (
    ConditionEstimate,
    ConditionTable,
    EnduranceTable,
    EstimateTable,
    MonteCarlo,
    Published,
    Targets,
)
from spicekit.experiment.fields import Table
from spicekit.experiment.file import SCHEMA as SCHEMA_OF_FILE
from spicekit.experiment.file import SpecFile
from spicekit.experiment.grid import GridPointTable, GridTable
from spicekit.experiment.study import StudyTable
from spicekit.experiment.technology import Library, TechnologyTable
from spicekit.registry import packages, results_of, tables
from spicekit.statistics import Block, Statistics
from spicekit.statistics.declared import block_of, blocks_below, field_type, unit_of
from spicekit.studies.memory.columns import COLUMNS

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "statistics.md"
STUDIES = DOCS / "studies.md"
SCHEMA = DOCS / "statistics.schema.json"
EXPERIMENT = DOCS / "experiment.md"
EXPERIMENT_SCHEMA = DOCS / "experiment.schema.json"
TABLE = re.compile(r"(<!-- keys of (\w+): .*? -->\n).*?(<!-- end of keys -->)", re.DOTALL)


COLUMN_TABLE = re.compile(r"(<!-- columns of samples: .*? -->\n).*?(<!-- end of columns -->)", re.DOTALL)
OF_FILE: tuple[type[Table], ...] = (
    SpecFile, TechnologyTable, Library, MonteCarlo, EnduranceTable, EstimateTable, ConditionTable, Published,
    ConditionEstimate, Targets, GridTable, GridPointTable,
)  # fmt: skip
"""Tables of the experiment file, but those of studies."""


def experiment_page(text: str) -> str:
    """Return a page with its tables of keys, and of the columns of samples, made anew."""
    tables_of = {one.__name__: one for one in OF_FILE}
    text = TABLE.sub(lambda found: f"{found[1]}{_asked(tables_of[found[2]])}{found[3]}", text)
    lines = ["| column | unit | what it is |", "| --- | --- | --- |"]
    lines += [f"| `{column.name}` | {column.unit} | {column.meaning} |" for column in COLUMNS]
    table = "\n".join(lines) + "\n"
    return COLUMN_TABLE.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def table(block: type[Block]) -> str:
    """Return the keys of a block as a table in Markdown."""
    lines = ["| key | unit | what it is |", "| --- | --- | --- |"]
    for name, field in block.model_fields.items():
        unit, meaning = unit_of(field, OF_WHOLE), (field.description or "").replace("|", r"\|")
        lines.append(f"| `{field.alias or name}` | {unit.replace(OF_WHOLE, 'as the whole')} | {meaning} |")
    return "\n".join(lines) + "\n"


class OfFile(GenerateJsonSchema):
    """JSON Schema of a TOML file: quantities and their defaults are text, and there is no null."""

    def nullable_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> dict[str, Any]:
        tree, default = self.generate_inner(schema["schema"]), schema["default"]
        if default in (None, "", [], {}) or isinstance(default, Table):
            return tree
        return tree | {"default": SchemaSerializer(schema["schema"]).to_python(default, mode="json")}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def experiment_schema() -> str:
    """Return the JSON Schema of the experiment file, units and meanings included."""
    tree = {"$id": SCHEMA_OF_FILE, **_tree(SpecFile)}
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _tree(of: type[Table]) -> dict[str, Any]:
    tree = of.model_json_schema(schema_generator=OfFile)
    for one in (tree, *tree.get("$defs", {}).values()):
        for key in one["properties"].values():
            if "otherwise" in key:
                key.pop("default", None)
    return tree


def _asked(of: type[Table], common: Collection[str] = ()) -> str:
    """Return the keys of a table of the experiment file, but `common` ones and tables in it, in Markdown."""
    tree = _tree(of)
    lines = ["| key | unit | what it is | default |", "| --- | --- | --- | --- |"]
    for name, key in tree["properties"].items():
        items = key.get("items", {})
        if name in common or "$ref" in key or "$ref" in items:
            continue
        unit = key.get("unit") or items.get("unit", "")
        default = "required" if name in tree.get("required", ()) else _default(key)
        lines.append(f"| `{name}` | {unit} | {key['description'].replace('|', chr(92) + '|')} | {default} |")
    return "\n".join(lines) + "\n"


def tables_below(of: type[Table]) -> list[tuple[str, type[Table]]]:
    """Return (how it is called, table) of each table within a table of the experiment file, in order."""
    found = []
    for name, field in of.model_fields.items():
        kind = field_type(field)
        several = get_origin(kind) is list
        inner = get_args(kind)[0] if several else kind
        if isinstance(inner, type) and issubclass(inner, Table):
            found.append(
                (
                    f"Each of `{name}`, {field.description}" if several else f"`{name}`, {field.description}",
                    inner,
                )
            )
            found += tables_below(inner)
    return found


def _default(key: dict[str, Any]) -> str:
    """Return what holds where a key is not given."""
    if "default" not in key:
        return key.get("otherwise", "none")
    shown, number = json.dumps(key["default"]), isinstance(key["default"], int | float)
    return shown if number and not isinstance(key["default"], bool) else f"`{shown}`"


def _found(blocks: dict[str, type[Block]]) -> str:
    """Return the tables of all blocks that a study fills in, and of the blocks in them."""
    parts, seen = [], set()
    for key, block in blocks.items():
        for inner in blocks_below(block):
            if inner not in seen and inner.__module__ != Block.__module__:
                name = f"`{key}` in `statistics.json`" if inner is block else f"*{_where(block, inner)}*"
                doc = cleandoc(inner.__doc__ or "")
                parts.append(f"{name}: {doc}\n\n{table(inner)}")
            seen.add(inner)
    return "\n".join(parts)


def _where(block: type[Block], inner: type[Block]) -> str:
    """Return the first field within a block that holds another one, such as "each of `points`"."""
    for one in blocks_below(block):
        for name, field in one.model_fields.items():
            if block_of(field) is inner:
                several = get_origin(field_type(field)) is tuple
                return f"Each of `{name}`" if several else f"`{name}`"
    raise AssertionError(inner)


def studies_page() -> str:
    """Return the page of all studies, in their order."""
    common = StudyTable.model_fields
    text = [
        "# Studies\n",
        "<!-- written by python tools/reference.py from spicekit/studies: change it there -->\n",
        "Experiments on devices alone. Each is a table `[studies.NAME]` of an [experiment file](experiment.md), and\n"
        "fills in a block of [`statistics.json`](statistics.md). To add your own: [CONTRIBUTING](../CONTRIBUTING.md).\n"
        "All have these keys:\n",
        _asked(StudyTable),
    ]
    for package in packages():
        name = package.__name__.rpartition(".")[2]
        title, _, words = cleandoc(package.__doc__ or "").partition("\n")
        text.append(f"## {title.rstrip('.')}\n\n{words.strip()}\n")
        if asked := tables().get(name):
            example = f"[studies.{name}]\nsamples = 10\n{asked.example.strip()}"
            own = _asked(asked, common)
            own = own if own.count("\n") > 2 else ""
            inner = "".join(f"\n{where}:\n\n{_asked(one)}" for where, one in tables_below(asked))
            text.append(f"{own}{inner}\n```toml\n{example}\n```\n")
        if found := _found(results_of(package)):
            text.append(found)
    return "\n".join(text)


def page(text: str) -> str:
    """Return a page with its tables made anew."""
    blocks = {block.__name__: block for block in blocks_below(Statistics)}
    return TABLE.sub(lambda found: f"{found[1]}{table(blocks[found[2]])}{found[3]}", text)


def schema() -> str:
    """Return the JSON Schema of `statistics.json`, units and meanings included."""
    tree = {"$id": "spicekit.statistics/1", **Statistics.model_json_schema(by_alias=True)}
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    EXPERIMENT.write_text(experiment_page(EXPERIMENT.read_text(encoding="utf-8")), encoding="utf-8")
    STUDIES.write_text(studies_page(), encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
    EXPERIMENT_SCHEMA.write_text(experiment_schema(), encoding="utf-8")
