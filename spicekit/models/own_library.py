"""Transistors from the user's own SPICE library: named subcircuits or models, with a stated A_VT."""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.models.transistor import InstanceText, Process, Spread, Transistor
from spicekit.ngspice.safety import refuse_control_blocks

_PATH = r"(?P<path>\"[^\"]*\"|'[^']*'|\S+)"
_INCLUDE = re.compile(rf"\s*\.inc\w*\s*=?\s*{_PATH}", re.IGNORECASE)
_LIB = re.compile(rf"\s*\.lib\s+{_PATH}\s+(?P<section>[^\s;$]+)", re.IGNORECASE)
_WORDS = {"X": "subcircuit", "M": "model"}
_NAME = re.compile(r"[A-Za-z_][\w.$-]*")


@dataclass(frozen=True)
class _OwnLibrary(Process):
    element: str  # "X" (subcircuit) or "M" (model)
    models: Mapping[str, str] = field(hash=False)  # kind -> name in the library
    avt: Mapping[str, float] = field(hash=False)  # kind -> A_VT, V m
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
    text = "\n".join(_inlined(path, section, ()))
    given = {"nmos": nmos, "pmos": pmos, "access": access}
    models = {kind: name for kind, name in given.items() if name is not None}
    for kind, name in models.items():
        _find(kind, name, element, text, path)
    return _OwnLibrary(
        name=f"{path.name} {section}" if section else path.name,
        header=tuple(text.split("\n")),
        supply=supply,
        access_supply=access_supply,
        identity=hashlib.sha256(text.encode()).hexdigest(),
        element=element,
        models=models,
        avt=avt,
        length_unit=length_unit,
    )


def _inlined(path: Path, section: str | None, asked_by: tuple[Path, ...]) -> list[str]:
    """Return the used lines of a file and of all it includes, so that a deck is complete by itself.

    Lines of other sections stay out: ngspice would read all, and take minutes for a foundry's library.
    """
    by = f" (asked for by {asked_by[-1]})" if asked_by else ""
    if not path.is_file():
        raise InputError(f"{path}: no such file{by}; give the path of a SPICE library")
    if path in asked_by and section is None:
        raise InputError(f"{path} includes itself{by}")
    text = path.read_text(encoding="utf-8", errors="replace")
    refuse_control_blocks(text, str(path))
    lines = []
    for line in text.splitlines() if section is None else _section(text, section, path):
        match = _INCLUDE.match(line) or _LIB.match(line)
        if match is None:
            lines.append(line)
            continue
        child = path.parent / Path(match["path"].strip("\"'")).expanduser()
        if len(asked_by) > 50:
            raise InputError(f"{path}: includes are nested more than 50 deep")
        lines += _inlined(child.resolve(), match.groupdict().get("section"), (*asked_by, path))
    return lines


def _section(text: str, section: str, path: Path) -> list[str]:
    lines, known, inside = [], [], False
    for line in text.splitlines():
        opened = re.match(r"\s*\.lib\s+([^\s\"']+)\s*$", line, re.IGNORECASE)
        if opened:
            known.append(opened[1])
            inside = opened[1].lower() == section.lower()
        elif re.match(r"\s*\.endl", line, re.IGNORECASE):
            inside = False
        elif inside:
            lines.append(line)
    if section.lower() not in [name.lower() for name in known]:
        raise InputError(f"{path}: no section `.lib {section}`{did_you_mean(section, known)}")
    return lines


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
