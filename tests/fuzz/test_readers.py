"""Whatever stands in a file of others, it is taken, or refused in one line that names the file."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
import typer
from hypothesis import HealthCheck, given, settings

from spicekit.cli.app import app
from tests.fuzz.damage import damaged
from tests.fuzz.forms import changed
from tests.fuzz.options import COMMANDS
from tests.fuzz.reader import Reader
from tests.fuzz.readers import READERS
from tests.fuzz.rule import check

FOUND = Path(__file__).with_name("found")
QUICK = [name for name, reader in READERS.items() if reader.share == 1]
_FEW, _MANY = 2, 160  # inputs of each reader and each way: seconds, and 15,000 in all


def _lay_out(reader: Reader, folder: Path) -> None:
    for name, content in {reader.file: b"", **reader.beside}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", QUICK)
def test_valid_files_are_taken(name, tmp_path):
    _lay_out(READERS[name], tmp_path)
    for seed in READERS[name].seeds:
        assert check(READERS[name], seed, tmp_path), seed


def _commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{name} ")
        else:
            yield before + name, command


def test_every_option_of_every_command_is_tried():
    found = dict(_commands(typer.main.get_command(app)))
    assert set(found) == set(COMMANDS)
    for name, command in found.items():
        before, options, behind = COMMANDS[name]
        tried = {*before, *options, *behind}
        there = [p.opts for p in command.params if p.param_type_name == "option"]
        assert not [names for names in there if not tried & set(names)], name


@pytest.mark.parametrize(
    "file", sorted(FOUND.glob("*/*")), ids=lambda file: f"{file.parent.name}-{file.name}"
)
def test_what_once_broke_a_reader_is_one_line(file, tmp_path):
    reader = READERS[file.parent.name.replace("_", " ")]
    _lay_out(reader, tmp_path)
    check(reader, file.read_bytes(), tmp_path)


def _share(reader: Reader, inputs: int) -> int:
    return max(1, round(inputs * reader.share))


def _damage(name: str, folder: Path, inputs: int) -> None:
    reader = READERS[name]
    _lay_out(reader, folder)
    rng = Random(zlib.crc32(name.encode()))
    for _ in range(_share(reader, inputs)):
        check(reader, damaged(rng.choice(reader.seeds), rng), folder)


def _change(name: str, folder: Path, inputs: int) -> None:
    reader = READERS[name]
    assert reader.form is not None
    _lay_out(reader, folder)

    @settings(
        max_examples=_share(reader, inputs),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(changed(reader.form, reader.seeds))
    def holds(data: bytes) -> None:
        check(reader, data, folder)

    holds()


WELL_FORMED = [name for name, reader in READERS.items() if reader.form is not None]


@pytest.mark.parametrize("name", QUICK)
def test_damaged_bytes_are_taken_or_one_line(name, tmp_path):
    _damage(name, tmp_path, _FEW)


@pytest.mark.parametrize("name", [name for name in WELL_FORMED if name in QUICK])
def test_odd_values_are_taken_or_one_line(name, tmp_path):
    _change(name, tmp_path, _FEW)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", READERS)
def test_thousands_of_damaged_files_are_taken_or_one_line(name, tmp_path):
    _damage(name, tmp_path, _MANY)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", WELL_FORMED)
def test_thousands_of_odd_values_are_taken_or_one_line(name, tmp_path):
    _change(name, tmp_path, _MANY)
