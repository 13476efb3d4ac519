"""The same records in four file formats, each with its units inside."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spicekit.export.records import GRID_PROBABILITY, GRID_Z, Record, arguments, units
from spicekit.statistics import Statistics

SCHEMA = "spicekit.export/1"
_COLUMNS = ("condition", "key", "at", "at_unit", "value", "unit", "origin")


def to_json(statistics: Statistics, records: Sequence[Record], path: Path) -> None:
    """Write nested JSON: `conditions` by name, keys split at the dot; tables are [[argument, value], …].

    Under `studies` each key has the list of its values, one per point; null where a point has none.
    """
    tables = arguments()
    conditions: dict[str, dict] = {condition.name: {} for condition in statistics.conditions}
    for record in (r for r in records if r.condition):
        block, _, field = record.key.partition(".")
        place = conditions[record.condition]
        if field:
            place = place.setdefault(block, {})
        name = field or block
        if record.key in tables:
            place.setdefault(name, []).append([record.at, record.value])
        else:
            place[name] = record.value
        if field and not record.origin.startswith(("simulated", "setting", "fitted")):
            place["origin"] = record.origin
        if block.startswith("ber_"):
            place.setdefault("best", None)  # no error seen: `high` alone is known
    tree = {
        "schema": SCHEMA,
        "provenance": statistics.provenance.model_dump(mode="json"),
        "units": _used(units(), records),
        "tables_over": _used(tables, records),
        "conditions": conditions,
        "studies": {
            key: [None if np.isnan(v) else v for v in column] for key, column in _columns(records).items()
        },
    }
    path.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def to_csv(statistics: Statistics, records: Sequence[Record], path: Path) -> None:  # noqa: ARG001
    """Write one row per number: condition, key, at, at_unit, value, unit, origin."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in _rows(records):
        writer.writerow(
            ["" if cell is None else repr(cell) if isinstance(cell, float) else cell for cell in row]
        )
    path.write_text(text.getvalue(), encoding="utf-8")


def to_parquet(statistics: Statistics, records: Sequence[Record], path: Path) -> None:
    """Write the rows of the CSV, with units, provenance and schema in the file's metadata as JSON."""
    text, number = pa.string(), pa.float64()
    types = [number if name in ("at", "value") else text for name in _COLUMNS]
    columns = list(zip(*_rows(records), strict=True)) or [()] * len(_COLUMNS)
    metadata = {
        "schema": SCHEMA,
        "units": json.dumps(_used(units(), records)),
        "provenance": json.dumps(statistics.provenance.model_dump(mode="json")),
    }
    schema = pa.schema(list(zip(_COLUMNS, types, strict=True)), metadata=metadata)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


def to_npz(statistics: Statistics, records: Sequence[Record], path: Path) -> None:
    """Write arrays with one row per condition; NaN where a condition lacks a number. No pickled objects.

    `conditions` are the names; tables over probability have one column per entry of `probability` (normal
    quantiles: `z`), the quantiles per `quantile_probability`, endurance per `endurance_cycles`; `units` is JSON.
    Keys of studies have one entry per point.
    """
    names = [condition.name for condition in statistics.conditions]
    tables = arguments()
    ages, quantile = _over(records, "endurance.ber_2t2r"), _over(records, "lrs.quantile", "hrs.quantile")
    axes = dict.fromkeys(tables, GRID_PROBABILITY)
    axes |= {"endurance.ber_2t2r": ages, "lrs.quantile": quantile, "hrs.quantile": quantile}
    arrays: dict[str, np.ndarray] = {
        "conditions": np.array(names, dtype=str),
        "probability": GRID_PROBABILITY,
        "z": GRID_Z,
        "quantile_probability": quantile,
        "endurance_cycles": ages,
        "units": np.array(json.dumps(_used(units(), records))),
        "provenance": np.array(json.dumps(statistics.provenance.model_dump(mode="json"))),
        "schema": np.array(SCHEMA),
    }
    for record in (r for r in records if r.condition):
        row = names.index(record.condition)
        if record.key not in tables or record.at is None:
            arrays.setdefault(record.key, np.full(len(names), np.nan))[row] = record.value
            continue
        axis = axes[record.key]
        table = arrays.setdefault(record.key, np.full((len(names), len(axis)), np.nan))
        table[row, int(np.searchsorted(axis, record.at))] = record.value
    arrays |= _columns(records)
    with path.open("wb") as file:  # a path without .npz stays as it was given
        np.savez(file, allow_pickle=False, **arrays)


def _rows(records: Sequence[Record]) -> list[tuple]:
    over = arguments()
    argument_unit = {"probability": "1", "cycles": "cycles", "point": "point"}
    return [
        (
            r.condition,
            r.key,
            r.at,
            argument_unit[over[r.key]] if r.key in over else None,
            r.value,
            r.unit,
            r.origin,
        )
        for r in records
    ]


def _columns(records: Sequence[Record]) -> dict[str, np.ndarray]:
    """Return the values of each key of a study, one per point; NaN where a point has none."""
    mine = [r for r in records if not r.condition]
    size: dict[str, int] = {}
    for r in mine:
        block = r.key.partition(".")[0]
        size[block] = max(size.get(block, 0), int(r.at or 0) + 1)
    columns = {r.key: np.full(size[r.key.partition(".")[0]], np.nan) for r in mine}
    for r in mine:
        columns[r.key][int(r.at or 0)] = r.value
    return columns


def _over(records: Sequence[Record], *keys: str) -> np.ndarray:
    """Return every argument that the tables `keys` are given at, sorted."""
    return np.array(sorted({r.at for r in records if r.key in keys and r.at is not None}), dtype=float)


def _used(table: dict[str, str], records: Sequence[Record]) -> dict[str, str]:
    present = {record.key for record in records}
    return {key: value for key, value in table.items() if key in present}
