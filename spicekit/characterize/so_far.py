"""What an unfinished run can say already: statistics of the samples that are there, with intervals that fit them."""

import shlex
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from spicekit.characterize.chain import sample_name
from spicekit.characterize.conclude import conclude
from spicekit.characterize.estimates.gather import with_estimates
from spicekit.characterize.estimates.task import STORED, load_estimate
from spicekit.characterize.folder import counts_of, study_counts
from spicekit.characterize.limit import Cell
from spicekit.characterize.simulate import sample_table
from spicekit.characterize.single_ended import reference_resistance
from spicekit.characterize.spec import Spec, load_spec
from spicekit.characterize.stop import Progress, StopRule
from spicekit.readers import reading
from spicekit.run_folder import RunFolder, Used, select, select_study
from spicekit.statistics import Provenance, RareEstimate, Statistics

_STOPPED = "not finished"


@dataclass(frozen=True)
class SoFar(RunFolder):
    """A run folder that has no statistics yet, read as if the run ended with what is stored. Needs no simulator."""

    def manifest(self) -> dict[str, Any]:
        """Return the manifest with the counts of what is there; `unfinished` says how much that is."""
        found = super().manifest()
        spec = load_spec(self.spec_file)
        used, studies = self._used(found), self._studies(found, spec)
        samples = select(self._samples(), used)
        counted = {name: study_counts(rows, self._stopped(name, found)) for name, rows in studies.items()}
        return found | {
            "unfinished": self.text(found),
            "counts": counts_of(samples, used),
            "used": [vars(part) for part in used],
            "studies": counted,
        }

    def samples(self) -> pd.DataFrame:
        """Return the samples that count so far."""
        return select(self._samples(), self._used(super().manifest()))

    def study(self, study: str) -> pd.DataFrame | None:
        """Return the rows of a study that count so far, None if there are none."""
        return self._studies(super().manifest(), load_spec(self.spec_file)).get(study)

    def statistics(self) -> Statistics:
        """Return the statistics so far."""
        found, spec = super().manifest(), load_spec(self.spec_file)
        used = self._used(found)
        samples = select(self._samples(), used)
        provenance = Provenance(**{key: found[key] for key in Provenance.model_fields if key in found})
        with reading(self.path, "a run whose samples fit its experiment"):
            said = conclude(spec, provenance, samples, used, self._studies(found, spec))
        estimates = self._estimates(found)
        conditions = []
        for condition in said.conditions:
            if condition.name in estimates:
                fresh = samples[(samples["condition"] == condition.name) & (samples["cycles"] == 0)]
                asked = partial(_values_asked, found, condition.name)
                condition = with_estimates(
                    condition, estimates[condition.name], reference_resistance(fresh), asked
                )
            conditions.append(condition)
        return said.model_copy(update={"conditions": tuple(conditions)})

    def text(self, manifest: dict[str, Any] | None = None) -> str:
        """Say how much is there, such as "168 of 900 samples"."""
        found = manifest or super().manifest()
        progress = self._progress(found)
        done = sum(p.received for p in progress.values())
        most = sum(p.rule.samples if p.stopped is None else p.received for p in progress.values())
        text = f"{done} of {most} samples"
        if found.get("asked"):
            made = sum(len(of_condition) for of_condition in self._estimates(found).values())
            text += f", {made} of {len(found['asked'])} rare-event estimates"
        return text

    def command(self) -> str:
        """Return the command that goes on with the run."""
        found = super().manifest()
        words = ["spicekit", "run", str(self.spec_file), "-o", str(self.path)]
        if found.get("seed") != load_spec(self.spec_file).content.seed:
            words += ["--seed", str(found.get("seed"))]
        if found.get("part"):
            words += ["--part", "{}:{}".format(*found["part"])]
        return shlex.join([*words, *(["--quick"] if found.get("quick") else [])])

    def _samples(self) -> pd.DataFrame:
        stored = any(self.samples_folder.glob("*.parquet"))
        return self.stored_samples() if stored else sample_table()

    def _progress(self, manifest: dict[str, Any]) -> dict[str, Progress]:
        """Return how far each chain and each point of a study is."""
        table, rows = load_spec(self.spec_file).content.monte_carlo, self._samples()
        names = [
            sample_name(condition, float(cycles))
            for condition, cycles in zip(rows["condition"], rows["cycles"], strict=True)
        ]
        of_chains = dict(list(rows.groupby(pd.Series(names, index=rows.index, dtype=object))))
        studies = {name.split("/")[0] for name in manifest["planned"] if "/" in name}
        of_studies = {study: self.stored_study(study) for study in studies}
        progress = {}
        for name, planned in manifest["planned"].items():
            study, _, point = name.partition("/")
            fresh = not point and "@" not in name
            rule = StopRule(
                planned["samples"], table.errors if fresh else None, table.relative_error if fresh else None
            )
            progress[name] = Progress(rule, 0 if point else manifest.get("first", 0))
            stored = of_studies[study] if point else of_chains.get(name)
            if stored is not None:
                progress[name].take_in(stored[stored["point"] == point] if point else stored)
        return progress

    def _used(self, manifest: dict[str, Any]) -> list[Used]:
        parts = []
        for name, progress in self._progress(manifest).items():
            if "/" not in name:
                condition, _, cycles = name.partition("@")
                stopped = progress.stopped or _STOPPED
                parts.append(Used(condition, float(cycles or 0), progress.start, progress.end, stopped))
        return parts

    def _studies(self, manifest: dict[str, Any], spec: Spec) -> dict[str, pd.DataFrame]:
        progress, found = self._progress(manifest), {}
        for study, _ in spec.studies:
            rows = self.stored_study(study.name)
            if rows is not None:
                mine = {
                    n.partition("/")[2]: p.end for n, p in progress.items() if n.startswith(f"{study.name}/")
                }
                found[study.name] = select_study(rows, mine)
        return {name: rows for name, rows in found.items() if len(rows)}

    def _stopped(self, study: str, manifest: dict[str, Any]) -> dict[str, str]:
        progress = self._progress(manifest).items()
        return {n.partition("/")[2]: p.stopped or _STOPPED for n, p in progress if n.startswith(f"{study}/")}

    def _estimates(self, manifest: dict[str, Any]) -> dict[str, list[RareEstimate]]:
        """Return the estimates that are there, by their condition."""
        found: dict[str, list[RareEstimate]] = {}
        for name, identity in manifest.get("asked", {}).items():
            stored = load_estimate(self, name)
            if stored is not None and stored.identity == identity:
                found.setdefault(name.rsplit("_", 2)[0], []).append(stored.estimate)
        return found


def _values_asked(manifest: dict[str, Any], condition: str, cell: Cell) -> tuple[int, ...]:
    head = f"{condition}_{cell}_"
    return (
        tuple(int(name.removeprefix(head)) for name in manifest["asked"] if name.startswith(head)) or STORED
    )


def opened(folder: RunFolder) -> RunFolder:
    """Return the run folder, or what it can say so far if its run has not ended.

    Raises:
        InputError: this is not a run folder, or its manifest is damaged.
    """
    manifest = folder.manifest()
    return SoFar(folder.path) if "planned" in manifest and "finished" not in manifest else folder
