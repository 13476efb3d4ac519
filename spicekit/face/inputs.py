"""Statistics by whatever names them."""

from pathlib import Path

from spicekit import statistics
from spicekit.cli.inputs import statistics_file
from spicekit.statistics import Statistics


def load(source: str | Path) -> Statistics:
    """Return statistics: of a `statistics.json`, of a finished run folder, or those of a name that come along.

    These come along: "programming_conditions", "learning", "oscillators".

    Raises:
        InputError: there are none, or they cannot be used.

    Warns:
        InputWarning: a key that is not used but close to a known one; states that look swapped.
    """
    return statistics.load(statistics_file(str(source)))
