"""What the experiment asks for, what this run did of it, and in words why the rest is not there."""

from dataclasses import dataclass, field
from typing import Any

from spicekit.data import MEMORY_CARDS, bundled_cards, data_path
from spicekit.errors import InputError
from spicekit.experiment.file import SpecFile, stored
from spicekit.experiment.study import StudyTable
from spicekit.readers import read_toml
from spicekit.registry import tables
from spicekit.run_folder import CIRCUIT_ESTIMATE, ENDURANCE, MEMORY, RARE, READ_PATH_ESTIMATE, RunFolder
from spicekit.statistics import Statistics

_ESTIMATES = (RARE, ENDURANCE, CIRCUIT_ESTIMATE, READ_PATH_ESTIMATE)
_PARTS = {"rram": "memory device", "mtj": "oscillator", "superparamagnetic": "junction", "design": "circuit"}


@dataclass(frozen=True)
class Asked:
    """The experiment file, None if the run folder has none, and the manifest of what was run."""

    spec: SpecFile | None
    manifest: dict[str, Any]
    descriptions: dict[str, str] = field(default_factory=dict)  # of device cards, by the key that names them
    bundled: bool = False  # whether it is, to the byte, the bundled experiment of that name

    @property
    def quick(self) -> bool:
        """Whether the run is the short form."""
        return bool(self.manifest.get("quick"))

    @property
    def name(self) -> str:
        """The experiment's name, which is that of its run folder by default."""
        return str(self.manifest.get("name", "run"))

    @property
    def command(self) -> str:
        """The command of the full run."""
        seed = f" --seed {self.manifest['seed']}" if "seed" in self.manifest else ""
        return f"spicekit run {self.name if self.bundled else self.file} -o runs/{self.name}{seed}"

    @property
    def file(self) -> str:
        """How the page calls the experiment file; what the user calls it is not known."""
        return f"{self.name}.toml"

    @property
    def skipped(self) -> list[str]:
        """What ``--quick`` leaves out of this experiment."""
        if not self.quick or self.spec is None:
            return []
        parts = []
        if self.spec.estimate and not self._quick_estimates:
            parts.append("rare-event estimates")
        if self.spec.endurance and not self.spec.endurance.quick_samples:
            parts.append("endurance")
        for name, table in self.spec.asked_studies.items():
            if not table.quick_samples:
                parts.append(f"the study of {name.replace('_', ' ')}")
            else:
                parts += table.quick_leaves_out
        return parts

    def no_estimates(self) -> str:
        """Return why there are no rare-event estimates."""
        asks = self.spec is not None and self.spec.estimate is not None
        return self._why(
            "estimate", "rare-event estimates", "rare-event estimates", asks, self._quick_estimates
        )

    def no_endurance(self) -> str:
        """Return why there is no endurance."""
        trials = self.manifest.get("studies", {}).get(MEMORY, {})
        if any("@" in point and entry["samples"] for point, entry in trials.items()):
            return "Left out: the aged chains of this run give no error rate against cycles."
        table = self.spec.endurance if self.spec else None
        in_quick = table is not None and table.quick_samples > 0
        return self._why("endurance", "endurance", "chains on aged devices", table is not None, in_quick)

    def no_published(self) -> str:
        """Return why nothing is compared with published numbers."""
        if self.spec is None:
            return "Left out: the run folder holds no spec.toml, where published numbers would stand."
        return "Left out: the experiment names no published numbers."

    def missing_studies(self) -> list[str]:
        """Return a line for each study that is asked for and was not run."""
        made = self.studies
        return [
            self._why_not(f"the study of {name.replace('_', ' ')}", table.quick_samples > 0)
            for name, table in (self.spec.asked_studies if self.spec else {}).items()
            if name not in made
        ]

    def _why(self, table: str, what: str, parts: str, asks: bool, in_quick: bool) -> str:
        if self.spec is None:
            return f"Left out: the run folder holds no spec.toml, so nobody knows whether {what} should be there."
        if not asks:
            return f"Left out: the experiment asks for no {what} (it has no `[{table}]` table)."
        return self._why_not(parts, in_quick)

    @property
    def _quick_estimates(self) -> bool:
        """Whether the short form has estimates too."""
        if self.spec is None or self.spec.estimate is None:
            return False
        tables = (self.spec.estimate, *(one.estimate for one in self.spec.conditions))
        return any(one.quick_max_runs for one in tables if one)

    def _why_not(self, what: str, in_quick: bool) -> str:
        if self.quick and not in_quick:
            return f"Left out by `--quick`: {what}. The full run has this: {self.command}"
        return (
            f"Left out: {what}. The experiment asks for this, but the run did not come to it, as a part, a merged or "
            f"an interrupted run does not. This goes on: {self.command}{' --quick' if self.quick else ''}"
        )

    @property
    def studies(self) -> list[str]:
        """Names of the studies of which the run has results."""
        made = self.manifest.get("studies", {}).items()
        named = [name for name, points in made if any(entry["samples"] for entry in points.values())]
        return [name for name in named if name not in (MEMORY, *_ESTIMATES)]

    @property
    def subjects(self) -> str:
        """What the studies are of, in words."""
        found = list(dict.fromkeys(table.subject for table in self._tables))
        return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)

    @property
    def _tables(self) -> list[type[StudyTable]]:
        """Tables of the studies; of one that a package brought which is gone, that of all studies."""
        known = tables()
        return [known.get(name, StudyTable) for name in self.studies]

    def technology(self) -> str:
        """Return what was simulated, in words: models, corner, temperature."""
        if self.spec is None:
            return ""
        table, words = self.spec.technology, []
        for key, name in _named(self.spec).items():
            described = self.descriptions.get(key)
            words.append(f"{_PARTS[key]} {name} ({described})" if described else f"{_PARTS[key]} {name}")
        if table.library:
            nominal = " (its statistics at nominal values)" if table.library.statistics == "nominal" else ""
            words.append(f"transistors of {table.library.path}{nominal}")
        elif self.spec.conditions or any(one.transistors for one in self._tables):
            words.append(f"transistors of SkyWater 130 nm, corner {table.corner}")
        elif "circuit" in self.studies:
            words.append(f"bundled transistors, where netlists have them, at corner {table.corner}")
        return ", ".join([*words, f"{table.temperature:g} °C"])


def asked(run: RunFolder, manifest: dict[str, Any]) -> Asked:
    """Return what a run was to do and did.

    Raises:
        InputError: its experiment file is damaged.
    """
    if not run.spec_file.exists():
        return Asked(None, manifest)
    spec = stored(run.spec_file)
    descriptions = {
        key: _description(run, key, name) for key, name in _named(spec).items() if key != "design"
    }
    return Asked(spec, manifest, descriptions, _bundled(run, str(manifest.get("name"))))


def _named(spec: SpecFile) -> dict[str, str]:
    """Return the parts that the experiment names, by key; an experiment with conditions has a cell in any case."""
    table = spec.technology
    found = {key: getattr(table, key) for key in _PARTS if spec.conditions or key in table.model_fields_set}
    return {key: name for key, name in found.items() if name}


def _bundled(run: RunFolder, name: str) -> bool:
    try:
        return data_path("sweeps", f"{name}.toml").read_bytes() == run.spec_file.read_bytes()
    except OSError:
        return False


def _description(run: RunFolder, key: str, name: str) -> str:
    """Return what a device card says that it is, empty where that is not known."""
    try:
        path = run.path / name
        if not name.endswith(".toml"):
            path = bundled_cards(*MEMORY_CARDS if key == "rram" else ("mtj",))[name]
        return str(read_toml(path)["meta"]["description"])
    except (InputError, KeyError, TypeError):
        return ""


def warnings(what: Asked, statistics: Statistics) -> tuple[str, ...]:
    """Return what a reader must know before anything else."""
    return (*_unfinished(what), *_short_form(what, statistics))


def _unfinished(what: Asked) -> tuple[str, ...]:
    if "unfinished" not in what.manifest:
        return ()
    command = f"{what.command}{' --quick' if what.quick else ''}"
    return (
        f"This run is not finished: all numbers stand on {what.manifest['unfinished']}. This goes on: {command}",
    )


def _short_form(what: Asked, statistics: Statistics) -> tuple[str, ...]:
    if not what.quick:
        return ()
    words = "This is a quick run with few samples: its intervals are wide"
    if not what.skipped:
        return (f"{words}; no part of the experiment is left out." if what.spec is not None and
                (statistics.conditions or what.studies) else f"{words}.",)  # fmt: skip
    *most, last = what.skipped
    parts = f"{', '.join(most)} and {last}" if most else last
    return (f"{words}, and it leaves out {parts}. The full run has all: {what.command}",)
