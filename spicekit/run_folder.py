"""A run folder: where everything of one run stands, how it is written safely and read back.

spec.toml          the experiment, verbatim
manifest.json      identity, versions, seed, counts
samples/*.parquet  one row per chain; a file is a range of samples of one condition (and age)
studies/NAME/*.parquet  rows of a study, some per sample
set-aside/         samples of settings that the experiment no longer has, and files that were damaged
estimates/*.json   rare-event estimates, one per condition, cell and stored value
waveforms.parquet  one SET, one RESET, one read of each logic value, nominal devices
statistics.json    table.csv  report.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pydantic

from spicekit.errors import InputError
from spicekit.readers.json_tree import read_json
from spicekit.statistics import Statistics
from spicekit.statistics import load as load_statistics
from spicekit.tables import Damaged, identity_of, read_table, require_kinds, short
from spicekit.tables import write_table as write_table
from spicekit.tables import write_text as write_text

SAMPLE_KEY = ("condition", "cycles", "sample")
"""Columns that tell the rows of `samples` apart."""
STUDY_KEY = ("point", "sample", "row")
"""Columns that tell the rows of a study apart."""
_OUTCOME = ("outcome", "reason")
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
    def samples_folder(self) -> Path:
        return self.path / "samples"

    @property
    def studies_folder(self) -> Path:
        return self.path / "studies"

    def study_folder(self, study: str) -> Path:
        """Return where the rows of a study are."""
        return self.studies_folder / study

    @property
    def estimates_folder(self) -> Path:
        return self.path / "estimates"

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

    def stored_samples(self, damaged: bool = True) -> pd.DataFrame:
        """Return all samples that are stored, each once, sorted by condition, cycles done and number.

        Args:
            damaged: whether a damaged file is an error; otherwise it is left out.

        Raises:
            InputError: there are none, or a file is damaged.
        """
        table = self._stored(self.samples_folder, SAMPLE_KEY, damaged)
        if table is None:
            raise InputError(f"{self.path}: has no samples yet: `spicekit run` it first")
        return table

    def stored_study(self, study: str, damaged: bool = True) -> pd.DataFrame | None:
        """Return all rows of a study that are stored, each once, sorted by point and sample; None if there are none.

        Raises:
            InputError: a file is damaged.
        """
        return self._stored(self.study_folder(study), STUDY_KEY, damaged)

    def study(self, study: str) -> pd.DataFrame | None:
        """Return the rows of a study that count, None if there are none.

        Raises:
            InputError: a file is damaged.
        """
        rows = self.stored_study(study)
        used = self.manifest().get("studies", {}).get(study) if self.manifest_file.exists() else None
        if rows is None or used is None:
            return rows
        return select_study(rows, {point: counts["samples"] for point, counts in used.items()})

    def samples(self) -> pd.DataFrame:
        """Return the samples that count: of each chain the unbroken row up to where its stop rule took effect.

        Raises:
            InputError: there are none, or a file is damaged.
        """
        used = self.manifest().get("used") if self.manifest_file.exists() else None
        if used is None:
            return self.stored_samples()  # not written by `spicekit run`
        return select(self.stored_samples(), [Used(**part) for part in used])

    def waveforms(self) -> pd.DataFrame:
        """Return the example waveforms, long: condition, pulse, time [s], signal, value [V or A]."""
        try:
            table = read_table(self.waveforms_file)
        except Damaged as error:
            raise InputError(f"{error}: delete it and run again") from None
        if not {"condition", "pulse", "time", "signal", "value"} <= set(table.columns):
            raise InputError(f"{self.waveforms_file}: is no table of waveforms: delete it and run again")
        return table

    def statistics(self) -> Statistics:
        """Return the statistics of the finished run."""
        return load_statistics(self.statistics_file)

    def _stored(self, folder: Path, key: tuple[str, ...], damaged: bool) -> pd.DataFrame | None:
        """Return the rows of all files that are of this experiment, each once, sorted by `key`; None without files."""
        names = self._names()
        for _ in range(_ATTEMPTS):
            try:
                files = sorted(folder.glob("*.parquet"))
                tables = [table for file in files for table in _read(file, key, names, damaged)]
            except FileNotFoundError:
                continue  # a run at work has put small files into a large one
            if not tables:
                return None
            table = pd.concat(tables, ignore_index=True)
            return table.drop_duplicates(list(key)).sort_values(list(key), ignore_index=True)
        raise InputError(f"{folder}: its files come and go: a run is at work; try again")

    def _names(self) -> dict[str, list[str]]:
        """Short identity -> names of the chains and points that have it now."""
        names: dict[str, list[str]] = {}
        known = RunFolder.manifest(self).get("identities", {}) if self.manifest_file.exists() else {}
        for name, identity in known.items():
            names.setdefault(short(identity), []).append(name)
        return names


class _Used(pydantic.BaseModel, extra="forbid"):
    condition: str
    cycles: float
    first: int
    end: int
    stopped: str


class _Counts(pydantic.BaseModel, extra="allow"):
    samples: int


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
    first: int = 0
    used: list[_Used] | None = None
    counts: dict[str, dict[str, int]] = {}
    studies: dict[str, dict[str, _Counts]] = {}
    estimates: dict[str, dict[str, Any]] = {}
    planned: dict[str, _Counts] = {}
    asked: dict[str, str] = {}
    part: tuple[int, int] | None = None


@dataclass(frozen=True)
class Used:
    """The samples of one chain that count: `first` … `end` - 1, and why there are not more."""

    condition: str
    cycles: float
    first: int
    end: int
    stopped: str


def select(samples: pd.DataFrame, used: list[Used]) -> pd.DataFrame:
    """Return the rows that count, in order."""
    parts = []
    for part in used:
        mine = (samples["condition"] == part.condition) & (samples["cycles"] == part.cycles)
        parts.append(samples[mine & samples["sample"].between(part.first, part.end - 1)])
    return pd.concat(parts, ignore_index=True) if parts else samples.iloc[:0]


def select_study(rows: pd.DataFrame, samples: Mapping[str, int]) -> pd.DataFrame:
    """Return the rows of the first `samples` of each point, in the order of the points."""
    parts = [rows[(rows["point"] == point) & (rows["sample"] < count)] for point, count in samples.items()]
    return pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0]


def _read(
    file: Path, key: tuple[str, ...], names: Mapping[str, list[str]], damaged: bool
) -> list[pd.DataFrame]:
    """Return the rows of a file, under the names that their condition has now; nothing if it has none."""
    try:
        identity = identity_of(file)
        found = names.get(identity, []) if names else [None]
        if not found:
            return []  # of a condition as it was before
        table = read_table(file)
        text, counts = (key[0], *_OUTCOME), [name for name in key if name in ("sample", "row")]
        of_samples = {"cycles", *table.columns} - {*text, *counts}
        require_kinds(file, table, text, counts, of_samples if key == SAMPLE_KEY else ())
        if not table["outcome"].isin(_ENDS).all():
            raise Damaged(f"{file}: column `outcome` holds something else than {', '.join(_ENDS)}")
        if key == SAMPLE_KEY and not table["cycles"].between(0, 1e300).all():
            raise Damaged(f"{file}: column `cycles` holds something else than numbers from 0 on")
    except Damaged as error:
        if not damaged:
            return []
        raise InputError(f"{error}: run again, its samples are then simulated anew") from None
    if key != SAMPLE_KEY:
        return [table]
    return [table if name is None else table.assign(condition=name.partition("@")[0]) for name in found]
