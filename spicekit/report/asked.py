"""What the experiment asks for, what this run did of it, and in words why the rest is not there."""

from dataclasses import dataclass, field
from typing import Any

from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.readers import read_toml
from spicekit.report.stored_spec import stored_spec
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics

_PARTS = {"rram": "memory device", "mtj": "oscillator", "superparamagnetic": "junction", "design": "circuit"}


@dataclass(frozen=True)
class Asked:
    """The experiment file, None if the run folder has none, and the manifest of what was run."""

    spec: dict[str, Any] | None
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
        if "estimate" in self.spec and not self._in_quick("estimate"):
            parts.append("rare-event estimates")
        if "endurance" in self.spec and not self._in_quick("endurance"):
            parts.append("endurance")
        for name, table in self.spec.get("studies", {}).items():
            if not table.get("quick_samples"):
                parts.append(f"the study of {name.replace('_', ' ')}")
        return parts

    def no_estimates(self) -> str:
        """Return why there are no rare-event estimates."""
        return self._why("estimate", "rare-event estimates", "rare-event estimates")

    def no_endurance(self) -> str:
        """Return why there is no endurance."""
        if any(part["cycles"] > 0 and part["end"] > part["first"] for part in self.manifest.get("used", ())):
            return "Left out: the aged chains of this run give no error rate against cycles."
        return self._why("endurance", "endurance", "chains on aged devices")

    def no_published(self) -> str:
        """Return why nothing is compared with published numbers."""
        if self.spec is None:
            return "Left out: the run folder holds no spec.toml, where published numbers would stand."
        return "Left out: the experiment names no published numbers."

    def missing_studies(self) -> list[str]:
        """Return a line for each study that is asked for and was not run."""
        made = self.manifest.get("studies", {})
        return [
            self._why_not(f"the study of {name.replace('_', ' ')}", bool(table.get("quick_samples")))
            for name, table in (self.spec or {}).get("studies", {}).items()
            if name not in made
        ]

    def _why(self, table: str, what: str, parts: str) -> str:
        if self.spec is None:
            return f"Left out: the run folder holds no spec.toml, so nobody knows whether {what} should be there."
        if table not in self.spec:
            return f"Left out: the experiment asks for no {what} (it has no `[{table}]` table)."
        return self._why_not(parts, self._in_quick(table))

    def _in_quick(self, table: str) -> bool:
        """Return whether the short form has estimates or endurance too."""
        spec = self.spec or {}
        if table == "endurance":
            return bool(spec[table].get("quick_samples"))
        tables = [spec[table], *(one.get("estimate", {}) for one in spec.get("conditions", ()))]
        return any(one.get("quick_max_runs") for one in tables)

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
        return list(self.manifest.get("studies", {}))

    @property
    def devices(self) -> str:
        """What the studies are of."""
        table = (self.spec or {}).get("technology", {})
        if "superparamagnetic" in table:
            return "superparamagnetic junctions"
        return "oscillators" if "mtj" in table else "memory devices"

    def technology(self) -> str:
        """Return what was simulated, in words: models, corner, temperature."""
        if self.spec is None:
            return ""
        table = self.spec.get("technology", {})
        cells = bool(self.spec.get("conditions"))
        defaults = {"rram": "hfo2_130nm", "design": "2t2r_130nm"} if cells else {}
        words = []
        for key, word in _PARTS.items():
            if name := table.get(key, defaults.get(key)):
                described = self.descriptions.get(key)
                words.append(f"{word} {name} ({described})" if described else f"{word} {name}")
        if "library" in table:
            statistics = (
                " (its statistics at nominal values)"
                if table["library"].get("statistics") == "nominal"
                else ""
            )
            words.append(f"transistors of {table['library'].get('path')}{statistics}")
        elif cells:
            words.append(f"transistors of SkyWater 130 nm, corner {table.get('corner', 'tt')}")
        return ", ".join([*words, str(table.get("temperature", "27 C")).replace(" C", " °C")])


def asked(run: RunFolder, manifest: dict[str, Any]) -> Asked:
    """Return what a run was to do and did.

    Raises:
        InputError: its experiment file is damaged.
    """
    spec = stored_spec(run)
    if spec is None:
        return Asked(None, manifest)
    table = spec.get("technology", {})
    names = {"rram": table.get("rram", "hfo2_130nm" if spec.get("conditions") else None)}
    names |= {key: table.get(key) for key in ("mtj", "superparamagnetic")}
    descriptions = {key: _description(run, key, str(name)) for key, name in names.items() if name}
    return Asked(spec, manifest, descriptions, _bundled(run, str(manifest.get("name"))))


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
            path = data_path("device_models", "rram" if key == "rram" else "mtj", f"{name}.toml")
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
                (statistics.conditions or what.manifest.get("studies")) else f"{words}.",)  # fmt: skip
    *most, last = what.skipped
    parts = f"{', '.join(most)} and {last}" if most else last
    return (f"{words}, and it leaves out {parts}. The full run has all: {what.command}",)
