"""Which studies there are: every folder of `spicekit/studies`, and what installed packages bring.

A folder is a Python package with an `ORDER` (its place in runs and reports) and up to four modules:

* ``result.py`` with `RESULTS`, blocks by their key in `statistics.json`; it needs no simulator, and no section;
* ``table.py`` with `TABLE`, the keys of what is asked (`spicekit.experiment.study.StudyTable`); it needs no simulator;
* ``study.py`` with `STUDY`, how that is simulated and analyzed (`spicekit.studies.study.Study`);
* ``section.py`` with ``section(statistics, rows)``, how what was found is shown, or None where nothing was.

Another distribution brings a study by an entry point of the group ``spicekit.studies`` that names such a package.
"""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

from spicekit.block import Block

if TYPE_CHECKING:
    import pandas as pd

    from spicekit.experiment.study import StudyTable
    from spicekit.page.section import Section
    from spicekit.statistics import Statistics
    from spicekit.studies.study import Study

GROUP = "spicekit.studies"
"""Package that holds them, and group of the entry points by which other distributions bring theirs."""
_LAST = 1000  # place of a folder that gives none


@cache
def packages() -> tuple[ModuleType, ...]:
    """Return all folders, in order; some only share something and are no study."""
    folder = import_module(GROUP)
    own = [import_module(f"{GROUP}.{found.name}") for found in iter_modules(folder.__path__) if found.ispkg]
    brought = [entry.load() for entry in entry_points(group=GROUP)]
    return tuple(
        sorted([*own, *brought], key=lambda package: (getattr(package, "ORDER", _LAST), package.__name__))
    )


def _name(package: ModuleType) -> str:
    return package.__name__.rpartition(".")[2]


def _parts(part: str) -> Iterator[tuple[ModuleType, ModuleType]]:
    """Yield (package, its module `part`) of every folder that has one, in order."""
    for package in packages():
        name = f"{package.__name__}.{part}"
        if find_spec(name):
            yield package, import_module(name)


@cache
def results() -> dict[str, type[Block]]:
    """Return every block that a study may fill in, by its key in `statistics.json`.

    Raises:
        ValueError: two folders claim the same key.
    """
    found: dict[str, type[Block]] = {}
    for package in packages():
        for key, block in results_of(package).items():
            if key in found:
                raise ValueError(
                    f"{package.__name__}: `{key}` of its RESULTS is the key of another study already"
                )
            found[key] = block
    return found


def results_of(package: ModuleType) -> dict[str, type[Block]]:
    """Return the blocks that one folder fills in."""
    name = f"{package.__name__}.result"
    return dict(getattr(import_module(name), "RESULTS", {})) if find_spec(name) else {}


@cache
def tables() -> "dict[str, type[StudyTable]]":
    """Return the keys of every study, by its name, in the order in which they run."""
    return {_name(package): module.TABLE for package, module in _parts("table")}


@cache
def studies() -> "dict[str, Study]":
    """Return every study by its name, in the order in which they run.

    Raises:
        ValueError: a folder has one of `table.py` and `study.py` alone, or another name than its study.
    """
    found = {module.STUDY.name: module.STUDY for _, module in _parts("study")}
    under_studies = {name for name, study in found.items() if study.asked is None}
    if alone := sorted(under_studies ^ tables().keys()):
        raise ValueError(
            f"study {alone[0]}: needs a `TABLE` in table.py and a `STUDY` in study.py, of the name of their folder"
        )
    return found


@cache
def sections() -> "dict[str, Callable[[Statistics, pd.DataFrame | None], Section | None]]":
    """Return what makes the sections of the report, by the name of the study, in their order."""
    return {_name(package): module.section for package, module in _parts("section")}


def described(block: type[Block]) -> Any:
    """Return the first line of what a block says of itself."""
    return (block.__doc__ or "").partition("\n")[0].rstrip(".")
