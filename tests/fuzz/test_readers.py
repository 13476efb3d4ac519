"""Whatever stands in a file of others, it is taken, or refused in one line that names the file."""

import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.damage import damaged
from tests.fuzz.forms import changed
from tests.fuzz.readers import READERS, Reader
from tests.fuzz.rule import check

FOUND = Path(__file__).with_name("found")
QUICK = [name for name, reader in READERS.items() if reader.share == 1]
_FEW, _MANY = 5, 160  # inputs of each reader and each way: seconds, and 10,000 in all


def _lay_out(reader: Reader, folder: Path) -> None:
    for name, content in {reader.file: b"", **reader.beside}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("name", QUICK)
def test_valid_files_are_taken(name, tmp_path):
    _lay_out(READERS[name], tmp_path)
    for seed in READERS[name].seeds:
        assert check(READERS[name], seed, tmp_path), seed


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
