"""A run folder as a Python object: what came out of an experiment."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.run.replay import Replay, replay
from spicekit.run.so_far import SoFar, opened
from spicekit.run_folder import RunFolder
from spicekit.statistics import Statistics


@dataclass(frozen=True)
class Run:
    """A run that has ended or not, in its folder; each attribute is read from there anew.

    Of a run that has not ended everything stands on the samples that are there; `finished` tells.

    Raises:
        InputError: at construction, there is no run folder; later, a file of it is damaged.
    """

    folder: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))
        self._opened()

    @property
    def finished(self) -> bool:
        """Whether the run has ended."""
        return not isinstance(self._opened(), SoFar)

    @property
    def statistics(self) -> Statistics:
        """What was found, in SI units; rates with intervals."""
        return self._opened().statistics()

    @property
    def samples(self) -> pd.DataFrame:
        """The samples that count, one row for each chain, SI units (docs/experiment.md, run folder)."""
        return self._opened().samples()

    @property
    def table(self) -> pd.DataFrame:
        """One row for each condition, units in the names of the columns, as in table.csv."""
        from spicekit.report import summary_table  # here, as the pictures of reports take a second to load

        return summary_table(self.statistics)

    def study(self, name: str) -> pd.DataFrame:
        """Return the rows of a study that count.

        Raises:
            InputError: the run has no rows of it; names those that it has.
        """
        found = self._opened().study(name)
        if found is None:
            folder = RunFolder(self.folder).studies_folder
            known = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
            raise InputError(
                f"{self.folder}: has no study `{name}`{did_you_mean(name, known)}; it has {', '.join(known) or 'none'}"
            )
        return found

    def report(self) -> Path:
        """Write report.html and table.csv into the folder, as `spicekit report` does, and return the page's path."""
        from spicekit.report import build_report, write_table_csv

        folder = self._opened()
        page = build_report(folder)
        write_table_csv(folder.statistics(), folder.table_file)
        return page

    def replay(self, sample: str) -> Replay:
        """Simulate one sample again, alone, exactly as it was drawn, as `spicekit show` does.

        Args:
            sample: CONDITION:NUMBER, CONDITION:NUMBER@CYCLES, or of a study STUDY/POINT:NUMBER.

        Returns:
            `rows`, as of `samples` or `study`; `steps`, its decks with their values; `waveforms()`, a table of step,
            time [s], signal, value.

        Raises:
            InputError: no such sample, or experiment or models have changed since the run.
        """
        return replay(RunFolder(self.folder), sample)

    def _opened(self) -> RunFolder:
        return opened(RunFolder(self.folder))
