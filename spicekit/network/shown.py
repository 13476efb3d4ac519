"""How results look in Python and in notebooks: as their table, not as all that they hold."""

from abc import ABC, abstractmethod

import pandas as pd


class Shown(ABC):
    """A result with a `table`."""

    @property
    @abstractmethod
    def table(self) -> pd.DataFrame:
        """The numbers that matter, one row for each thing that was tried."""

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return self.table.to_html(notebook=True)
