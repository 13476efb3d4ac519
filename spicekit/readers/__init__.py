"""Files of others, read with suspicion: each format once, bounded before anything is allocated, nothing executed.

Whatever is wrong with a file ends as one InputError that names it.
"""

from spicekit.readers.csv_rows import MARKS, number, read_rows
from spicekit.readers.guard import content_of, reading
from spicekit.readers.json_tree import parse_json, read_json
from spicekit.readers.npz import names_in, read_npz
from spicekit.readers.pickled import Stored, read_pickled
from spicekit.readers.toml_tree import parse_toml, read_toml, toml_text

__all__ = [
    "MARKS",
    "Stored",
    "content_of",
    "names_in",
    "number",
    "parse_json",
    "parse_toml",
    "read_json",
    "read_npz",
    "read_pickled",
    "read_rows",
    "read_toml",
    "reading",
    "toml_text",
]
