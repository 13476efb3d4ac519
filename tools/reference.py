"""Write the generated parts of the documentation: tables of keys, all of studies, and the JSON Schema.

    python tools/reference.py          # writes them; a test fails while they are stale

A table stands between two comments, ``<!-- keys of Condition: python tools/reference.py -->`` and
``<!-- end of keys -->``. What is in it is declared at the fields of that class (`spicekit.block.quantity`).
"""

import json
import re
from inspect import cleandoc
from pathlib import Path
from typing import get_origin

from spicekit.block import OF_WHOLE
from spicekit.characterize.columns import COLUMNS
from spicekit.registry import packages, results_of, studies
from spicekit.statistics import Block, Statistics
from spicekit.statistics.declared import block_of, blocks_below, field_type, unit_of
from spicekit.studies.study import StudyTable

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "statistics.md"
STUDIES = DOCS / "studies.md"
SCHEMA = DOCS / "statistics.schema.json"
EXPERIMENT = DOCS / "experiment.md"
TABLE = re.compile(r"(<!-- keys of (\w+): .*? -->\n).*?(<!-- end of keys -->)", re.DOTALL)


COLUMN_TABLE = re.compile(r"(<!-- columns of samples: .*? -->\n).*?(<!-- end of columns -->)", re.DOTALL)


def experiment_page(text: str) -> str:
    """Return a page with its table of the columns of samples made anew."""
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


def _asked(table: type[StudyTable]) -> str:
    """Return the keys of a study's table, but those that all have, as a table in Markdown."""
    common = StudyTable.model_fields if table is not StudyTable else ()
    lines = ["| key | what it is | default |", "| --- | --- | --- |"]
    for name, field in table.model_fields.items():
        if name not in common:
            extra = field.json_schema_extra
            shown = (
                extra["default"]
                if isinstance(extra, dict)
                else "none"
                if not field.default
                else field.default
            )
            lines.append(
                f"| `{name}` | {field.description} | {'required' if field.is_required() else shown} |"
            )
    return "\n".join(lines) + "\n"


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
        if study := studies().get(name):
            example = f"[studies.{name}]\nsamples = 10\n{study.example.strip()}"
            text.append(f"{_asked(study.table)}\n```toml\n{example}\n```\n")
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
