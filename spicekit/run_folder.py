"""A run folder: where everything of one run stands, how it is written safely and read back.

spec.toml          the experiment, verbatim
manifest.json      identity, versions, seed, counts
studies/NAME/*.parquet  rows of a study, some per sample; a file is a range of samples of one point. `memory` has the
                   trials of programming conditions, one row each, `rare` the rare-event estimates, and
                   `endurance` those of aged cells
set-aside/         samples of settings that the experiment no longer has, and files that were damaged
waveforms.parquet  one SET, one RESET, one read of each logic value, nominal devices
statistics.json    table.csv  report.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pydantic

from spicekit.errors import InputError
from spicekit.readers.json_tree import read_json
from spicekit.tables import Damaged, identity_of, read_table, require_kinds, short
from spicekit.tables import write_table as write_table
from spicekit.tables import write_text as write_text

if TYPE_CHECKING:
    from spicekit.statistics import Statistics

SCHEMA = "spicekit.run/2"
MEMORY = "memory"
"""The study of programming conditions, whose points are called without it: ``typical@1e+08``."""
RARE = "rare"
"""The study of rare-event estimates."""
CIRCUIT_ESTIMATE = "circuit_estimate"
"""The study of rare-event estimates of the user's own circuits, which stand beside what was counted of them."""
READ_PATH_ESTIMATE = "read_path_estimate"
"""The study of rare-event estimates of reads, which stand beside what was counted of them."""
ENDURANCE = "endurance"
"""The study of rare-event estimates of aged cells."""
GRID = "grid"
"""Column with the point of the grid that a row is of, "" of the experiment itself; only there where it has a grid."""
KEY = ("point", "sample", "row")
"""Columns that tell the rows of a study apart."""
_OUTCOME = ("outcome", "reason")
_OF_GRID = "~"
_ENDS = ("ok", "error", "discard")
_ATTEMPTS = 5


@dataclass(frozen=True)
class RunFolder:
    """Paths in a run folder; nothing is read or made before it is asked for."""

    path: Path

    @property
    def spec_file(self) -> Path:
        return self.path / "spec.toml"

    @property
    def manifest_file(self) -> Path:
        return self.path / "manifest.json"

    @property
    def identity_file(self) -> Path:
        return self.path / "identity.json"

    @property
    def studies_folder(self) -> Path:
        return self.path / "studies"

    def study_folder(self, study: str) -> Path:
        """Return where the rows of a study are."""
        return self.studies_folder / study

    @property
    def aside(self) -> Path:
        """Where a run puts samples of settings that the experiment no longer has, and damaged files."""
        return self.path / "set-aside"

    @property
    def waveforms_file(self) -> Path:
        return self.path / "waveforms.parquet"

    @property
    def statistics_file(self) -> Path:
        return self.path / "statistics.json"

    @property
    def table_file(self) -> Path:
        return self.path / "table.csv"

    @property
    def report_file(self) -> Path:
        return self.path / "report.html"

    def manifest(self) -> dict:
        """Return the manifest.

        Raises:
            InputError: this is not a run folder, or its manifest is damaged.
        """
        if not self.manifest_file.is_file():
            raise InputError(
                f"{self.path}: is not a run folder (no manifest.json): give the folder of `run -o`"
            )
        content = read_json(self.manifest_file, "a manifest (JSON)")
        schema = content.get("schema", SCHEMA) if isinstance(content, dict) else SCHEMA
        if schema != SCHEMA:
            raise InputError(
                f"{self.manifest_file}: `schema` is {str(schema)[:60]!r}, expected {SCHEMA!r}: another version of "
                f"spicekit ({str(content.get('spicekit', 'unknown'))[:20]}) made this folder; run the experiment "
                "again, into a new one (-o)"
            )
        try:
            _Manifest.model_validate(content)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise InputError(
                f"{self.manifest_file}: is damaged{f': `{key}`' if key else ''}: {first['msg'].lower()}"
            ) from None
        assert isinstance(content, dict)  # for the type checker
        return content

    def stored(self, study: str, damaged: bool = True) -> pd.DataFrame | None:
        """Return all rows of a study that are stored, each once, sorted by point and sample; None if there are none.

        Args:
            damaged: whether a damaged file is an error; otherwise it is left out.

        Raises:
            InputError: a file is damaged.
        """
        folder, points = self.study_folder(study), self._points()
        for _ in range(_ATTEMPTS):
            try:
                files = sorted(folder.glob("*.parquet"))
                tables = [table for file in files for table in _read(file, points, damaged)]
            except FileNotFoundError:
                continue  # a run at work has put small files into a large one
            if not tables:
                return None
            table = pd.concat(tables, ignore_index=True)
            return table.drop_duplicates(list(KEY)).sort_values(list(KEY), ignore_index=True)
        raise InputError(f"{folder}: its files come and go: a run is at work; try again")

    def study(self, study: str) -> pd.DataFrame | None:
        """Return the rows of a study that count, None if there are none.

        Of each point it is the unbroken row of samples up to where its stop rule took effect.

        Raises:
            InputError: a file is damaged.
        """
        rows = self.stored(study)
        counts = self.manifest().get("studies") if self.manifest_file.exists() else None
        if rows is None or counts is None:
            return rows  # of a run at work, or not written by `spicekit run`
        if study not in counts:
            return None  # the experiment does not ask for it any more
        return select(rows, {point: entry["ranges"] for point, entry in counts[study].items()})

    def samples(self) -> pd.DataFrame:
        """Return the trials of programming conditions that count, one row each.

        Raises:
            InputError: there are none, or a file is damaged.
        """
        rows = self.study(MEMORY)
        if rows is None:
            if self.statistics_file.exists():
                raise InputError(
                    f"{self.path}: its experiment has no conditions; studies have their own rows"
                )
            raise InputError(f"{self.path}: has no samples yet: `spicekit run` it first")
        return rows.drop(columns=["point", "row"])

    def waveforms(self) -> pd.DataFrame:
        """Return the example waveforms, long: condition, pulse, time [s], signal, value [V or A]."""
        try:
            table = read_table(self.waveforms_file)
        except Damaged as error:
            raise InputError(f"{error}: delete it and run again") from None
        if not {"condition", "pulse", "time", "signal", "value"} <= set(table.columns):
            raise InputError(f"{self.waveforms_file}: is no table of waveforms: delete it and run again")
        return table

    def statistics(self) -> "Statistics":
        """Return the statistics of the finished run."""
        from spicekit.statistics import load  # here: it knows the results of all studies

        return load(self.statistics_file)

    def _points(self) -> dict[str, list[dict[str, Any]]]:
        """Short identity -> columns that rows of the points have now that have this identity."""
        known = RunFolder.manifest(self) if self.manifest_file.exists() else {}
        points: dict[str, list[dict[str, Any]]] = {}
        for name, identity in known.get("identities", {}).items():
            columns = {"point": point_of(name), **known.get("labels", {}).get(name, {})}
            points.setdefault(short(identity), []).append(columns)
        return points


class _Counted(pydantic.BaseModel, extra="allow"):
    samples: int
    ranges: list[tuple[int, int]]


class _Rule(pydantic.BaseModel, extra="forbid"):
    samples: int
    errors: int | None
    relative_error: float | None
    first: int


class _Manifest(pydantic.BaseModel, extra="allow"):
    """What is read from a manifest later."""

    name: str = ""
    title: str = ""
    spicekit: str = ""
    ngspice: str = ""
    seed: int = 0
    quick: bool | None = None
    identity: str | None = None
    identities: dict[str, str] = {}
    labels: dict[str, dict[str, float | str]] = {}
    first: int = 0
    studies: dict[str, dict[str, _Counted]] = {}
    planned: dict[str, _Rule] = {}
    part: tuple[int, int] | None = None


def of_experiment(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the experiment itself, without those of its grid."""
    return rows[rows[GRID] == ""].reset_index(drop=True) if GRID in rows else rows


def placed(place: str, point: str) -> str:
    """Return what a point of a study is called at a point of the grid; "" is the experiment itself."""
    return f"{place}{_OF_GRID}{point}" if place else point


def unplaced(place: str, point: str) -> str:
    """Return what a point of the grid is called in its study."""
    return point.removeprefix(f"{place}{_OF_GRID}") if place else point


def of_grid(point: str) -> bool:
    """Tell whether a point of a study is of the grid, by its name."""
    return _OF_GRID in point


def name_of(study: str, point: str) -> str:
    """Return what a point is called in a run: ``STUDY/POINT``, or of a programming condition ``CONDITION[@CYCLES]``."""
    return point if study == MEMORY else f"{study}/{point}"


def study_of(name: str) -> str:
    """Return the study of a point that a run calls so."""
    return name.partition("/")[0] if "/" in name else MEMORY


def point_of(name: str) -> str:
    """Return the name that a point has in its study."""
    return name.partition("/")[2] or name


def select(rows: pd.DataFrame, ranges: Mapping[str, list[tuple[int, int]]]) -> pd.DataFrame:
    """Return the rows of the samples in these ranges (first, end) of each point, in the order of the points."""
    parts = []
    for point, wanted in ranges.items():
        mine = rows[rows["point"] == point]
        parts += [mine[mine["sample"].between(first, end - 1)] for first, end in wanted]
    return pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0]


def _read(file: Path, points: Mapping[str, list[dict[str, Any]]], damaged: bool) -> list[pd.DataFrame]:
    """Return the rows of a file, as rows of each point that they are of now; nothing if they are of none."""
    try:
        found = points.get(identity_of(file), []) if points else [{}]
        if not found:
            return []  # of a point as it was before
        table = read_table(file)
        text = {"point", *_OUTCOME, *({"condition", GRID} & set(table.columns))}
        trials = file.parent.name == MEMORY
        numbers = {"cycles", *table.columns} - {*text, *KEY} if trials else ()
        require_kinds(file, table, text, KEY[1:], numbers)
        if not table["outcome"].isin(_ENDS).all():
            raise Damaged(f"{file}: column `outcome` holds something else than {', '.join(_ENDS)}")
        if trials and not table["cycles"].between(0, 1e300).all():
            raise Damaged(f"{file}: column `cycles` holds something else than numbers from 0 on")
    except Damaged as error:
        if not damaged:
            return []
        raise InputError(f"{error}: run again, its samples are then simulated anew") from None
    return [table.assign(**columns) for columns in found]
