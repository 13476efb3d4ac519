"""What an unfinished run can say already: statistics of the samples that are there, with intervals that fit them."""

import shlex
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from spicekit.readers import reading
from spicekit.registry import studies
from spicekit.run.analyze import Counts, analyze, counts_of
from spicekit.run.spec import load_spec
from spicekit.run.state import Progress, State, amounts
from spicekit.run_folder import RunFolder, point_of, select, study_of
from spicekit.statistics import Provenance, Statistics
from spicekit.studies.study import Form, StopRule

_STOPPED = "not finished"


@dataclass(frozen=True)
class SoFar(RunFolder):
    """A run folder that has no statistics yet, read as if the run ended with what is stored. Needs no simulator."""

    def manifest(self) -> dict[str, Any]:
        """Return the manifest with the counts of what is there; `unfinished` says how much that is."""
        return super().manifest() | {"unfinished": self.text(), "studies": self._counts}

    def study(self, study: str) -> pd.DataFrame | None:
        """Return the rows of a study that count so far, None if there are none."""
        return self._rows.get(study)

    def statistics(self) -> Statistics:
        """Return the statistics so far."""
        found, spec = super().manifest(), load_spec(self.spec_file)
        provenance = Provenance(**{key: found[key] for key in Provenance.model_fields if key in found})
        form = Form(found.get("seed", 0), bool(found.get("quick")), found.get("part"))
        with reading(self.path, "a run whose samples fit its experiment"):
            return analyze(spec, form, provenance, self._rows, self._counts)

    def text(self) -> str:
        """Say how much is there, such as "168 of 900 samples"."""
        return ", ".join(f"{done} of {most} {what}" for what, (done, most) in amounts(self._state).items())

    def command(self) -> str:
        """Return the command that goes on with the run."""
        found = super().manifest()
        words = ["spicekit", "run", str(self.spec_file), "-o", str(self.path)]
        if found.get("seed") != load_spec(self.spec_file).content.seed:
            words += ["--seed", str(found.get("seed"))]
        if found.get("part"):
            words += ["--part", "{}:{}".format(*found["part"])]
        return shlex.join([*words, *(["--quick"] if found.get("quick") else [])])

    @cached_property
    def _stored(self) -> dict[str, pd.DataFrame]:
        """All rows that are there, by study; read once, also while the run is at work."""
        names = {study_of(name) for name in super().manifest()["planned"]}
        return {study: rows for study in sorted(names) if (rows := self.stored(study)) is not None}

    @cached_property
    def _state(self) -> State:
        """How far each point is."""
        known, state = studies(), {}
        for name, rule in super().manifest()["planned"].items():
            study = study_of(name)
            progress = Progress(StopRule(**rule), known[study].counts if study in known else "samples")
            if study in self._stored:
                rows = self._stored[study]
                progress.take_in(rows[rows["point"] == point_of(name)])
            state[name] = progress
        return state

    @cached_property
    def _rows(self) -> dict[str, pd.DataFrame]:
        """The rows that count so far, by study."""
        ranges: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for name, progress in self._state.items():
            ranges.setdefault(study_of(name), {})[point_of(name)] = [(progress.rule.first, progress.end)]
        counted = {study: select(rows, ranges[study]) for study, rows in self._stored.items()}
        return {study: rows for study, rows in counted.items() if len(rows)}

    @cached_property
    def _counts(self) -> Counts:
        counts: Counts = {}
        for name, progress in self._state.items():
            study, point = study_of(name), point_of(name)
            ranges = [(progress.rule.first, progress.end)]
            entry = counts_of(self._rows.get(study), point, ranges, progress.stopped or _STOPPED)
            counts.setdefault(study, {})[point] = entry
        return counts


def opened(folder: RunFolder) -> RunFolder:
    """Return the run folder, or what it can say so far if its run has not ended.

    Raises:
        InputError: this is not a run folder, or its manifest is damaged.
    """
    manifest = folder.manifest()
    return SoFar(folder.path) if "planned" in manifest and "finished" not in manifest else folder
