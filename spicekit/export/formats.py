"""The same records in four file formats, each with its units inside."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from spicekit.export.records import GRID_PROBABILITY, GRID_Z, Record
from spicekit.statistics import Statistics

SCHEMA = "spicekit.export/1"
_COLUMNS = ("condition", "key", "at", "at_unit", "value", "unit", "origin", "text")
_ARGUMENT_UNITS = {"probability": "1", "cycles": "cycles", "point": "point"}


def to_json(statistics: Statistics, records: Sequence[Record], path: Path) -> None:
    """Write nested JSON: `conditions` by name, keys split at the first dot; tables are [[argument, value], …].

    Under `studies` a key of a list has the list of its values, one per point, null where a point has none; any other
    key has its value.
    """
    conditions: dict[str, dict] = {condition.name: {} for condition in statistics.conditions}
    for record in (r for r in records if r.condition):
        block, _, field = record.key.partition(".")
        place = conditions[record.condition]
        if field:
            place = place.setdefault(block, {})
        name = field or block
        if record.over:
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
        "units": _units(records),
        "tables_over": {record.key: record.over for record in records if record.over},
        "conditions": conditions,
        "studies": _studies(records),
    }
    path.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def to_csv(statistics: Statistics, records: Sequence[Record], path: Path) -> None:  # noqa: ARG001
    """Write one row per number or text: condition, key, at, at_unit, value, unit, origin, text."""
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
        "units": json.dumps(_units(records)),
        "provenance": json.dumps(statistics.provenance.model_dump(mode="json")),
    }
    schema = pa.schema(list(zip(_COLUMNS, types, strict=True)), metadata=metadata)
    arrays = [pa.array(column, type=kind) for column, kind in zip(columns, types, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path)


def to_npz(statistics: Statistics, records: Sequence[Record], path: Path) -> None:
    """Write arrays with one row per condition; NaN or no text where a condition lacks a key. No pickled objects.

    `conditions` are the names; tables over probability have one column per entry of `probability` (normal
    quantiles: `z`), the quantiles per `quantile_probability`, endurance per `endurance_cycles`; `units` is JSON.
    Keys of studies have one entry per point, those without points are single numbers.
    """
    names = [condition.name for condition in statistics.conditions]
    ages = _over(records, *{r.key for r in records if r.over == "cycles"})
    quantile = _over(records, "lrs.quantile", "hrs.quantile")
    arrays: dict[str, np.ndarray] = {
        "conditions": np.array(names, dtype=str),
        "probability": GRID_PROBABILITY,
        "z": GRID_Z,
        "quantile_probability": quantile,
        "endurance_cycles": ages,
        "units": np.array(json.dumps(_units(records))),
        "provenance": np.array(json.dumps(statistics.provenance.model_dump(mode="json"))),
        "schema": np.array(SCHEMA),
    }
    for key, found in _by_key(r for r in records if r.condition).items():
        rows = [names.index(record.condition) for record in found]
        if not found[0].over:
            arrays[key] = _filled((len(names),), [(row,) for row in rows], found)
            continue
        if found[0].over == "point":
            axis = np.arange(1 + max(int(record.at or 0) for record in found))
        elif found[0].over == "cycles":
            axis = ages
        else:
            axis = quantile if key.endswith(".quantile") else GRID_PROBABILITY
        columns = np.searchsorted(axis, [record.at or 0 for record in found])
        arrays[key] = _filled((len(names), len(axis)), list(zip(rows, columns, strict=True)), found)
    arrays |= {key: np.array(found) for key, found in _studies(records, lost=float("nan")).items()}
    with path.open("wb") as file:  # a path without .npz stays as it was given
        np.savez(file, allow_pickle=False, **arrays)


def _filled(shape: tuple[int, ...], places: list[tuple], found: Sequence[Record]) -> np.ndarray:
    """Return an array of the values at their places: NaN, or an empty text, elsewhere."""
    texts = isinstance(found[0].value, str)
    array = np.full(shape, "" if texts else np.nan, dtype=object if texts else float)
    for place, record in zip(places, found, strict=True):
        array[place] = record.value
    return array.astype(str) if texts else array


def _rows(records: Sequence[Record]) -> list[tuple]:
    return [
        (
            r.condition,
            r.key,
            r.at,
            _ARGUMENT_UNITS.get(r.over),
            None if isinstance(r.value, str) else r.value,
            r.unit or None,
            r.origin,
            r.value if isinstance(r.value, str) else None,
        )
        for r in records
    ]


def _by_key(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.key, []).append(record)
    return found


def _studies(records: Sequence[Record], lost: float | None = None) -> dict[str, list | float | str]:
    """Return what studies found by key: of a list a value per point, `lost` or empty text where a point has none."""
    mine = [record for record in records if not record.condition]
    size: dict[str, int] = {}
    for record in mine:
        if record.over:
            size[record.among] = max(size.get(record.among, 0), int(record.at or 0) + 1)
    columns: dict[str, list | float | str] = {}
    for key, found in _by_key(mine).items():
        if not found[0].over:
            columns[key] = found[0].value
            continue
        column: list = [("" if isinstance(found[0].value, str) else lost)] * size[found[0].among]
        for record in found:
            column[int(record.at or 0)] = record.value
        columns[key] = column
    return columns


def _over(records: Sequence[Record], *keys: str) -> np.ndarray:
    """Return every argument that the tables `keys` are given at, sorted."""
    return np.array(sorted({r.at for r in records if r.key in keys and r.at is not None}), dtype=float)


def _units(records: Sequence[Record]) -> dict[str, str]:
    return {record.key: record.unit for record in records if record.unit}
