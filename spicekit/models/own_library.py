"""Transistors from the user's own SPICE library: named subcircuits or models, with a stated A_VT."""

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from spicekit.errors import InputError, did_you_mean
from spicekit.models.transistor import InstanceText, Process, Spread, Transistor
from spicekit.ngspice.allowed import check_lines, refuse_at_top
from spicekit.ngspice.compiled import compiled_file
from spicekit.ngspice.draws import MISMATCH, PROCESS, with_parameters
from spicekit.ngspice.flat import expanded, flat_lines, in_use, sections
from spicekit.ngspice.lines import Line
from spicekit.ngspice.refusals import stated_scale
from spicekit.ngspice.wiring import drawn_by, wired, without_unused

STATISTICS = {"drawn": (PROCESS, MISMATCH), "process": (PROCESS,), "mismatch": (MISMATCH,), "nominal": ()}
"""Which of the random numbers of a library are drawn; the others take their nominal values."""

_RANDOM_HINT = 'give `statistics = "nominal"` beside the path of the library to take its nominal value'
_WORDS = {"X": "subcircuit", "M": "model"}
_NAME = re.compile(r"[A-Za-z_][\w.$-]*")


@dataclass(frozen=True)
class _OwnLibrary(Process):
    element: str  # "X" (subcircuit) or "M" (model)
    models: Mapping[str, str] = field(hash=False)  # kind -> name in the library
    avt: Mapping[str, float] = field(hash=False)  # kind -> A_VT, V m
    length_unit: float  # m per unit of `w` and `l`

    def instance(
        self,
        name: str,
        drain: str,
        gate: str,
        source: str,
        bulk: str,
        transistor: Transistor,
        matched: bool = False,
    ) -> InstanceText:
        kind = transistor.kind
        if kind not in self.models:
            raise InputError(f"{self.name} names no `{kind}` transistor: give `{kind}=` to the library")
        width, length = transistor.width / self.length_unit, transistor.length / self.length_unit
        size = f"w={width:.12g} l={length:.12g}"
        start = self.element.lower()
        line = f"{start}{name.removeprefix(start)} {drain} {{}} {source} {bulk} {self.models[kind]} {size}"
        avt = self.avt.get(kind, 0.0)
        if avt == 0 or matched:
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
    thick_pmos: str | None = None,
    element: str = "X",
    length_unit: float = 1.0,
    avt_nmos: float = 0.0,
    avt_pmos: float = 0.0,
    avt_access: float = 0.0,
    supply: float = 1.8,
    access_supply: float | None = None,
    statistics: str = "drawn",
    osdi: Sequence[str | Path] = (),
) -> Process:
    """Return the user's own library as a process.

    `path` is a file with ``.lib SECTION`` … ``.endl`` blocks, or without when `section` is None. `nmos`, `pmos`,
    `access` and, for the drivers of an array alone, `thick_pmos` name its subcircuits (`element` "X") or models
    ("M"), pins drain gate source bulk, sizes ``w`` and ``l`` in units of `length_unit` m (1e-6 where the library sets
    ``.option scale=1u``, which is kept then). `avt_*` (V m; 3 mV µm is 3e-9) gives each instance a voltage source in
    series with its gate, which adds to the signed threshold, one standard deviation A_VT / sqrt(width * length)
    (Pelgrom 1989); 0 states no mismatch. `supply` and `access_supply` in V. Random numbers of the library
    (``agauss``, ``limit``, …) become coordinates that samples draw: of the process, one for all transistors of a
    sample, where they stand outside of subcircuits, and of each instance inside. `statistics` "process" or "mismatch"
    takes these alone, "nominal" none. `osdi` are files with the compiled Verilog-A models of the library (``N``
    elements): they run inside of ngspice, so name only those that you trust.

    Raises:
        InputError: if a file, the section or a name is missing, a number is no use, or a file holds commands.
    """
    path = expanded(str(path), "`path`").resolve()
    if statistics not in STATISTICS:
        raise InputError(
            f"`statistics` is `{statistics}`: expected {', '.join(f'`{one}`' for one in STATISTICS)}"
            f"{did_you_mean(statistics, STATISTICS)}"
        )
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
    given = {"nmos": nmos, "pmos": pmos, "access": access, "thick_pmos": thick_pmos}
    models = {kind: name for kind, name in given.items() if name is not None}
    lines = flat_lines(path, section)
    for kind, model in models.items():
        _find(kind, model, element, lines, path)
    lines = with_parameters(in_use(lines, models.values() if element == "X" else ()), STATISTICS[statistics])
    # the unit of sizes is the one option of a library that is kept, as its own subcircuits count on it
    scaled = [line for line in lines if stated_scale(line) == length_unit]
    lines = [line for line in lines if stated_scale(line) != length_unit]
    compiled = tuple(compiled_file(expanded(str(file), "`osdi`").resolve()) for file in osdi)
    modules = frozenset[str]().union(*(file.words for file in compiled))
    check_lines(lines, modules=modules, hint=_RANDOM_HINT)
    refuse_at_top(lines)
    lines, coordinates = wired(without_unused(lines))
    for kind, model in models.items():
        if avt[kind] and element == "X" and (drawn := drawn_by(lines, model)):
            raise InputError(
                f"`avt_{kind}`: `{model}` draws mismatch of its own ({len(drawn)} numbers), to which it would add: "
                'leave it out, or give `statistics = "process"`'
            )
    written = [f".options scale={length_unit!r}"] if scaled else []
    text = "\n".join([*written, *(line.written() for line in lines)])
    name = f"{path.name} {section}" if section else path.name
    if statistics != "drawn":
        name += f", {statistics} {'values' if statistics == 'nominal' else 'alone'}"
    return _OwnLibrary(
        name=name,
        header=tuple(text.split("\n")),
        supply=supply,
        access_supply=access_supply,
        identity=hashlib.sha256("\n".join([text, *(file.sha256 for file in compiled)]).encode()).hexdigest(),
        element=element,
        models=models,
        avt=avt,
        length_unit=length_unit,
        osdi=compiled,
        devices={model.lower(): kind for kind, model in reversed(models.items())},  # the first of a name
        drawn_unit=length_unit,
        drawn=coordinates,
    )


def _find(kind: str, name: str, element: str, lines: list[Line], path: Path) -> None:
    if not _NAME.fullmatch(name):
        raise InputError(f"`{kind}` is `{name}`: expected the plain name of a subcircuit or model")
    known = {}
    for letter, word in (("X", "subckt"), ("M", "model")):
        named = (line.text.lower().split()[1:2] for line in lines if line.word == f".{word}")
        names = {found.partition("(")[0] for one in named for found in one}
        # bins of one model are NAME.0, NAME.1, …
        known[letter] = {re.sub(r"\.\d+$", "", found) for found in names}
    if name.lower() in known[element]:
        return
    other = "M" if element == "X" else "X"
    if name.lower() in known[other]:
        raise InputError(
            f"{path}: `{name}` is no {_WORDS[element]} but a {_WORDS[other]}: set `element` to `{other}`"
        )
    there = sections(path) if not known["X"] | known["M"] else []
    if there:
        raise InputError(
            f"{path}: has sections ({', '.join(there[:9])}), and nothing outside of them: give `section`"
        )
    raise InputError(f"{path}: no {_WORDS[element]} `{name}`{did_you_mean(name.lower(), known[element])}")
