"""Transistors from the user's own SPICE library: named subcircuits or models, with a stated A_VT."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.models.transistor import InstanceText, Process, Spread, Transistor
from spicekit.ngspice.safety import refuse_control_blocks

_WORDS = {"X": "subcircuit", "M": "model"}
_NAME = re.compile(r"[A-Za-z_][\w.$-]*")


@dataclass(frozen=True)
class _OwnLibrary(Process):
    element: str  # "X" (subcircuit) or "M" (model)
    models: Mapping[str, str]  # kind -> name in the library
    avt: Mapping[str, float]  # kind -> A_VT, V m
    length_unit: float  # m per unit of `w` and `l`

    def instance(
        self, name: str, drain: str, gate: str, source: str, bulk: str, transistor: Transistor
    ) -> InstanceText:
        kind = transistor.kind
        if kind not in self.models:
            raise InputError(f"{self.name} names no `{kind}` transistor: give `{kind}=` to the library")
        width, length = transistor.width / self.length_unit, transistor.length / self.length_unit
        size = f"w={width:.12g} l={length:.12g}"
        start = self.element.lower()
        line = f"{start}{name.removeprefix(start)} {drain} {{}} {source} {bulk} {self.models[kind]} {size}"
        avt = self.avt.get(kind, 0.0)
        if avt == 0:
            return InstanceText((line.format(gate),), (), ())
        sigma = avt / math.sqrt(transistor.width * transistor.length)
        lines = (f"vos_{name} {gate} gate_{name} 0", line.format(f"gate_{name}"))
        return InstanceText(lines, (), (Spread(f"{name}.vth", f"alter vos_{name}={{}}", 0.0, sigma, "V"),))


def own_library(
    path: str | Path,
    section: str | None = None,
    *,
    nmos: str | None = None,
    pmos: str | None = None,
    access: str | None = None,
    element: str = "X",
    length_unit: float = 1.0,
    avt_nmos: float = 0.0,
    avt_pmos: float = 0.0,
    avt_access: float = 0.0,
    supply: float = 1.8,
    access_supply: float | None = None,
) -> Process:
    """Return the user's own library as a process.

    `path` is a file with ``.lib SECTION`` … ``.endl`` blocks, or without when `section` is None. `nmos`,
    `pmos` and `access` name its subcircuits (`element` "X") or models ("M"), pins drain gate source bulk,
    sizes ``w`` and ``l`` in units of `length_unit` m (1e-6 where the library sets ``.option scale=1u``).
    `avt_*` (V m; 3 mV µm is 3e-9) gives each instance a voltage source in series with its gate, which adds
    to the signed threshold, one standard deviation A_VT / sqrt(width * length) (Pelgrom 1989); 0 states no
    mismatch. `supply` and `access_supply` in V.

    Raises:
        InputError: if a file, the section or a name is missing, a number is no use, or a file holds commands.
    """
    path = Path(path).resolve()
    if element not in ("X", "M"):
        raise InputError(f"`element` is `{element}`: expected `X` (subcircuits) or `M` (models)")
    avt = {"nmos": avt_nmos, "pmos": avt_pmos, "access": avt_access}
    for kind, value in avt.items():
        # an A_VT above 1 V µm is a unit mistake (3 mV µm is 3e-9 V m)
        if not 0 <= value <= 1e-6:
            raise InputError(f"`avt_{kind}` is {value!r}: expected V m, such as 3e-9 for 3 mV µm, or 0")
    access_supply = supply if access_supply is None else access_supply
    for key, value in (("length_unit", length_unit), ("supply", supply), ("access_supply", access_supply)):
        if not (value > 0 and math.isfinite(value)):
            raise InputError(f"`{key}` is {value!r}: expected a positive number")
    digest, text = hashlib.sha256(), ""
    for _, part in read_library(path, section):
        digest.update(part.encode())
        text += part + "\n"
    given = {"nmos": nmos, "pmos": pmos, "access": access}
    models = {kind: name for kind, name in given.items() if name is not None}
    for kind, name in models.items():
        _find(kind, name, element, text, path)
    return _OwnLibrary(
        name=f"{path.name} {section}" if section else path.name,
        header=(f'.lib "{path}" {section}' if section else f'.include "{path}"',),
        supply=supply,
        access_supply=access_supply,
        identity=digest.hexdigest(),
        element=element,
        models=models,
        avt=avt,
        length_unit=length_unit,
    )


def read_library(path: Path, section: str | None) -> Iterator[tuple[Path, str]]:
    """Yield every file (and its used text) that ngspice would read, after checking that it holds no commands.

    Raises:
        InputError: if a file or section is missing, or a file holds a control block.
    """
    waiting, seen = [(path, section, "the library")], set()
    while waiting:
        file, part, asked_by = waiting.pop()
        if (file, part) in seen:
            continue
        seen.add((file, part))
        # the path and section go into the deck: a quote or a line break there would be a line of its own
        if re.search(r'["\n\r]', str(file)) or (part is not None and not _NAME.fullmatch(part)):
            raise InputError(f"{asked_by}: `{file}` `{part}` is not a plain path and section name")
        if not file.is_file():
            raise InputError(f"{file}: no such file (asked for by {asked_by})")
        text = file.read_text(encoding="utf-8", errors="replace")
        refuse_control_blocks(text, str(file))
        used = text if part is None else _section(text, part, file)
        yield file, used
        for line in used.splitlines():
            if match := re.match(
                r"\s*\.(inc\w*|lib)\s+(\"[^\"]*\"|'[^']*'|\S+)\s*(\S*)", line, re.IGNORECASE
            ):
                word, target, name = match[1].lower(), match[2].strip("\"'"), match[3]
                if word == "lib" and (not name or name[0] in "$;*"):
                    continue  # `.lib NAME` opens a section
                waiting.append(
                    (file.parent / Path(target).expanduser(), name if word == "lib" else None, str(file))
                )


def _section(text: str, section: str, file: Path) -> str:
    opened = rf"^[ \t]*\.lib[ \t]+{re.escape(section)}[ \t]*$(.*?)^[ \t]*\.endl"
    match = re.search(opened, text, re.MULTILINE | re.DOTALL | re.IGNORECASE)
    if match is None:
        known = re.findall(r"^[ \t]*\.lib[ \t]+([^\s\"']+)[ \t]*$", text, re.MULTILINE | re.IGNORECASE)
        raise InputError(f"{file}: no section `.lib {section}`{did_you_mean(section, known)}")
    return match[1]


def _find(kind: str, name: str, element: str, text: str, path: Path) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"`{kind}` is `{name}`: expected the plain name of a subcircuit or model")
    known = {}
    for letter, word in (("X", "subckt"), ("M", "model")):
        names = re.findall(rf"^[ \t]*\.{word}[ \t]+([^\s(]+)", text, re.MULTILINE | re.IGNORECASE)
        # bins of one model are NAME.0, NAME.1, …
        known[letter] = {re.sub(r"\.\d+$", "", found.lower()) for found in names}
    if name.lower() in known[element]:
        return
    other = "M" if element == "X" else "X"
    if name.lower() in known[other]:
        raise InputError(
            f"{path}: `{name}` is no {_WORDS[element]} but a {_WORDS[other]}: set `element` to `{other}`"
        )
    raise InputError(f"{path}: no {_WORDS[element]} `{name}`{did_you_mean(name.lower(), known[element])}")
