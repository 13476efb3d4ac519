"""From its first netlist on, a worker can start no process, open no connection, and watch no other process.

A seccomp filter of Linux sees to that, for root too: a small program that the kernel asks at each system call. It
cannot be taken away again. Elsewhere, and where the kernel takes no filter, work goes on without one; `spicekit doctor`
says so.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of the kernel's filter language
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # where the filter finds them
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000  # the latter with a number of an error
_THREAD = 0x00010000  # of the flags of `clone`: a thread of this process
_OTHER_ABI = 0x40000000  # calls of x86_64 from here on are those of x32
_NO_NEW_PRIVILEGES, _SET_FILTER = 38, 1
_ALL_THREADS, _AT_FULL_SPEED = 1, 4  # the latter: without slowing down guesses of the processor


@dataclass(frozen=True)
class _Calls:
    """Numbers of system calls."""

    architecture: int
    refused: tuple[int, ...]  # execve, execveat, fork, vfork, ptrace, socket, connect, io_uring_setup
    clone: int
    clone3: int  # its flags lie in memory, where no filter can look; without it `clone` is taken
    seccomp: int


_MACHINES = {
    "x86_64": _Calls(0xC000003E, (59, 322, 57, 58, 101, 41, 42, 425), 56, 435, 317),
    "aarch64": _Calls(0xC00000B7, (221, 281, 117, 198, 203, 425), 220, 435, 277),
}
_said: str | None = "not asked for: this is no worker"  # why there is no filter; None: there is one
_wanted = False


def want() -> None:
    """Ask for the filter, which `begin` sets."""
    global _wanted
    _wanted = True


def begin() -> None:
    """Set the filter for all threads of this process, if it was asked for and can be set; it stays."""
    global _said, _wanted
    if not _wanted:
        return
    _wanted = False
    calls = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or calls is None or sys.maxsize < 1 << 32:
        _said = "there is a filter for 64-bit Linux on x86_64 and aarch64 only"
        return
    steps = b"".join(struct.pack("=HBBI", *step) for step in _program(calls))
    program = struct.pack(
        "@HP", len(steps) // 8, ctypes.addressof(held := ctypes.create_string_buffer(steps))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    one, none = ctypes.c_ulong(1), ctypes.c_ulong(0)
    flags = ctypes.c_ulong(_ALL_THREADS | _AT_FULL_SPEED)
    done = libc.prctl(_NO_NEW_PRIVILEGES, one, none, none, none) or libc.syscall(
        ctypes.c_long(calls.seccomp), ctypes.c_ulong(_SET_FILTER), flags, program
    )
    del held
    _said = f"the kernel takes no filter ({os.strerror(ctypes.get_errno())})" if done else None


def why_not(_: object = None) -> str | None:
    """Return why this process has no filter; None if it has one."""
    return _said


def _program(calls: _Calls) -> list[tuple[int, int, int, int]]:
    """Return steps (operation, steps to skip if true, if false, operand)."""
    no = (_RETURN, 0, 0, _FAIL | errno.EPERM)
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, calls.architecture),
        no,
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        no,
        *(step for number in calls.refused for step in ((_EQUAL, 0, 1, number), no)),
        (_EQUAL, 0, 1, calls.clone3),
        (_RETURN, 0, 0, _FAIL | errno.ENOSYS),
        (_EQUAL, 0, 3, calls.clone),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_HAS_BITS, 1, 0, _THREAD),
        no,
        (_RETURN, 0, 0, _ALLOW),
    ]
