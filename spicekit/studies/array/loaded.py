"""What is asked of arrays, with the wires and drivers that the table names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from spicekit.experiment.study import StudyTable
from spicekit.models.array import ArrayDesign, load_array
from spicekit.ngspice.flat import read_netlist
from spicekit.studies.array.table import ArrayTable
from spicekit.studies.study import FindFile

Table = TypeVar("Table", bound=StudyTable)


@dataclass(frozen=True)
class Asked(Generic[Table]):
    """The table, and what stands around the cells."""

    table: Table
    array: ArrayDesign

    @property
    def samples(self) -> int:
        """Dies, or devices, at each point."""
        return self.table.samples

    @property
    def quick_samples(self) -> int:
        """The same with `--quick`."""
        return self.table.quick_samples


def load(table: ArrayTable, find: FindFile) -> tuple[Asked[ArrayTable], Mapping[str, str]]:
    """Read the card of wires and drivers; return what is asked, and the user's own text by place in a run folder.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    array, own = read_wires(table.wires, find)
    return Asked(table, array), own


def read_wires(name: str, find: FindFile) -> tuple[ArrayDesign, Mapping[str, str]]:
    """Return wires and drivers by name, and the user's own text by place in a run folder.

    Raises:
        InputError: no such card, or not of the form expected.
    """
    place, found = find("array", name)
    own = {place: read_netlist(Path(found))} if Path(found).is_file() else {}
    return load_array(found), own
