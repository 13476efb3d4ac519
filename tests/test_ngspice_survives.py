"""Whatever a deck makes ngspice do to its process, the caller's process goes on, and so does the next deck."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from spicekit.errors import SimulatorError
from spicekit.ngspice import Deck, Final, SimulatorLost, evaluate, record, run_chunks, waveforms
from spicekit.ngspice.evaluate import evaluate_here
from tests.commands import said_at_the_end
from tests.test_ngspice_pool import RC, alive, with_path, written

pytestmark = pytest.mark.usefixtures("own_workers")
ROW = np.array([[1e3]])


def broken(line: str) -> Deck:
    """Return a deck past its checks, which refuse some of these lines: what slips through must cost nothing either."""
    deck = Deck("broken", RC.netlist, (), (Final("end", "out"),), 2e-6)
    object.__setattr__(deck, "netlist", RC.netlist.replace(".tran", f"{line}\n.tran"))
    return deck


# Each takes ngspice to its end in some version: by a request to exit, or by a segmentation fault.
BAD = {
    "unknown function": "b1 z 0 v=nothing(v(out))",
    "undefined parameter": "r2 out 0 {nothing}",
    "unknown subcircuit": "x1 out nothing",
    "unknown model": "d1 out 0 nothing",
    "parameter in a circle": ".param a={b} b={a}\nr2 out 0 {a}",
    "unfinished expression": "b1 z 0 v=v(out",
    "unfinished subcircuit": ".subckt half a b\nr2 a b 1k",
    "subcircuit that holds itself": ".subckt loop a b\nx1 a b loop\n.ends\nx2 out 0 loop",
    "control block that quits": ".control\nquit\n.endc",
    "unfinished condition": ".if (1)\nr2 out 0 1k",
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD.keys())
def test_a_bad_deck_is_refused_in_words_and_the_next_one_runs(line):
    good = evaluate(RC, ROW).measurements
    with pytest.raises(SimulatorError, match="deck `broken`: ") as info:
        evaluate(broken(line), np.zeros((1, 0)))
    assert "\n" not in str(info.value)
    np.testing.assert_array_equal(evaluate(RC, ROW).measurements, good)


def test_a_deck_is_taken_whatever_was_loaded_before_it():
    """Once a deck had `.if`, ngspice reads unused models too, such as those of a foundry without their parameters."""
    library = broken(".model unused r rsh={nothing}")
    alone = evaluate(library, np.zeros((1, 0))).measurements
    evaluate(broken(".if (1 > 0)\nr2 out 0 1k\n.endif"), np.zeros((1, 0)))
    np.testing.assert_array_equal(evaluate(library, np.zeros((1, 0))).measurements, alone)
    evaluate(broken(".if (1 > 0)\nr2 out 0 1k\n.endif"), np.zeros((1, 0)))
    with pytest.raises(SimulatorError, match="nothing") as info:
        evaluate(broken(BAD["undefined parameter"]), np.zeros((1, 0)))
    assert not isinstance(info.value, SimulatorLost)


@pytest.mark.parametrize("line", [BAD["unknown function"], BAD["undefined parameter"]])
def test_a_bad_deck_in_a_worker_ends_the_run_with_its_words_and_not_with_a_crash(line):
    with pytest.raises(SimulatorError, match="nothing") as info:
        list(run_chunks(_on_a_row, [broken(line)]))
    assert not isinstance(info.value, SimulatorLost)


def _on_a_row(deck: Deck) -> object:
    return evaluate(deck, np.zeros((1, 0)))


def test_waveforms_and_recordings_of_a_bad_deck_cost_nothing_either():
    bad = broken(BAD["undefined parameter"])
    with pytest.raises(SimulatorError, match="nothing"):
        waveforms(bad)
    with pytest.raises(SimulatorError, match="nothing"):
        record(bad, np.zeros((1, 0)), signals=["out"], step=1e-7)
    assert waveforms(RC)["out"][-1] == pytest.approx(1 - np.exp(-2), rel=1e-3)


def test_a_worker_that_is_killed_while_it_simulates_is_replaced_and_no_bit_changes():
    rows = np.random.default_rng(0).uniform(1e2, 1e4, (400, 1))
    expected = evaluate_here(RC, rows).measurements
    evaluate(RC, ROW)
    victims = children(os.getpid())
    assert victims
    killers = [threading.Timer(0.1, os.kill, (victim, signal.SIGKILL)) for victim in victims]
    for killer in killers:
        killer.start()
    np.testing.assert_array_equal(evaluate(RC, rows).measurements, expected)
    for killer in killers:
        killer.join()
    assert not any(alive(victim) for victim in victims)


def children(parent: int) -> list[int]:
    """Return the worker processes of a process, without multiprocessing's own helper."""
    found = [
        int(pid)
        for path in Path(f"/proc/{parent}/task").glob("*/children")
        for pid in path.read_text().split()
    ]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


PLAIN = """
import numpy as np
from spicekit.ngspice import Deck, Final, evaluate
text = "rc\\nv1 in 0 dc 0 pulse(0 1 0 1p 1p 1 2)\\nr1 in out 1k\\nc1 out 0 1n\\n.tran 10n 2u uic\\n.end\\n"
print("started")
print(evaluate(Deck("rc", text, (), (Final("end", "out"),), 2e-6), np.zeros((1, 0))).measurements[0, 0])
"""


def test_a_plain_script_evaluates_without_a_guard_and_runs_once(tmp_path):
    done = subprocess.run(
        [sys.executable, str(written(tmp_path, PLAIN))],
        capture_output=True,
        text=True,
        timeout=120,
        env=with_path(),
    )
    started, end = done.stdout.splitlines()
    assert (started, done.stderr) == ("started", "")
    assert float(end) == pytest.approx(1 - np.exp(-2), rel=1e-3)


OWN_MEASUREMENT = """
from dataclasses import dataclass
import numpy as np
from spicekit.ngspice import Deck, Final, evaluate

@dataclass(frozen=True)
class Twice(Final):
    def __call__(self, waves):
        return 2 * super().__call__(waves)

if __name__ == "__main__":
    text = "rc\\nv1 in 0 dc 0 pulse(0 1 0 1p 1p 1 2)\\nr1 in out 1k\\nc1 out 0 1n\\n.tran 10n 2u uic\\n.end\\n"
    print(evaluate(Deck("rc", text, (), (Twice("end", "out"),), 2e-6), np.zeros((1, 0))).measurements[0, 0])
"""


def test_a_measurement_that_a_script_defines_itself_is_known_in_the_worker(tmp_path):
    done = subprocess.run(
        [sys.executable, str(written(tmp_path, OWN_MEASUREMENT))],
        capture_output=True, text=True, timeout=120, env=with_path(),
    )  # fmt: skip
    assert float(done.stdout) == pytest.approx(2 - 2 * np.exp(-2), rel=1e-3), done.stderr


def test_at_a_prompt_an_own_measurement_is_refused_with_the_way_out(tmp_path):
    done = subprocess.run(
        [sys.executable, "-"], input=OWN_MEASUREMENT, capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env=with_path(),
    )  # fmt: skip
    assert (
        "InputError: a worker process cannot see what is defined in a notebook or at a prompt" in done.stderr
    )
    assert "'Twice'" in done.stderr


def test_a_temporary_folder_may_be_relative_and_is_left_empty(tmp_path):
    script = written(tmp_path, PLAIN)
    (tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=120, cwd=tmp_path,
        env={**with_path(), "TMPDIR": "temporary"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "temporary").iterdir()) == []


ENDLESS = """
import signal
import numpy as np
from spicekit.ngspice import Deck, Final, evaluate
signal.signal(signal.SIGINT, signal.default_int_handler)
text = "rc\\nv1 in 0 dc 0 sin(0 1 1meg)\\nr1 in out 1k\\nc1 out 0 1n\\n.tran 1n 1000 0 1n\\n.end\\n"
print("go", flush=True)
evaluate(Deck("endless", text, (), (Final("end", "out"),), 1000.0), np.zeros((1, 0)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_is_heard_inside_ngspice_and_nothing_stays(tmp_path):
    process = subprocess.Popen(
        [sys.executable, str(written(tmp_path, ENDLESS))], env={**with_path(), "PYTHONFAULTHANDLER": "1"},
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    while not (workers := children(process.pid)) or busy_time(workers[0]) < 0.4:  # it simulates, then
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    said = said_at_the_end(process)
    assert said.count("Traceback") == said.count("KeyboardInterrupt") == 1, said
    assert not any(alive(worker) for worker in workers)


def busy_time(pid: int) -> float:
    """Return the CPU time of a process [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_has_workers_of_its_own():
    expected = evaluate(RC, ROW).measurements
    process = os.fork()
    if process == 0:
        try:
            os._exit(0 if np.array_equal(evaluate(RC, ROW).measurements, expected) else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    np.testing.assert_array_equal(evaluate(RC, ROW).measurements, expected)
