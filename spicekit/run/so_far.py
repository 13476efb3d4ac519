"""What an unfinished run can say already: statistics of the samples that are there, with intervals that fit them."""

import shlex
from dataclasses import dataclass
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
        found = super().manifest()
        return found | {"unfinished": self.text(), "studies": self._counts(found)}

    def study(self, study: str) -> pd.DataFrame | None:
        """Return the rows of a study that count so far, None if there are none."""
        return self._rows(super().manifest()).get(study)

    def statistics(self) -> Statistics:
        """Return the statistics so far."""
        found, spec = super().manifest(), load_spec(self.spec_file)
        provenance = Provenance(**{key: found[key] for key in Provenance.model_fields if key in found})
        form = Form(found.get("seed", 0), bool(found.get("quick")), found.get("part"))
        with reading(self.path, "a run whose samples fit its experiment"):
            return analyze(spec, form, provenance, self._rows(found), self._counts(found))

    def text(self) -> str:
        """Say how much is there, such as "168 of 900 samples"."""
        counted = amounts(self._progress(super().manifest())).items()
        return ", ".join(f"{done} of {most} {what}" for what, (done, most) in counted)

    def command(self) -> str:
        """Return the command that goes on with the run."""
        found = super().manifest()
        words = ["spicekit", "run", str(self.spec_file), "-o", str(self.path)]
        if found.get("seed") != load_spec(self.spec_file).content.seed:
            words += ["--seed", str(found.get("seed"))]
        if found.get("part"):
            words += ["--part", "{}:{}".format(*found["part"])]
        return shlex.join([*words, *(["--quick"] if found.get("quick") else [])])

    def _progress(self, manifest: dict[str, Any]) -> State:
        """Return how far each point is."""
        known = studies()
        stored = {study: self.stored(study) for study in {study_of(name) for name in manifest["planned"]}}
        state = {}
        for name, rule in manifest["planned"].items():
            study = study_of(name)
            what = known[study].counts if study in known else "samples"
            progress = state[name] = Progress(StopRule(**rule), what)
            if (rows := stored[study]) is not None:
                progress.take_in(rows[rows["point"] == point_of(name)])
        return state

    def _rows(self, manifest: dict[str, Any]) -> dict[str, pd.DataFrame]:
        """Return the rows of each study that count so far."""
        found = {}
        for study, points in self._ranges(manifest).items():
            rows = self.stored(study)
            if rows is not None and len(counted := select(rows, points)):
                found[study] = counted
        return found

    def _counts(self, manifest: dict[str, Any]) -> Counts:
        rows, state = self._rows(manifest), self._progress(manifest)
        counts: Counts = {}
        for name, progress in state.items():
            study, point = study_of(name), point_of(name)
            ranges = [(progress.rule.first, progress.end)]
            entry = counts_of(rows.get(study), point, ranges, progress.stopped or _STOPPED)
            counts.setdefault(study, {})[point] = entry
        return counts

    def _ranges(self, manifest: dict[str, Any]) -> dict[str, dict[str, list[tuple[int, int]]]]:
        """Return the samples of each point that count so far, by study."""
        ranges: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for name, progress in self._progress(manifest).items():
            ranges.setdefault(study_of(name), {})[point_of(name)] = [(progress.rule.first, progress.end)]
        return ranges


def opened(folder: RunFolder) -> RunFolder:
    """Return the run folder, or what it can say so far if its run has not ended.

    Raises:
        InputError: this is not a run folder, or its manifest is damaged.
    """
    manifest = folder.manifest()
    return SoFar(folder.path) if "planned" in manifest and "finished" not in manifest else folder
