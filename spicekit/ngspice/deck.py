"""A deck: a complete netlist with named parameters and named measurements."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from pathlib import PurePath

import numpy as np

from spicekit.errors import InputError, SimulatorError, did_you_mean
from spicekit.ngspice.allowed import check_netlist
from spicekit.ngspice.compiled import Compiled
from spicekit.ngspice.measure import Measurement, vector_name
from spicekit.ngspice.module_files import module_file
from spicekit.ngspice.verilog_a import module_name

# ngspice's command language gives a meaning to `;`, back-ticks, quotes, `$`, `!`, `<`, `>` and others
_COMMAND = re.compile(r"[A-Za-z0-9_.:#@\[\]()=+\-/, {}]+")
_VECTOR = re.compile(r"[A-Za-z0-9_.:#@\[\]()+\-/,]+")
_OF_TEXT = re.compile(r"alterparam ([a-z]\w*)=\{\}")
_FILE = re.compile(r"[A-Za-z0-9_.+\-/]+")

SET_TEMPERATURE = "option temp={}"
"""The command of a parameter that is the temperature of the circuit, in C: it holds from the next run on."""

RELOAD = "reset"
"""The command after which ngspice has evaluated the text of the netlist anew; it undoes what `alter` did."""

# ngspice 39 crashes on a source that has both a value and `external`, so the value has to go
_CONSTANT_SOURCE = re.compile(
    r"^(([iv]\S*)[ \t]+\S+[ \t]+\S+)[ \t]+(?:dc[ \t]+)?[-+.\d]\S*[ \t]*$", re.I | re.M
)

_LONGEST_COMMAND = 900  # libngspice cuts commands off at 1,024 characters without a word


@dataclass(frozen=True)
class Parameter:
    """A number that is changed between samples by one ngspice command."""

    name: str  # e.g. "left.gap"
    command: str  # with one `{}` for the value, e.g. "alter v.xl.vgap={}"
    nominal: float  # SI; a temperature in C
    in_netlist: bool = True  # whether the netlist has the nominal value itself

    def __post_init__(self) -> None:
        plain = _COMMAND.fullmatch(self.command) and not set("{}").intersection(
            self.command.replace("{}", "")
        )
        if self.command.count("{}") != 1 or not plain:
            raise InputError(
                f"parameter `{self.name}`: `command` is {self.command!r}, expected one line with one `{{}}`, of "
                "letters, digits and the signs of names and lists"
            )
        known = self.command.split()[0] in ("alter", "altermod") or self.of_text
        if not known and self.command != SET_TEMPERATURE:
            raise InputError(
                f"parameter `{self.name}`: `command` is {self.command!r}, expected `alter`, `altermod`, "
                f"`alterparam NAME={{}}` or `{SET_TEMPERATURE}`"
            )
        if len(self.command) > _LONGEST_COMMAND:
            raise InputError(
                f"parameter `{self.name}`: `command` is longer than {_LONGEST_COMMAND} characters"
            )
        if not math.isfinite(self.nominal):
            raise InputError(
                f"parameter `{self.name}`: `nominal` is {self.nominal}, expected a finite number"
            )

    @property
    def of_text(self) -> str:
        """The name of the `.param` line that it is, if ngspice evaluates the netlist anew for each value; else ""."""
        found = _OF_TEXT.fullmatch(self.command)
        return found[1] if found else ""

    def set_to(self, value: float) -> str:
        """Return the ngspice command that sets `value`; 17 digits, so that it arrives bit for bit."""
        return self.command.replace("{}", f"{value:.17g}")


@dataclass(frozen=True)
class Deck:
    """What is simulated, what is varied in it, and what is read from it.

    Raises:
        InputError: at construction, for a netlist with lines that are not known to be good (`allowed`), that is
            incomplete or depends on ngspice's own random numbers, and for names that are not unique.
    """

    name: str
    netlist: str  # complete text: title line, elements, one `.tran`, `.end`
    parameters: tuple[Parameter, ...]
    measurements: tuple[Measurement, ...]
    stop_time: float  # s; a run that does not reach it is discarded
    also_save: tuple[str, ...] = ()  # vectors for plots, beside those that measurements read
    verilog_a: tuple[str, ...] = ()  # texts of the models that must be compiled and loaded before
    osdi: tuple[Compiled, ...] = ()  # libraries of compiled models that must be loaded before

    def __post_init__(self) -> None:
        _check_netlist(self)
        _check_unique(self.name, "parameter", [p.name for p in self.parameters])
        _check_unique(self.name, "parameter command", [p.command for p in self.parameters])
        _check_unique(self.name, "measurement", [m.name for m in self.measurements])
        for m in self.measurements:
            if not is_dataclass(m):
                raise InputError(
                    f"deck `{self.name}`: measurement `{m.name}` is not a dataclass; its fields are identity"
                )
        if not (math.isfinite(self.stop_time) and self.stop_time > 0):
            raise InputError(f"deck `{self.name}`: `stop_time` is {self.stop_time}, expected seconds above 0")
        if not self.vectors:
            raise InputError(f"deck `{self.name}`: nothing to save; give a measurement or `also_save`")
        for vector in self.vectors:
            if not _VECTOR.fullmatch(vector):
                raise InputError(
                    f"deck `{self.name}`: {vector!r} is no name of a vector, expected one such as `v(out)`"
                )

    @cached_property
    def identity(self) -> str:
        """SHA-256 of everything that affects results."""
        public = {
            "schema": "spicekit.deck/1",
            "netlist": self.netlist.replace("\r\n", "\n"),
            "parameters": [[p.name, p.command, float(p.nominal).hex()] for p in self.parameters],
            "measurements": [_fields(m) for m in self.measurements],
            "stop_time": float(self.stop_time).hex(),
            **({"verilog_a": self.verilog_a} if self.verilog_a else {}),
            **({"osdi": [file.sha256 for file in self.osdi]} if self.osdi else {}),
        }
        return hashlib.sha256(json.dumps(public, sort_keys=True).encode()).hexdigest()

    def commands(self, row: Sequence[float]) -> list[str]:
        """Return the commands that set all parameters; those of the text come first."""
        text, loaded = [], []
        for parameter, value in zip(self.parameters, row, strict=True):
            (text if parameter.of_text else loaded).append(parameter.set_to(value))
        return [*text, RELOAD, *loaded] if text else loaded

    @cached_property
    def vectors(self) -> tuple[str, ...]:
        """ngspice names of the vectors saved, beside `time`."""
        wanted = [v for m in self.measurements for v in m.vectors] + [vector_name(v) for v in self.also_save]
        return tuple(v for v in dict.fromkeys(wanted) if v != "time")

    @property
    def save_line(self) -> str:
        """The `.save` line for `vectors`."""
        return ".save " + " ".join(_saved_as(v) for v in self.vectors)

    def loaded_text(self, inputs: Collection[str] = ()) -> str:
        """Return the netlist as it is given to ngspice, with the `.save` line in front of `.end`.

        Sources in `inputs` take their values from outside.

        Raises:
            InputError: an input is no constant source at the top of the netlist.
        """
        head, end = _split_end(self.netlist)
        for name in inputs:
            head = _made_external(self.name, head, name)
        return f"{head}{self.save_line}\n{end}"

    def row(self, values: Mapping[str, float] | None = None) -> tuple[float, ...]:
        """Return all parameter values in order: `values` where given, nominal elsewhere.

        Raises:
            InputError: for a name that is no parameter of this deck.
        """
        values = values or {}
        known = [p.name for p in self.parameters]
        for name in values:
            if name not in known:
                raise InputError(f"deck `{self.name}` has no parameter `{name}`{did_you_mean(name, known)}")
        return tuple(float(values.get(p.name, p.nominal)) for p in self.parameters)

    def measure(self, values: Mapping[str, float] | None = None) -> dict[str, float]:
        """Simulate one sample, `values` where given and nominal elsewhere; return its measurements by name, SI.

        Raises:
            InputError: for a name that is no parameter of this deck.
            SimulatorError: as `evaluate`, and for a sample without a complete result; says why it has none.
        """
        from spicekit.ngspice.evaluate import evaluate  # here, as it needs decks

        measured, (outcome,) = evaluate(self, np.array([self.row(values)]))
        if not outcome.ok:
            raise SimulatorError(f"deck `{self.name}`: {outcome}")
        return {m.name: float(value) for m, value in zip(self.measurements, measured[0], strict=True)}


def standalone(
    deck: Deck,
    values: Mapping[str, float] | None = None,
    output: str | None = None,
    said: Sequence[str] = (),
) -> str:
    """Return a netlist that `ngspice -b` runs by itself, ending with exit code 0.

    It sets `values` (the rest is nominal), runs, and writes all saved vectors as a table with a header line and 17
    digits to `output` (default: the deck's name + `.txt`, in the working folder). Compiled models are expected beside
    it; a comment says how to make them of the texts that `write_modules` writes. So are the user's own OSDI files,
    under their names. `said` are commands that print what came out; then a line names the table.
    """
    file = output or re.sub(r"[^A-Za-z0-9_.-]", "_", deck.name).lower() + ".txt"
    if not _FILE.fullmatch(file):
        raise InputError(
            f"`output` is {file!r}: expected a path of letters, digits and `_.+-/`, as ngspice reads it in a command"
        )
    head, end = _split_end(deck.loaded_text())
    title, rest = head.split("\n", 1)
    row = deck.row(values)
    for parameter, value in zip(deck.parameters, row, strict=True):
        if parameter.of_text:
            rest = re.sub(
                rf"^\.param {parameter.of_text}=\S+$",
                f".param {parameter.of_text}={value:.17g}",
                rest,
                flags=re.M,
            )
    note = f"* Run it with `ngspice -b`: it writes its waveforms to {file}, in the folder where you are.\n"
    modules = [module_file(text) for text in deck.verilog_a]
    commands = [
        *(f"pre_osdi {module}.osdi  $ made by: openvaf-r {module}.va -o {module}.osdi" for module in modules),
        *(f"pre_osdi {_beside(file)}" for file in deck.osdi),
        "set num_threads=1",
        "set numdgt=16",
        "set wr_singlescale",
        "set wr_vecnames",
        *(
            p.set_to(v)
            for p, v in zip(deck.parameters, row, strict=True)
            if (p.name in (values or {}) or not p.in_netlist) and not p.of_text
        ),
        "run",
        f"wrdata {file} " + " ".join(_saved_as(v) for v in deck.vectors),
        *said,
        f'echo "waveforms: {file}, a column of time, then one for each name in its first line"',
        "quit 0",
    ]
    return f"{title}\n{note}{rest}.control\n" + "\n".join(commands) + "\n.endc\n" + end


def _beside(file: Compiled) -> str:
    name = re.sub(r"[^A-Za-z0-9_.+-]", "_", PurePath(file.path).name)
    return f"{name}  $ SHA-256 {file.sha256}"


def _saved_as(vector: str) -> str:
    if vector.endswith("#branch"):
        return f"i({vector.removesuffix('#branch')})"
    return vector if vector.startswith("@") or "#" in vector else f"v({vector})"


def _split_end(netlist: str) -> tuple[str, str]:
    """Return (all before the `.end` line with a final newline, the `.end` line)."""
    lines = netlist.replace("\r\n", "\n").split("\n")
    at = next(i for i, line in enumerate(lines) if line.strip().lower() == ".end")
    return "\n".join(lines[:at]) + "\n", ".end\n"


def _made_external(deck: str, head: str, name: str) -> str:
    known = [m[2] for m in _CONSTANT_SOURCE.finditer(head)]
    if name.lower() not in (k.lower() for k in known):
        raise InputError(
            f"deck `{deck}`: input `{name}` is no source of the form `{name} + - dc 0`{did_you_mean(name, known)}"
        )
    return _CONSTANT_SOURCE.sub(lambda m: f"{m[1]} external" if m[2].lower() == name.lower() else m[0], head)


def _fields(measurement: Measurement) -> list[object]:
    cls = type(measurement)
    assert is_dataclass(measurement)  # for the type checker; checked with a message at construction
    return [cls.__name__, *([f.name, repr(getattr(measurement, f.name))] for f in fields(measurement))]


def _check_unique(deck: str, what: str, names: list[str]) -> None:
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise InputError(f"deck `{deck}`: {what} `{twice[0]}` is given twice; names must be unique")


def _check_netlist(given: Deck) -> None:
    deck, modules = given.name, {module_name(text).lower() for text in given.verilog_a}
    modules.update(*(file.words for file in given.osdi))
    words = [line.word for line in check_netlist(given.netlist, f"deck `{deck}`", frozenset(modules))]
    if (transients := words.count(".tran")) != 1:
        raise InputError(f"deck `{deck}`: {transients} `.tran` lines in the netlist, expected 1")
    if words[-1] != ".end" or words.count(".end") != 1:
        raise InputError(f"deck `{deck}`: the netlist does not end with its only `.end` line")
