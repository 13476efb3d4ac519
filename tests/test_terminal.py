"""Commands as a person meets them: on a terminal of any width and kind, on a pipe, with Ctrl-C."""

import io
import json
import re
import subprocess
import sys
import time
import types

import pytest
from rich.console import Console

from spicekit.cli import progress
from spicekit.cli.progress import Standing
from spicekit.cli.terminal import showable

from .commands import command
from .conftest import SHORT_SPEC
from .terminals import on_terminal, plain

ONE_CONDITION = (
    SHORT_SPEC.partition("[endurance]")[0] + "[[conditions]]" + SHORT_SPEC.split("[[conditions]]")[1]
)
STATISTICS = "reports/programming_conditions/statistics.json"


@pytest.fixture(scope="module")
def run_on_a_terminal(tmp_path_factory):
    """A finished short run, made on a narrow terminal: its folder, and what was drawn."""
    path = tmp_path_factory.mktemp("terminal")
    (path / "short.toml").write_text(ONE_CONDITION)
    code, text = on_terminal("run", "short.toml", "--quick", "-o", "out", "-j", "1", cwd=path, columns=60)
    assert code == 0, text
    return path / "out", text


def test_a_run_on_a_terminal_draws_its_line_and_ends_well(run_on_a_terminal):
    lines = plain(run_on_a_terminal[1])
    assert any(re.match(r"samples 3/3  [━┄ ]*in \d+ s", line) for line in lines)
    assert "report: out/report.html" in lines
    assert max(len(line) for line in lines) <= 60


def test_a_terminal_that_cannot_draw_gets_plain_lines(run_on_a_terminal):
    # an unknown MPLBACKEND keeps matplotlib from being loaded
    code, text = on_terminal(
        "run", "../short.toml", "--quick", "-o", ".", cwd=run_on_a_terminal[0],
        environment={"TERM": "dumb", "NO_COLOR": "1", "MPLBACKEND": "nonsense"},
    )  # fmt: skip
    assert code == 0, text
    assert "\x1b" not in text
    assert text.count("samples 3/3") == 1


@pytest.mark.usefixtures("undrawn")
def test_what_a_terminal_has_no_code_for_becomes_plain_ascii_and_columns_stay(run_on_a_terminal):
    again = "run", "../short.toml", "--quick", "-o", "."
    done = command(*again, cwd=run_on_a_terminal[0], encoding="ascii")
    text = done.stdout
    assert done.returncode == 0, done.stderr
    assert "kOhm" in text
    marks = [[m.start() for m in re.finditer("[|+]", line)] for line in text.splitlines() if "|" in line]
    assert len(marks) > 5
    assert all(places == marks[0] for places in marks)


def test_a_latin_1_terminal_keeps_its_own_signs(run_on_a_terminal):
    shown = command("show", ".", "typical:1", cwd=run_on_a_terminal[0], encoding="latin-1")
    assert shown.returncode == 0, shown.stderr
    assert "µA" in shown.stdout
    assert "kOhm" in shown.stdout


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("5 kΩ ± 3 µA … é", "ascii", "5 kOhm +- 3 uA ... e"),
        ("5 kΩ ± 3 µA … é", "latin-1", "5 kOhm ± 3 µA ... é"),
        ("5 kΩ ± 3 µA … é", "utf-8", "5 kΩ ± 3 µA … é"),
        ("σ ≥ 2 × 10⁻³ − 日", "ascii", "sigma >= 2 x 10-3 - ?"),
        ("a\udcff", "ascii", "a\udcff"),  # a file name that is no text comes out as it is
    ],
)
def test_signs_have_a_plain_form(text, encoding, shown):
    assert showable(text, encoding) == shown


@pytest.mark.parametrize("asked", ["--version", "run --help"])
def test_a_reader_that_has_seen_enough_is_no_error(asked):
    process = subprocess.Popen(
        [sys.executable, "-m", "spicekit", *asked.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()  # before it writes
    assert process.stderr.read() == b""
    assert process.wait(timeout=280) == 141  # as of a program that SIGPIPE ends


IMPORTING = """
import importlib.abc, json, sys
wanted = ""
class Interrupt(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == wanted:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from spicekit.cli import main
for wanted, arguments in json.loads(sys.argv.pop()):
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as end:
        print(end.code, flush=True)
"""
LOADING = [  # what is loaded late comes last, as one process tries them all; none of them would run
    ("typer", ("--help",)), ("numpy", ("network", "bnn", "s.json")), ("numpy", ("doctor",)),
    ("pandas", ("run", "none")), ("pandas", ("report", ".")), ("pandas", ("export", ".", "--to", "npz", "-o", "x")),
    ("scipy", ("fit", "m.csv", "-o", "c.toml")),
]  # fmt: skip


def test_ctrl_c_while_a_command_is_loading_is_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING, json.dumps(LOADING)],
        cwd=tmp_path, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("130\n" * len(LOADING), "spicekit: interrupted\n" * len(LOADING))


def interrupted(*arguments, cwd, when):
    code, text = on_terminal(*arguments, cwd=cwd, columns=60, interrupt=lambda said: when in said)
    assert code == 130, text
    assert "Traceback" not in text
    assert len(re.findall("interrupted", text)) == 1
    return text


@pytest.mark.slow  # in this process: test_estimate_run.py
def test_ctrl_c_during_estimates_keeps_what_was_simulated(tmp_path):
    spec = ONE_CONDITION.replace("[[conditions]]", "[estimate]\n[[conditions]]")
    (tmp_path / "short.toml").write_text(spec.replace("samples = 6", "samples = 2"))
    text = interrupted("run", "short.toml", "-o", "out", "-j", "1", cwd=tmp_path, when="estimates 0/2")
    assert "kept" in text
    assert list((tmp_path / "out" / "studies" / "memory").iterdir())


@pytest.mark.slow  # in this process: test_fit_cli.py
def test_ctrl_c_during_a_fit_writes_no_card(tmp_path):
    rows = [
        f"{state},{value * (1 + 0.01 * i)}"
        for i in range(12)
        for state, value in (("lrs", 3.4e3), ("hrs", 6e4))
    ]
    (tmp_path / "m.csv").write_text("state,resistance\n" + "\n".join(rows) + "\n")
    interrupted("fit", "m.csv", "-o", "card.toml", cwd=tmp_path, when="fit: word lines")
    assert [path.name for path in tmp_path.iterdir()] == ["m.csv"]


@pytest.mark.slow  # in this process: test_network_cli.py
def test_ctrl_c_during_a_network_study_is_one_line(tmp_path, request):
    statistics = str(request.config.rootpath / STATISTICS)
    interrupted("network", "bnn", statistics, "-o", "out", "--samples", "20", cwd=tmp_path, when="chips ")


class Shell:
    """Of a notebook: has a kernel, and keeps what is displayed."""

    kernel = object()

    def __init__(self) -> None:
        self.shown: list[str] = []

    def display(self, data, raw, display_id):
        assert (raw, display_id) == (True, True)
        self.shown.append(data["text/plain"])
        return self

    def update(self, data, raw):
        assert raw
        self.shown[-1] = data["text/plain"]


def test_below_the_cell_of_a_notebook_one_line_stands(monkeypatch, capsys):
    shell = Shell()
    python = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", python)
    monkeypatch.setitem(sys.modules, "IPython.display", types.SimpleNamespace(display=shell.display))
    for _ in range(2):  # each piece of work has its own line
        with progress.steps_of(False, 3, "chips") as show:
            assert shell.shown[-1] == "chips 0/3"
            for done in (1, 2, 3, 3):
                show(done)
    assert shell.shown == ["chips 3/3, in 0 s"] * 2
    assert capsys.readouterr().err == ""
    python.get_ipython = lambda: None  # loaded, but not what runs this
    with progress.steps_of(False, 3, "chips"):
        pass
    assert capsys.readouterr().err == "chips 0/3\n"


def drawn(at, width, spent=100.0, encoding="utf-8", monkeypatch=None):
    """Return the line of a work that was begun `spent` seconds ago at nothing."""
    now = time.monotonic()
    line = progress._Line()
    clock = iter([now, now + spent])
    assert monkeypatch is not None
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock, now + spent))
    line.update(Standing(at.what, 0, at.total))
    line.update(at)
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    Console(file=file, width=width, force_terminal=True).print(line)
    file.flush()
    return file.buffer.getvalue().decode(encoding).rstrip("\n")  # type: ignore[attr-defined]


LONG = Standing(
    "samples", 300, 900, "optimized-endurance: 0 errors, BER < 1.2e-2", "then 6 rare-event estimates"
)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_count_and_time_left_are_seen_at_any_width(width, encoding, monkeypatch):
    line = drawn(LONG, width, encoding=encoding, monkeypatch=monkeypatch)
    assert line.startswith("samples 300/900  ")
    assert ("about 3 min left" in line) is (width > 33)
    assert len(line) <= width
    assert (LONG.found in line) is (width >= 80)
    assert (LONG.later in line) is (width > 110)


@pytest.mark.parametrize(
    ("done", "spent", "said"),
    [
        (0, 5, "5 s so far"), (300, 3, "a few seconds left"), (300, 20, "about 40 s left"),
        (300, 60, "about 2 min left"), (300, 3600, "about 2.0 h left"), (300, 36000, "about 20 h left"),
        (900, 8, "in 8 s"), (900, 200, "in 3 min 20 s"), (900, 7500, "in 2 h 5 min"),
    ],
)  # fmt: skip
def test_times_are_no_more_precise_than_they_are_known(done, spent, said, monkeypatch):
    line = drawn(Standing("samples", done, 900), 60, spent, monkeypatch=monkeypatch)
    assert line.endswith(said)


def test_a_last_piece_that_takes_longer_than_all_before_is_not_about_to_end(monkeypatch):
    line, now = progress._Line(), 1000.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    line.update(Standing("estimates", 0, 6))
    now += 50
    line.update(Standing("estimates", 5, 6))
    assert line.time == "about 10 s left"
    now += 70
    assert line.time == "2 min 0 s so far"
