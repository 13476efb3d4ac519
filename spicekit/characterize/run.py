"""Runs an experiment file into a run folder; run again, it resumes, and finished it does nothing."""

import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import pandas as pd

from spicekit.characterize.chain import Chain, build_chain
from spicekit.characterize.examples import example_waveforms
from spicekit.characterize.extract import extract_condition
from spicekit.characterize.spec import Spec
from spicekit.characterize.tasks import Task, lost_sample, open_tasks, simulate_task
from spicekit.errors import InputError
from spicekit.ngspice import ngspice_version
from spicekit.ngspice.pool import Crashed, run_chunks
from spicekit.run_folder import RunFolder, write_table, write_text
from spicekit.statistics import Provenance, Statistics, save

SAMPLE_TIMEOUT = 120.0  # s without a sign of life from a worker


@dataclass(frozen=True)
class Plan:
    """An experiment with its chains built and their sample counts fixed."""

    spec: Spec
    seed: int
    quick: bool
    chains: tuple[tuple[Chain, int], ...]  # with the number of samples

    @property
    def identity(self) -> str:
        """SHA-256 of everything that affects the samples; how many there are does not."""
        everything = [[c.condition.name, c.cycles, c.identity] for c, _ in self.chains if c.cycles == 0]
        ageing = [q.value for q in vars(self.spec.technology.rram.ageing).values()]
        return _sha256([self.seed, everything, ageing, ngspice_version().split(".")[0]])


def make_plan(spec: Spec, seed: int | None = None, quick: bool = False) -> Plan:
    """Build all chains of an experiment; `seed` replaces the spec's, `quick` takes its short form."""
    content = spec.content
    wanted = [(0.0, content.monte_carlo.quick_samples if quick else content.monte_carlo.samples)]
    if content.endurance is not None:
        aged = content.endurance.quick_samples if quick else content.endurance.samples
        wanted += [(cycles, aged) for cycles in content.endurance.cycles if aged > 0]
    chains = []
    for condition in spec.conditions:
        try:
            chains += [(build_chain(spec.technology, condition, cycles), n) for cycles, n in wanted]
        except InputError as error:
            raise InputError(f"{spec.path}: condition `{condition.name}`: {error}") from None
    return Plan(spec, content.seed if seed is None else seed, quick, tuple(chains))


def run(
    plan: Plan, folder: RunFolder, workers: int, progress: Callable[[pd.DataFrame | None], None]
) -> Statistics:
    """Simulate what is missing in `folder`, then write waveforms, statistics and manifest.

    `progress` is called with each new table of samples, first with what was found done already (or None).

    Raises:
        InputError: the folder holds another experiment.
        SimulatorError: ngspice is missing or refuses a deck.
    """
    manifest = open_folder(plan, folder)
    found = folder.samples() if any(folder.samples_folder.glob("*.parquet")) else None
    progress(found)
    tasks = [t for chain, n in plan.chains for t in open_tasks(chain, plan.seed, n, _done(found, chain))]
    crashed = _collect(tasks, folder, workers, progress)
    _collect([single for task in crashed for single in task.singles()], folder, workers, progress)
    if not folder.waveforms_file.exists():
        fresh = [chain for chain, _ in plan.chains if chain.cycles == 0]
        tables = sorted(
            run_chunks(example_waveforms, fresh, workers=workers, timeout=SAMPLE_TIMEOUT), key=lambda r: r[0]
        )
        write_table(folder.waveforms_file, pd.concat([t for _, t in tables if not isinstance(t, Crashed)]))
    statistics = conclude(plan, folder)
    _write_manifest(plan, folder, manifest)
    return statistics


def open_folder(plan: Plan, folder: RunFolder) -> dict:
    """Make the folder, or check that it holds this experiment; return its manifest.

    Raises:
        InputError: it holds another experiment, or files that are not of a run.
    """
    if folder.manifest_file.exists():
        manifest = folder.manifest()
        require_same(plan, manifest, folder)
    elif folder.path.exists() and any(folder.path.iterdir()):
        raise InputError(f"{folder.path}: is not empty and not a run folder; give another folder with -o")
    else:
        manifest = {"started": _now()}
    folder.samples_folder.mkdir(parents=True, exist_ok=True)
    write_text(folder.spec_file, plan.spec.text)
    write_text(
        folder.manifest_file,
        json.dumps({"identity": plan.identity, "seed": plan.seed, **manifest}, indent=2) + "\n",
    )
    return manifest


def require_same(plan: Plan, manifest: dict, folder: RunFolder) -> None:
    """Raise InputError unless the manifest is of this very experiment."""
    if manifest.get("identity") != plan.identity:
        raise InputError(
            f"{folder.path}: holds another experiment (identity {str(manifest.get('identity'))[:12]}, this is "
            f"{plan.identity[:12]}: spec, models, seed or ngspice differ); give another folder with -o"
        )


def conclude(plan: Plan, folder: RunFolder) -> Statistics:
    """Extract and write the statistics of what the folder holds."""
    samples, content = folder.samples(), plan.spec.content
    wanted = {(chain.condition.name, chain.cycles): n for chain, n in plan.chains}
    limit = [wanted.get(key, 0) for key in zip(samples["condition"], samples["cycles"], strict=True)]
    samples = samples[samples["sample"] < limit]  # a shorter form of the run uses its prefix alone
    criterion = content.endurance.criterion if content.endurance else None
    statistics = Statistics(
        provenance=Provenance(
            spec_sha256=plan.spec.sha256,
            models_sha256=models_sha256(plan.spec),
            ngspice=ngspice_version(),
            spicekit=version("spicekit"),
            seed=plan.seed,
        ),
        conditions=tuple(
            extract_condition(
                c, samples[samples["condition"] == c.name], content.monte_carlo.confidence, criterion
            )
            for c in plan.spec.conditions
        ),
    )
    save(statistics, folder.statistics_file)
    return statistics


def models_sha256(spec: Spec) -> str:
    """Return the SHA-256 of all model text and numbers that the experiment stands on."""
    technology = spec.technology
    rram = technology.rram
    return _sha256(
        [
            technology.process.identity,
            rram.subcircuit(technology.temperature),
            repr(rram),
            repr(technology.design),
        ]
    )


def _done(found: pd.DataFrame | None, chain: Chain) -> set[int]:
    if found is None:
        return set()
    mine = (found["condition"] == chain.condition.name) & (found["cycles"] == chain.cycles)
    return set(found.loc[mine, "sample"])


def _collect(
    tasks: list[Task], folder: RunFolder, workers: int, progress: Callable[[pd.DataFrame | None], None]
) -> list[Task]:
    """Simulate and store tasks; return those that killed their worker, unless they are single samples."""
    crashed = []
    for index, result in run_chunks(simulate_task, tasks, workers=workers, timeout=SAMPLE_TIMEOUT):
        task = tasks[index]
        if isinstance(result, Crashed) and task.samples > 1:
            crashed.append(task)
            continue
        table = (
            lost_sample(task, f"{result.reason.value}: {result.detail}")
            if isinstance(result, Crashed)
            else result
        )
        name = f"{task.chain.condition.name}-{task.chain.cycles:g}-{task.start:07d}-{task.stop:07d}.parquet"
        write_table(folder.samples_folder / name, table)
        progress(table)
    return crashed


def _write_manifest(plan: Plan, folder: RunFolder, manifest: dict) -> None:
    samples = folder.samples()
    counts = {
        condition.name: {
            "samples": len(rows := samples[samples["condition"] == condition.name]),
            **{kind: int((rows["outcome"] == kind).sum()) for kind in ("ok", "error", "discard")},
        }
        for condition in plan.spec.conditions
    }
    statistics = folder.statistics()
    content = {
        "schema": "spicekit.run/1",
        "identity": plan.identity,
        "name": plan.spec.content.name,
        "title": plan.spec.content.title,
        **statistics.provenance.model_dump(),
        "python": sys.version.split()[0],
        "started": manifest["started"],
        "finished": _now(),
        "quick": plan.quick,
        "counts": counts,
    }
    write_text(folder.manifest_file, json.dumps(content, indent=2) + "\n")


def _sha256(public: object) -> str:
    return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
