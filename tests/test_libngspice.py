"""SPICEKIT_LIBNGSPICE may name anything: what is no libngspice is refused in one line that says what it is."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from spicekit.errors import SimulatorError
from spicekit.ngspice import libngspice, library, ngspice_version, run_chunks

from .commands import one_process

pytestmark = pytest.mark.usefixtures("own_workers")
LIBRARY = "libngspice.so.0"
linux = pytest.mark.skipif(sys.platform != "linux", reason="ELF files")


def refusal(path: Path | str, monkeypatch) -> str:
    monkeypatch.setenv("SPICEKIT_LIBNGSPICE", str(path))
    with pytest.raises(SimulatorError) as info:
        libngspice.load()
    assert info.value.exit_code == 3
    assert "\n" not in str(info.value)
    return str(info.value)


def other_library() -> Path:
    """Return a shared library that every Linux has, and Python has loaded."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return next(Path(line.split()[-1]) for line in lines if "/libm.so" in line or "/libm-" in line)


@linux
def test_another_library_is_named_with_what_it_lacks(monkeypatch):
    said = refusal(other_library(), monkeypatch)
    assert "is no libngspice: it lacks `ngGet_Vec_Info`; give the library file, such as /usr/lib" in said


@linux
@pytest.mark.parametrize("program", [sys.executable, shutil.which("ngspice") or "/bin/sh"])
def test_a_program_is_called_one(program, monkeypatch):
    assert f"`{program}` is a program; give the library file" in refusal(program, monkeypatch)


def test_a_script_is_called_a_program(tmp_path, monkeypatch):
    script = tmp_path / "ngspice"
    script.write_text("#!/bin/sh\nexit 0\n")
    assert "is a program" in refusal(script, monkeypatch)


@linux
def test_a_text_an_empty_file_and_a_folder_are_told_apart(tmp_path, monkeypatch):
    text, empty = tmp_path / "libngspice.so", tmp_path / "empty.so"
    text.write_text("INPUT(-lngspice)\n")
    empty.touch()
    assert "is no shared library" in refusal(text, monkeypatch)
    assert "is no shared library" in refusal(empty, monkeypatch)
    assert "is a folder" in refusal(tmp_path, monkeypatch)


def test_a_missing_file_and_a_missing_name_are_told_apart(tmp_path, monkeypatch):
    assert "there is no file `" in refusal(tmp_path / LIBRARY, monkeypatch)
    said = refusal("libnothing.so.0", monkeypatch)
    assert "the system finds no library `libnothing.so.0`" in said
    assert "apt install libngspice0" in said


@linux
@pytest.mark.parametrize(("byte", "value"), [(4, 1), (18, 243)], ids=["32 bits", "another machine"])
def test_a_library_for_another_processor_is_called_one(byte, value, tmp_path, monkeypatch):
    content = bytearray(other_library().read_bytes())
    content[byte] = value
    path = tmp_path / LIBRARY
    path.write_bytes(content)
    said = refusal(path, monkeypatch)
    assert f"is made for another kind of processor ({os.uname().machine} is here)" in said


def test_an_empty_variable_counts_as_none(monkeypatch):
    expected = ngspice_version()
    monkeypatch.setenv("SPICEKIT_LIBNGSPICE", "")
    assert list(run_chunks(_version, [0])) == [(0, expected)]


def _version(_: int) -> str:
    return ngspice_version()


def test_an_ngspice_that_is_too_old_is_refused_with_its_version():
    with pytest.raises(SimulatorError, match=r"ngspice \d+\S* is too old, expected 999 or newer; install it"):
        list(run_chunks(_as_if_too_old, [0]))


def _as_if_too_old(_: int) -> None:
    library.OLDEST_VERSION = 999
    library.Library()


@linux
@pytest.mark.parametrize(
    ("library", "said", "lines"),
    [
        (None, "it lacks `ngGet_Vec_Info`", [("doctor",), ("run", "programming_conditions", "--quick", "-o", "out")]),
        ("libnothing.so.0", "apt install libngspice0", [("doctor",)]),
    ],
)  # fmt: skip
def test_commands_end_with_the_line_and_exit_code_3(library, said, lines, tmp_path):
    for done in one_process(*lines, cwd=tmp_path, SPICEKIT_LIBNGSPICE=library or str(other_library())):
        assert done.returncode == 3
        assert said in done.stderr.splitlines()[-1]
        assert len(done.stderr.splitlines()) == 1
        assert not (tmp_path / "out").exists()
