"""`spicekit init`: a commented experiment file to start from."""

import re
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from spicekit.errors import InputError

EXAMPLE = "Example: spicekit init mine.toml"
_OTHERS = re.compile(r"[^A-Za-z0-9_.-]+|^[^A-Za-z0-9]+")  # what the name of an experiment may not have


def main(
    file: Annotated[Path, typer.Argument(help="The experiment file to write (TOML); it must not exist.")],
) -> None:
    """Write a commented experiment file to start from; it runs as it is."""
    if file.suffix != ".toml":
        raise InputError(f"{file}: an experiment is a TOML file: expected a name that ends in .toml")
    if not file.parent.is_dir():
        raise InputError(f"{file}: there is no folder {file.parent}: make it first")
    name = _OTHERS.sub("_", file.stem).strip("_") or "mine"
    text = files("spicekit.cli").joinpath("starter.toml").read_text(encoding="utf-8")
    text = text.replace("FILE", shlex.quote(str(file))).replace("NAME", name)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        raise InputError(f"{file}: exists already; nothing is overwritten, give another name") from None
    print(f"{file}: written; now try `spicekit run {shlex.quote(str(file))} --quick`")
