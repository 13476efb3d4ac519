"""An experiment as a Python object: plain SI numbers in; an experiment file, or a run, out."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import tomlkit

from spicekit.cli.options import CORES
from spicekit.cli.run import carried_out, verdicts
from spicekit.errors import InputError, Interrupted, ResultWarning
from spicekit.experiment.file import SCHEMA, SpecFile, checked, find_spec
from spicekit.face.run import Run
from spicekit.ngspice.executors import backend_of
from spicekit.readers import parse_toml, toml_text
from spicekit.run.execute import Settings
from spicekit.run.plan import make_plan
from spicekit.run.spec import Spec, parse_spec
from spicekit.run_folder import RunFolder, write_text

Quantity = float | str
"""A plain SI number, or text with a unit such as "200 uA"; experiments keep the number."""
_NOTHING = ("", {}, [])
_FILES = ("rram", "mtj", "superparamagnetic", "design")  # keys of `technology` that may name one


@dataclass(frozen=True)
class Condition:
    """A programming condition, with the keys of `[[conditions]]` of an experiment file.

    Attributes:
        set_compliance: A, to which the access transistor limits SET.
        reset_voltage: V, over cell and access transistor.
        pulse_width: s, of SET and RESET, at half height.
        published, targets, estimate: tables of the experiment file, by key.
    """

    name: str
    set_compliance: Quantity
    reset_voltage: Quantity
    pulse_width: Quantity
    published: Mapping[str, Any] | None = None
    targets: Mapping[str, Any] | None = None
    estimate: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment: what an experiment file says, checked as a file is. Change one with `dataclasses.replace`.

    All tables have the keys of the experiment file (docs/experiment.md). A quantity is a plain SI number or text with a
    unit: a temperature of 300.15 is in kelvin, "27 C" is text. Names of files are relative to the working folder.

    Attributes:
        samples: chains of each condition; may be left out if there are studies only.
        studies: tables by the names of the studies.

    Raises:
        InputError: at construction, one line for the first key that is wrong; models are looked at by `run`.
    """

    name: str
    seed: int
    samples: int | None = None
    conditions: Sequence[Condition | Mapping[str, Any]] = ()
    title: str = ""
    technology: Mapping[str, Any] = field(default_factory=dict)
    monte_carlo: Mapping[str, Any] = field(default_factory=dict)
    endurance: Mapping[str, Any] | None = None
    estimate: Mapping[str, Any] | None = None
    grid: Mapping[str, Any] | None = None
    studies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _file: tuple[Path, str] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        content = checked(self._tree(), self._source, plain=True)
        for key, value in _given(content, Path()).items():
            object.__setattr__(self, key, value)
        parse_toml(self._source, self.text)  # refuses characters that no file may hold

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Read an experiment file, or a bundled one by its name. Names of files in it are relative to its folder.

        Raises:
            InputError: there is none, or one line for the first key that is wrong.
        """
        path = find_spec(source)
        text = toml_text(path)
        found = cls(**_given(checked(parse_toml(path, text), path), path.parent))
        object.__setattr__(found, "_file", (path, text))
        return found

    @property
    def text(self) -> str:
        """The experiment as TOML, in which quantities have units; comments of a loaded file are not kept."""
        content = checked(self._tree(), self._source, plain=True)
        return tomlkit.dumps(
            content.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        )

    def save(self, path: str | Path) -> Path:
        """Write the experiment file that `spicekit run` takes, and return its path.

        Raises:
            InputError: another file has that name, or it cannot be written.
        """
        path = Path(path)
        if path.exists() and not (path.is_file() and path.read_bytes() == self.text.encode()):
            raise InputError(f"{path}: exists already; nothing is overwritten, give another name")
        if not path.parent.is_dir():
            raise InputError(f"{path}: there is no folder {path.parent}: make it first")
        write_text(path, self.text)
        return path

    def run(
        self,
        folder: str | Path | None = None,
        *,
        workers: int | None = None,
        quick: bool = False,
        progress: bool = True,
        executor: str = "local",
        sample_timeout: float = 120.0,
        max_discards: float = 1e-3,
    ) -> Run:
        """Simulate what is missing in `folder`, as `spicekit run` does; finished, it does nothing. Return the run.

        Args:
            folder: run folder; runs/NAME if None.
            workers: processes; one for each core if None, at most 8. Results do not depend on it.
            quick: the short form: `quick_samples` of each condition, estimates with `quick_max_runs`.
            progress: whether to show it on standard error.
            executor: where samples run: "local", or "dask:ADDRESS".
            sample_timeout: s, that one simulation may take.
            max_discards: share of samples that may be discarded before the run ends.

        Raises:
            InputError: the folder holds another experiment, or a model cannot be used.
            SimulatorError: ngspice is missing or refuses a deck.
            KeyboardInterrupt: Ctrl-C, with a word about what is kept.

        Warns:
            ResultWarning: an estimate that is no result, a target that is missed, too many discards.
        """
        workers = CORES if workers is None else workers
        if not (isinstance(workers, int) and workers >= 1):
            raise InputError(f"`workers` is {workers!r}, expected a whole number of processes, at least 1")
        if not 0 < sample_timeout < math.inf:
            raise InputError(f"`sample_timeout` is {sample_timeout!r}, expected seconds above 0")
        if not 0 <= max_discards <= 1:
            raise InputError(f"`max_discards` is {max_discards!r}, expected a share from 0 to 1")
        backend = backend_of(executor)
        plan = make_plan(self._spec(), quick=quick)
        settings = Settings(
            workers, backend, sample_timeout, plan.spec.content.monte_carlo.wall_time, max_discards
        )
        place = RunFolder(Path(folder) if folder is not None else Path("runs") / self.name)
        try:
            finished, _ = carried_out(plan, place, settings, quiet=not progress)
        except Interrupted as end:  # an `except Exception` of the caller must not go on
            raise KeyboardInterrupt(str(end)) from None
        for line in verdicts(plan, place, finished, settings).all:
            warnings.warn(line, ResultWarning, stacklevel=2)
        return Run(place.path)

    @property
    def _source(self) -> Path:
        """What messages begin with."""
        return Path(f"experiment {self.name}")

    def _spec(self) -> Spec:
        if self._file is not None:
            path, text = self._file
            return parse_spec(text, path)
        return parse_spec(self.text, self._source)

    def _tree(self) -> dict[str, Any]:
        """Return the tree of the experiment file; numbers are plain SI."""
        tree = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.init}
        if not tree["title"]:
            del tree["title"]
        samples, table = tree.pop("samples"), tree["monte_carlo"]
        if samples is not None and isinstance(table, dict):
            if "samples" in table:
                raise InputError(f"{self._source}: `samples` is given twice: leave it out of `monte_carlo`")
            table = {"samples": samples, **table}
        ordered = {"schema": SCHEMA, **tree, "monte_carlo": table}
        # an empty `estimate` asks for estimates; of the others nothing is said
        return {
            k: v
            for k, v in ordered.items()
            if v is not None and (k in ("endurance", "estimate", "grid") or v not in _NOTHING)
        }


def _plain(node: Any) -> Any:
    """Return plain dictionaries, lists and numbers; what is None is left out."""
    if isinstance(node, Condition):
        node = vars(node)
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items() if value is not None}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    if isinstance(node, np.ndarray | np.generic):
        return node.tolist()
    return str(node) if isinstance(node, Path) else node


def _given(content: SpecFile, folder: Path) -> dict[str, Any]:
    """Return what an experiment is made of: numbers plain SI, files below `folder` by their whole path."""
    given = content.model_dump(exclude_unset=True, exclude_none=True)
    del given["schema_"]
    table = given.get("technology", {})
    for key in _FILES:
        if key in table:
            table[key] = _whole(folder, table[key])
    if "library" in table:
        library = table["library"]
        library["path"] = _whole(folder, library["path"])
        if "osdi" in library:
            library["osdi"] = [_whole(folder, name) for name in library["osdi"]]
    if isinstance(named := given.get("grid", {}).get("rram"), list):
        given["grid"]["rram"] = [_whole(folder, name) for name in named]
    for point in given.get("grid", {}).get("points", ()):
        if isinstance(named := point.get("rram"), str):
            point["rram"] = _whole(folder, named)
    for name, asked in content.asked_studies.items():
        for key in asked.files:
            _make_whole(folder, given["studies"][name], key)
    if "monte_carlo" in given:
        given["samples"] = given["monte_carlo"].pop("samples", None)
    given["conditions"] = tuple(Condition(**one) for one in given.get("conditions", ()))
    return given


def _make_whole(folder: Path, table: dict[str, Any], key: str) -> None:
    """Make the path at a dotted key of a table whole, in each entry of a list on the way."""
    first, _, rest = key.partition(".")
    if not rest:
        if first in table:  # a key may have a default
            table[first] = _whole(folder, table[first])
        return
    inner = table.get(first, [])
    for one in inner if isinstance(inner, list) else [inner]:
        _make_whole(folder, one, rest)


def _whole(folder: Path, name: str) -> str:
    path = folder / name
    return str(path.absolute()) if path.is_file() else name
