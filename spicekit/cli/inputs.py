"""Statistics as a command is given them: a file, a run folder, or the name of statistics that come along."""

import sys
import warnings
from pathlib import Path

from spicekit.data import data_path
from spicekit.errors import InputError, InputWarning, did_you_mean

BUNDLED = (
    "programming_conditions",
    "learning",
    "oscillators",
    "bayes",
    "neuron",
    "pbit",
    "trng",
    "random_writes",
    "puf",
)
"""Statistics that come along, of the experiments of the same names."""
STATISTICS = (
    "Statistics of devices: a statistics.json (of a run, or your own), a finished run folder, or the name of "
    f"statistics that come along: {', '.join(BUNDLED)}."
)


def statistics_file(source: str) -> Path:
    """Return the file that is meant.

    Raises:
        InputError: there is none; says what there is.
    """
    path = Path(source)
    if source in BUNDLED and not path.exists():
        return data_path("reports", source, "statistics.json")
    if path.is_dir():
        inside = path / "statistics.json"
        if not inside.is_file():
            raise InputError(
                f"{path}: holds no statistics.json: it is no run folder, or its run is not finished "
                "(run it again to go on)"
            )
        return inside
    if not path.exists():
        raise InputError(
            f"{source}: there is no such file or folder, and no statistics of this name come along"
            f"{did_you_mean(source, BUNDLED)}; these do: {', '.join(BUNDLED)}"
        )
    return path


def load_statistics(source: str):  # its type would load more than options need
    """Return (path, statistics) of what is meant; doubts about it go to standard error, one line each.

    Raises:
        InputError: there is none, or it cannot be used.
    """
    from spicekit import statistics

    path = statistics_file(source)
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always", InputWarning)
        found = statistics.load(path)
    for doubt in doubts:
        warn(str(doubt.message))
    return path, found


def warn(text: str) -> None:
    """Say on standard error what is odd but no error."""
    print(f"spicekit: warning: {text}", file=sys.stderr)
