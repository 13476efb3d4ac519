"""Nothing but the deck reaches ngspice: each file and variable that it would obey is set, and changes no byte."""

import os
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from spicekit.ngspice import Deck, Final, confined, evaluate, run_chunks
from spicekit.ngspice.environment import LARGEST_FILE
from tests.test_ngspice_evaluate import MIXED_DECK
from tests.test_ngspice_pool import with_path

pytestmark = pytest.mark.usefixtures("own_workers")
# Each of the settings changes numbers, or the reading of netlists; the first line leaves a trace.
COMMANDS = """* start-up file of a user
shell touch {trace}
set ngbehavior=psa
set scale=1e-6
set interp
set num_threads=4
option method=gear maxord=6 gmin=1e-7 abstol=1e-6 reltol=0.05
"""
VALUES = np.array([[1e3, 2e3, 3e3, 4e3]])
PRINTED = f"""
import numpy as np
from spicekit.ngspice import evaluate
from tests.test_ngspice_evaluate import MIXED_DECK
values = np.array({VALUES.tolist()})
print(evaluate(MIXED_DECK, values).measurements.tobytes().hex())
"""


UNPROTECTED = """
from ctypes import CFUNCTYPE, c_char_p, c_int, c_void_p
from spicekit.ngspice.libngspice import load
show = CFUNCTYPE(c_int, c_char_p, c_int, c_void_p)(lambda *_: 0)
load().ngSpice_Init(show, None, None, None, None, None, None)
"""


def in_working_folder(folder: Path, text: str) -> dict[str, str]:
    (folder / "work" / ".spiceinit").write_text(text)
    return {}


def in_home(folder: Path, text: str) -> dict[str, str]:
    (folder / "home" / ".spiceinit").write_text(text)
    return {"HOME": str(folder / "home")}


def in_scripts(folder: Path, text: str) -> dict[str, str]:
    (folder / "home" / "spinit").write_text(text)
    return {"SPICE_SCRIPTS": str(folder / "home")}


def in_library_folder(folder: Path, text: str) -> dict[str, str]:
    (folder / "home" / "scripts").mkdir()
    (folder / "home" / "scripts" / "spinit").write_text(text)
    return {"SPICE_LIB_DIR": str(folder / "home")}


def in_home_of_password_file(folder: Path, text: str) -> dict[str, str]:
    (folder / "home" / ".spiceinit").write_text(text)
    return {"HOME": str(folder / "work")}


def in_all(folder: Path, text: str) -> dict[str, str]:
    return {
        name: value
        for place in (in_working_folder, in_home, in_scripts, in_library_folder)
        for name, value in place(folder, text).items()
    }


OBEYED = [in_working_folder, in_scripts, in_library_folder, in_home_of_password_file]
"""By the library. In the user's home the program alone obeys it, and the library where there is no password file."""


def as_at_home(folder: Path) -> list[str]:
    """Return the start of a command line under which the password file names `folder`/home as the user's."""
    other = folder / "passwd"
    other.write_text(f"me:x:0:0::{folder / 'home'}:/bin/sh\n")
    script = f'mount --bind {other} /etc/passwd && exec "$@"'
    start = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*start, "true"], capture_output=True).returncode:
        pytest.skip("this system gives no mount namespace")
    return start


def run_with_files_in(place: Callable, folder: Path, script: str) -> tuple[str, bool]:
    """Return what a script prints where start-up files lie in a place, and whether they left their trace."""
    for name in ("work", "home"):
        (folder / name).mkdir()
    trace = folder / "trace"
    env = {**with_path(), **place(folder, COMMANDS.format(trace=trace))}
    env["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), env["PYTHONPATH"]])
    before = as_at_home(folder) if place is in_home_of_password_file else []
    done = subprocess.run(
        [*before, sys.executable, "-c", script], cwd=folder / "work", env=env, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), trace.exists()


@pytest.mark.parametrize("place", [in_all, in_home_of_password_file], ids=lambda place: place.__name__)
def test_start_up_files_and_their_variables_reach_no_result(place: Callable, tmp_path):
    """Where one in a place were obeyed, there would be a trace, whichever of them ngspice takes first."""
    printed, obeyed = run_with_files_in(place, tmp_path, PRINTED)
    assert not obeyed
    assert printed == evaluate(MIXED_DECK, VALUES).measurements.tobytes().hex()
    assert sorted(p.name for p in (tmp_path / "work").iterdir()) == (
        [".spiceinit"] if place is in_all else []
    )


@pytest.mark.parametrize("place", OBEYED, ids=lambda place: place.__name__)
def test_without_protection_each_of_them_would_be_obeyed(place: Callable, tmp_path):
    _, obeyed = run_with_files_in(place, tmp_path, UNPROTECTED)
    assert obeyed


def surroundings(_: int) -> dict[str, str]:
    return dict(os.environ)


def test_a_worker_has_no_variables_of_ngspice_and_finds_no_programs(monkeypatch):
    for name in (
        "SPICE_LIB_DIR",
        "SPICE_EXEC_DIR",
        "SPICE_EDITOR",
        "SPICE_ASCIIRAWFILE",
        "NGSPICE_MEAS_PRECISION",
    ):
        monkeypatch.setenv(name, "9")
    ((_, found),) = run_chunks(surroundings, [0])
    assert not [name for name in found if name.startswith(("SPICE_", "NGSPICE_"))]
    assert found["PATH"] == ""
    assert found["OMP_THREAD_LIMIT"] == "1"
    assert os.environ["SPICE_EDITOR"] == "9"


def test_a_relative_path_of_the_library_is_understood_in_workers(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPICEKIT_LIBNGSPICE", "lib/libngspice.so.0")
    ((_, found),) = run_chunks(surroundings, [0])
    assert found["SPICEKIT_LIBNGSPICE"] == str(tmp_path / "lib" / "libngspice.so.0")


POLYNOMIAL = """a controlled source with a polynomial, which is a code model
v1 in 0 dc 0 pulse(0 1 0 1n 1n 1 2)
r1 in 0 1k
e1 out 0 poly(1) in 0 0.5 2 3
r2 out 0 1k
.tran 10n 1u
.end
"""


def test_code_models_are_there_without_the_installed_start_up_file():
    deck = Deck("poly", POLYNOMIAL, (), (Final("end", "out"),), 1e-6)
    measured, (outcome,) = evaluate(deck, np.zeros((1, 0)))
    assert outcome.ok
    assert measured[0, 0] == pytest.approx(0.5 + 2 + 3, rel=1e-6)


def take_memory(size: int) -> int:
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    assert limit != resource.RLIM_INFINITY
    return np.empty(size or limit, np.uint8).nbytes


@pytest.mark.skipif(sys.platform != "linux", reason="limits on data")
def test_a_worker_cannot_take_all_memory_and_can_take_a_gigabyte():
    with pytest.raises(MemoryError):
        list(run_chunks(take_memory, [0]))
    assert list(run_chunks(take_memory, [1 << 30])) == [(0, 1 << 30)]


def write_too_much(_: int) -> None:
    with open("large", "wb") as file:
        file.truncate(LARGEST_FILE)
        file.truncate(LARGEST_FILE + 1)


@pytest.mark.skipif(sys.platform == "win32", reason="limits")
def test_a_worker_cannot_fill_the_disk_with_one_file():
    with pytest.raises(OSError, match="File too large"):
        list(run_chunks(write_too_much, [0]))


def after_a_netlist(number: int) -> str:
    """Return what comes of a way to start a process, or of what must go on to work, once ngspice has a netlist."""
    evaluate(MIXED_DECK, VALUES)
    if confined.why_not() is not None:
        return f"skip: {confined.why_not()}"
    try:
        WAYS[number]()
    except OSError as error:
        return type(error).__name__
    return "done"


def in_a_thread() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(abs, [-1, -2])) == [1, 2]
    evaluate(MIXED_DECK, VALUES)


def in_another_thread() -> None:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(os.fork).result()


WAYS = [
    lambda: os._exit(0) if os.fork() == 0 else None,
    lambda: os.execv("/bin/true", ["true"]),
    lambda: os.posix_spawn("/bin/true", ["true"], {}),
    lambda: subprocess.run(["/bin/true"], check=True),
    lambda: socket.socket().close(),
    in_another_thread,
    in_a_thread,
]


def test_from_the_first_netlist_on_a_worker_starts_no_process_and_opens_no_connection():
    found = dict(run_chunks(after_a_netlist, range(len(WAYS)), workers=1))
    if isinstance(found[0], str) and found[0].startswith("skip: "):
        pytest.skip(found[0])
    assert found == {n: "done" if way is in_a_thread else "PermissionError" for n, way in enumerate(WAYS)}


NO_CHILDREN = """
import os, pwd
from spicekit.ngspice.environment import no_new_processes

if os.getuid() == 0:
    os.setuid(pwd.getpwnam("nobody").pw_uid)
with no_new_processes():
    try:
        if os.fork() == 0:
            os._exit(0)
    except BlockingIOError:
        pass
    else:
        raise SystemExit("a process was started")
if os.fork() == 0:
    os._exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="how processes are counted")
def test_no_process_can_be_started_while_ngspice_reads_a_netlist_unless_by_root():
    """In an interpreter of its own: libraries that are loaded here start threads when a process forks."""
    done = subprocess.run([sys.executable, "-c", NO_CHILDREN], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
