"""What workers are asked to do in tests of pools; they load little for it."""

import os
import signal
import sys
import time
from pathlib import Path

from spicekit.errors import InputError
from spicekit.ngspice import SimulatorLost, watchdog


def square(x: int) -> int:
    return x * x


def die_on_three(x: int) -> int:
    if x == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def die_once(folder: Path, x: int) -> int:
    marker = folder / f"seen-{x}"
    if x == 2 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGSEGV)
    return x


def hang_on_one(x: int) -> int:
    if x == 1:
        time.sleep(60)
    return x


def work_slowly_with_signs_of_life(x: int) -> int:
    for _ in range(5):  # 2 s in all
        time.sleep(0.4)
        watchdog.alive()
    return x


def lose_ngspice(x: int) -> int:
    if x == 1:
        raise SimulatorLost("ngspice quit")
    return x


def die_once_all_at_once(folder: Path, x: int) -> int:
    marker = folder / f"seen-{x}"
    if not marker.exists():
        marker.touch()
        while len(list(folder.iterdir())) < 4:  # every worker has its task now
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)
    return x


def say_and_nap(folder: Path, x: int) -> int:
    (folder / str(os.getpid())).touch()
    while len(list(folder.iterdir())) < 2:  # both workers have a task now
        time.sleep(0.01)
    time.sleep(0.3)
    return x


def quit_python(_: int) -> int:
    sys.exit(3)


class Awkward(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def raise_awkwardly(x: int) -> int:
    raise Awkward(x, x)


def refuse(x: int) -> int:
    raise InputError(f"task {x}")


def where(_: int) -> tuple[str, str, list[str]]:
    return os.environ["HOME"], str(Path.cwd()), os.listdir()


def own_pid(_: int) -> int:
    return os.getpid()


def stop_on_one(x: int) -> int:
    if x == 1:
        os.kill(os.getpid(), signal.SIGSTOP)
    return x
