"""The page of a source of random bits, whichever it is."""

from pathlib import Path

from spicekit import statistics
from spicekit.data import data_path
from spicekit.entropy.sources import Asked, Found
from spicekit.entropy.trng import result as of_junction
from spicekit.entropy.trng.page import write_trng
from spicekit.entropy.writes import asked as pairs
from spicekit.entropy.writes import result as of_pairs
from spicekit.entropy.writes.page import write_writes


def schema_of(asked: Asked) -> str:
    """Return what the `summary.json` of the answer says it is."""
    return of_pairs.SCHEMA if isinstance(asked, pairs.Asked) else of_junction.SCHEMA


def write_bits(found: Found, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    if isinstance(found, of_pairs.Found):
        beside = statistics.load(data_path("reports", "trng", "statistics.json"))
        return write_writes(found, folder, provenance, command, beside)
    return write_trng(found, folder, provenance, command)
