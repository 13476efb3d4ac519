"""A run folder: where everything of one run stands, how it is written safely and read back.

spec.toml          the experiment, verbatim
manifest.json      identity, versions, seed, counts
samples/*.parquet  one row per chain; a file is a range of samples of one condition (and age)
studies/NAME/*.parquet  rows of a study, some per sample
estimates/*.json   rare-event estimates, one per condition, cell and stored value
waveforms.parquet  one SET, one RESET, one read of each logic value, nominal devices
statistics.json    table.csv  report.html
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spicekit.errors import InputError
from spicekit.statistics import Statistics
from spicekit.statistics import load as load_statistics

SAMPLE_KEY = ("condition", "cycles", "sample")
"""Columns that tell the rows of `samples` apart."""
STUDY_KEY = ("point", "sample", "row")
"""Columns that tell the rows of a study apart."""
_OUTCOME = ("outcome", "reason")


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
        try:
            content = json.loads(self.manifest_file.read_text(encoding="utf-8"))
        except OSError:
            raise InputError(
                f"{self.path}: is not a run folder (no manifest.json): give the folder of `run -o`"
            ) from None
        except ValueError as error:
            raise InputError(f"{self.manifest_file}: is not JSON: {error}") from None
        if not isinstance(content, dict):
            raise InputError(f"{self.manifest_file}: holds no JSON object, so it is no manifest")
        return content

    def stored_samples(self) -> pd.DataFrame:
        """Return all samples that are stored, each once, sorted by condition, cycles done and number.

        Raises:
            InputError: there are none, or a file is damaged.
        """
        table = _stored(self.samples_folder, SAMPLE_KEY)
        if table is None:
            raise InputError(f"{self.path}: has no samples yet: `spicekit run` it first")
        return table

    def stored_study(self, study: str) -> pd.DataFrame | None:
        """Return all rows of a study that are stored, each once, sorted by point and sample; None if there are none.

        Raises:
            InputError: a file is damaged.
        """
        return _stored(self.study_folder(study), STUDY_KEY)

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
            table = pd.read_parquet(self.waveforms_file)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{self.waveforms_file}: is damaged ({str(error).splitlines()[0]}): delete it and run again"
            ) from None
        if not {"condition", "pulse", "time", "signal", "value"} <= set(table.columns):
            raise InputError(f"{self.waveforms_file}: is no table of waveforms: delete it and run again")
        return table

    def statistics(self) -> Statistics:
        """Return the statistics of the finished run."""
        return load_statistics(self.statistics_file)


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


def _stored(folder: Path, key: tuple[str, ...]) -> pd.DataFrame | None:
    """Return the rows of all files in a folder, each once, sorted by `key`; None without files."""
    tables = []
    for file in sorted(folder.glob("*.parquet")):
        try:
            tables.append(pd.read_parquet(file))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{file}: is damaged ({str(error).splitlines()[0]}): delete it and run again, its samples are then "
                "simulated anew"
            ) from None
        missing = [name for name in (*key, *_OUTCOME) if name not in tables[-1]]
        if missing:
            raise InputError(f"{file}: has no column `{missing[0]}`: delete it and run again")
    if not tables:
        return None
    table = pd.concat(tables, ignore_index=True)
    return table.drop_duplicates(list(key)).sort_values(list(key), ignore_index=True)


def write_text(path: Path, text: str | bytes) -> None:
    """Write a file aside and rename it: a reader sees all of it or none. Text is written as UTF-8."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.replace(partial, path)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a Parquet file aside and rename it."""
    partial = path.with_name(path.name + ".partial")
    table.to_parquet(partial, index=False)
    os.replace(partial, path)
