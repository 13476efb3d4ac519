"""Write the generated parts of the documentation: tables of keys, and the JSON Schema of `statistics.json`.

    python tools/reference.py          # writes them; a test fails while they are stale

A table stands between two comments, ``<!-- keys of Condition: python tools/reference.py -->`` and
``<!-- end of keys -->``. What is in it is declared at the fields of that class (`spicekit.statistics.base.quantity`).
"""

import json
import re
from pathlib import Path

from spicekit.block import OF_WHOLE
from spicekit.statistics import Block, Statistics
from spicekit.statistics.declared import blocks_below, unit_of

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "statistics.md"
SCHEMA = DOCS / "statistics.schema.json"
TABLE = re.compile(r"(<!-- keys of (\w+): .*? -->\n).*?(<!-- end of keys -->)", re.DOTALL)


def table(block: type[Block]) -> str:
    """Return the keys of a block as a table in Markdown."""
    lines = ["| key | unit | what it is |", "| --- | --- | --- |"]
    for name, field in block.model_fields.items():
        unit, meaning = unit_of(field, OF_WHOLE), (field.description or "").replace("|", r"\|")
        lines.append(f"| `{field.alias or name}` | {unit.replace(OF_WHOLE, 'as the whole')} | {meaning} |")
    return "\n".join(lines) + "\n"


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
    SCHEMA.write_text(schema(), encoding="utf-8")
