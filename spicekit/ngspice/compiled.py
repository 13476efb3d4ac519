"""Files with compiled Verilog-A models (OSDI) that a user brings along, such as those of a foundry's kit."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from spicekit.errors import InputError


@dataclass(frozen=True)
class Compiled:
    """A library of compiled models that the user names, and so trusts: loading it runs its code in ngspice."""

    path: str
    sha256: str  # of its bytes; results made with other models are other results
    words: frozenset[str]  # names in it, in lower case: those of its modules are among them


def compiled_file(path: Path) -> Compiled:
    """Return the compiled models of an OSDI file.

    Raises:
        InputError: no such file, or none that an OSDI compiler made.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror}; give an OSDI file, as openvaf makes it"
        ) from None
    if b"OSDI_DESCRIPTORS" not in data:
        raise InputError(
            f"{path}: is no OSDI file: compile the Verilog-A text, such as by `openvaf-r FILE.va`"
        )
    words = re.findall(rb"(?<=\0)[A-Za-z_]\w*(?=\0)", data)
    return Compiled(str(path), hashlib.sha256(data).hexdigest(), frozenset(w.decode().lower() for w in words))
