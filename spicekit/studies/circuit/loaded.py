"""What is asked of circuits, with the text of their netlists."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spicekit.circuits.foreign.source import resolved
from spicekit.data import data_path
from spicekit.errors import InputError, did_you_mean
from spicekit.studies.circuit.table import CircuitTable
from spicekit.studies.study import FindFile


@dataclass(frozen=True)
class Asked:
    """The table, and for each circuit the name of its netlist and its text with what it includes."""

    table: CircuitTable
    netlists: Mapping[str, tuple[str, str]]

    @property
    def quick_samples(self) -> int:
        """The most samples at a point with `--quick`."""
        return max(self.samples(one.name, quick=True) for one in self.table.circuits)

    def samples(self, circuit: str, quick: bool = False) -> int:
        """Return the samples at each point of a circuit."""
        one = next(one for one in self.table.circuits if one.name == circuit)
        key = "quick_samples" if quick else "samples"
        own = getattr(one, key)
        return int(getattr(self.table, key) if own is None else own)


def load(table: CircuitTable, find: FindFile) -> tuple[Asked, Mapping[str, str]]:
    """Read the netlists; return what is asked, and the texts of those that are the user's own by place in a run folder.

    Raises:
        InputError: a netlist is missing, or includes a file that its circuit does not name.
    """
    netlists, own = {}, {}
    for one in table.circuits:
        place, found = find(f"circuit/{one.name}", one.netlist)
        if (path := Path(found)).is_file():
            own[place] = text = resolved(path, one.include)
        else:
            path = _bundled(one.netlist)
            text = resolved(path, ())
        netlists[one.name] = (path.name, text)
    return Asked(table, netlists), own


def _bundled(name: str) -> Path:
    known = {path.stem: path for path in data_path("netlists", "circuit").glob("*.cir")}
    if name in known:
        return known[name]
    raise InputError(
        f"`netlist` {name!r:.200}: no such file, nor a bundled one "
        f"({', '.join(sorted(known))}){did_you_mean(name, known)}"
    )
