"""Nothing that ngspice would execute gets through. What it does execute is tried for real: it leaves a file behind."""

import os
import re
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from spicekit.circuits.foreign.source import read_source, resolved
from spicekit.cli.app import app
from spicekit.data import data_path
from spicekit.errors import InputError
from spicekit.models.own_library import own_library
from spicekit.models.rram import load_rram
from spicekit.ngspice import Deck, Final, Parameter, standalone

from .conftest import SHORT_SPEC

BODY = "v1 a 0 1\nr1 a 0 1k\n"
SHELL = "shell touch pwned"
BLOCK = f".control\n{SHELL}\n.endc\n"
MODELS = ".model n nmos level=1\n.model p pmos level=1\n"
EVIL = f".lib tt\n{BLOCK}.endl\n"
RUNS = pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")

# In a netlist; each of these made ngspice 39.3 touch the file.
NETLISTS = {
    "block": f"title\n{BODY}.tran 1n 10n\n{BLOCK}.end\n",
    "upper case, blanks": f"title\n{BODY}.tran 1n 10n\n \t.CONTROL\n{SHELL}\n.ENDC\n.end\n",
    "another name": f"title\n{BODY}.tran 1n 10n\n.controlx\n{SHELL}\n.endc\n.end\n",
    "CRLF": f"title\r\n{BODY}.tran 1n 10n\r\n.control\r\n{SHELL}\r\n.endc\r\n.end\r\n",
    "behind the end": f"title\n{BODY}.tran 1n 10n\n.end\n{BLOCK}",
    "magic comment": f"title\n*# {SHELL}\n{BODY}.tran 1n 10n\n.end\n",
    "magic comment, tight": f"title\n   *#{SHELL}\n{BODY}.tran 1n 10n\n.end\n",
    "script": f"*ng_script\n{SHELL}\n",
    "script with parameters": f"*ng_script_with_params\n{SHELL}\n",
    "included": f"title\n.include evil.inc\n{BODY}.tran 1n 10n\n.end\n",
    "included by another word": f"title\n.includings 'evil.inc'\n{BODY}.tran 1n 10n\n.end\n",
}
# These did not, but other versions may read them otherwise.
SUSPICIOUS = {
    "continued": f"title\n{BODY}.tran 1n 10n\n.con\n+trol\n{SHELL}\n.endc\n.end\n",
    "form feed": f"title\n{BODY}.tran 1n 10n\n\f.control\n{SHELL}\n.endc\n.end\n",
    "no-break space": f"title\n{BODY}.tran 1n 10n\n\xa0.control\n{SHELL}\n.endc\n.end\n",
    "byte order mark": f"\ufeff.control\n{SHELL}\n.endc\n.tran 1n 10n\n.end\n",
    "lone carriage return": f"title\n* x\r.control\r{SHELL}\r.endc\n{BODY}.tran 1n 10n\n.end\n",
    "process": f'title\na1 [d] clk null [q] p\n.model p d_process (process_file="./x")\n{BODY}.tran 1n 10n\n.end\n',
    "model of a process": f'title\n.model p d_process (process_file="./x")\n{BODY}.tran 1n 10n\n.end\n',
    "title that includes": f".include evil.inc\n{BODY}.tran 1n 10n\n.end\n",
    "title with a line break": f"title\r.control\r{SHELL}\r.endc\n{BODY}.tran 1n 10n\n.end\n",
    "back-tick": f"title\nr1 a 0 `{SHELL}`\n.tran 1n 10n\n.end\n",
    "saved command": f"title\n{BODY}.tran 1n 10n\n.save v(a)|sh {SHELL}\n.end\n",
    "saved and redirected": f"title\n{BODY}.tran 1n 10n\n.save v(a) > pwned\n.end\n",
    "option that is a variable": f"title\n{BODY}.tran 1n 10n\n.options ngbehavior=ps\n.end\n",
    "shell continuation": f"title\n{BODY}.tran 1n 10n \\\\\n.control\n.end\n",
    **{
        f"sign 0x{code:02x}": f"title\n{BODY}* x{chr(code)}.control{chr(code)}{SHELL}\n.tran 1n 10n\n.end\n"
        for code in (*range(9), *range(0xB, 0x20), 0x7F, 0x85, 0x2028, 0x2029)
        if chr(code) != "\t"
    },
}
# In a library or in a file that it includes; `evil.lib` lies beside it.
LIBRARIES = {
    "library": ".library evil.lib tt",
    "libx": ".libx 'evil.lib' tt",
    "lib.": ".LIB. evil.lib tt",
    "tight quote": '.lib "evil.lib"tt',
    "includes": ".includes evil.inc",
    "block": BLOCK,
    "lower lib": " .lib.x evil.lib tt",
}
ODD = {"osdi": ".pre_osdi x.osdi", "end of reading": "@", "XSPICE": "a1 a b file_source"}
# Elements by their first letter, outside of control blocks.
COMMANDS = {
    "magic word": f"pre_{SHELL}",
    "command": SHELL,
    "codemodel": "codemodel x.cm",
    "variable": "set ngbehavior=ps",
}


def executed(folder, text, name="deck.cir"):
    (folder / name).write_bytes(text.encode())
    (folder / "evil.lib").write_text(EVIL)
    (folder / "evil.inc").write_text(BLOCK)
    subprocess.run(
        ["ngspice", "-b", name],
        cwd=folder,
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    return (folder / "pwned").exists()


@pytest.mark.parametrize("text", (NETLISTS | SUSPICIOUS).values(), ids=(NETLISTS | SUSPICIOUS).keys())
def test_a_deck_with_executed_lines_is_refused(text):
    with pytest.raises(InputError, match=r"deck `d`(, line \d+:|: .*`\.tran`)"):
        Deck("d", text, (), (Final("a", "a"),), 1e-8)


@pytest.mark.parametrize("text", (NETLISTS | SUSPICIOUS).values(), ids=(NETLISTS | SUSPICIOUS).keys())
def test_a_netlist_of_a_circuit_hands_over_no_executed_line(text, tmp_path):
    """It is refused, or what ngspice would execute stands in a comment or a title, which never reach it."""
    file = tmp_path / "c.cir"
    file.write_bytes(text.encode())
    try:
        source = read_source(resolved(file, ()), "c.cir")
    except InputError:
        return
    left = "\n".join(line.written() for line in source.lines).lower()
    assert not re.search("control|shell|pwned|script", left)


@RUNS
@pytest.mark.parametrize("text", NETLISTS.values(), ids=NETLISTS.keys())
def test_ngspice_does_execute_these_netlists(text, tmp_path):
    assert executed(tmp_path, text)


@RUNS
@pytest.mark.parametrize("line", LIBRARIES.values(), ids=LIBRARIES.keys())
@pytest.mark.parametrize("nested", [False, True], ids=["itself", "nested"])
def test_ngspice_does_execute_these_libraries(line, nested, tmp_path):
    (tmp_path / "own.lib").write_text('.include "deep.inc"\n' if nested else f"{MODELS}{line}\n")
    (tmp_path / "deep.inc").write_text(f"{MODELS}{line}\n")
    assert executed(tmp_path, f"title\n.include own.lib\n{BODY}.op\n.end\n")


@RUNS
@pytest.mark.parametrize("line", COMMANDS.values(), ids=COMMANDS.keys())
def test_ngspice_takes_commands_outside_of_control_blocks_for_elements(line, tmp_path):
    assert not executed(tmp_path, f"title\n{BODY}{line}\n.op\n.end\n")


@pytest.mark.parametrize(
    "line", (LIBRARIES | ODD | COMMANDS).values(), ids=(LIBRARIES | ODD | COMMANDS).keys()
)
@pytest.mark.parametrize("nested", [False, True], ids=["itself", "nested"])
def test_a_library_with_executed_lines_is_refused_by_its_own_file_and_line(line, nested, tmp_path):
    (tmp_path / "evil.lib").write_text(EVIL)
    (tmp_path / "evil.inc").write_text(BLOCK)
    text = f"* comment\n{MODELS}{line}\n"
    (tmp_path / "own.lib").write_text('.include "deep.inc"\n' if nested else text)
    (tmp_path / "deep.inc").write_text(text)
    with pytest.raises(InputError, match=rf"{'deep.inc' if nested else 'own.lib'}, line 4: "):
        own_library(tmp_path / "own.lib", element="M", nmos="n", pmos="p", access="n")


def test_a_lookalike_of_an_include_that_is_one_brings_the_block_to_light(tmp_path):
    (tmp_path / "evil.inc").write_text(f"* comment\n{BLOCK}")
    (tmp_path / "own.lib").write_text(f"{MODELS}.inc evil.inc\n")
    with pytest.raises(
        InputError, match=r"evil\.inc, line 2: .* makes ngspice execute commands; remove the line"
    ):
        own_library(tmp_path / "own.lib", element="M", nmos="n")


@pytest.fixture
def card(tmp_path):
    """A parameter set with a subcircuit of its own, as a user may have got it from somewhere."""
    folder = data_path("device_models", "rram")
    for name in ("hfo2_130nm.toml", "hfo2.sub"):
        shutil.copy(folder / name, tmp_path / name)
    (tmp_path / "evil.lib").write_text(EVIL)
    return tmp_path / "hfo2_130nm.toml"


SUBCIRCUITS = {
    **LIBRARIES,
    **ODD,
    "magic comment": f"*# {SHELL}",
    "script": "*ng_script",
    "include": ".include evil.inc",
    "file separator": f"* x\x1c.control\x1c{SHELL}\x1c.endc",
    "group separator": f"* x\x1d.control\x1d{SHELL}\x1d.endc",
    "record separator": f"* x\x1e.control\x1e{SHELL}\x1e.endc",
    "back-tick": f"rx te be `{SHELL}`",
    "NUL": "* x\0",
}


@pytest.mark.parametrize("line", SUBCIRCUITS.values(), ids=SUBCIRCUITS.keys())
def test_a_subcircuit_of_a_card_with_executed_lines_is_refused(line, card):
    sub = card.parent / "hfo2.sub"
    text = sub.read_text()
    number = text[: text.index(".ends")].count("\n") + 1
    sub.write_text(text.replace(".ends", f"{line}\n.ends"))
    with pytest.raises(InputError, match=rf"hfo2\.sub, line {number}: "):
        load_rram(card)


def test_elements_beside_the_subcircuit_of_a_card_are_refused(card):
    sub = card.parent / "hfo2.sub"
    sub.write_text(sub.read_text() + "rleak bl 0 1k\n")
    with pytest.raises(InputError, match=r"`rleak bl 0 1k` stands outside of any `\.subckt`"):
        load_rram(card)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("te be gap_initial=0", "te be x gap_initial=0"), r"no 2 pins \(it has 3: te be x\)"),
        (("te be gap_initial=0", "te be"), "no parameter `gap_initial`"),
        (("cgap     gap 0", "cstate   gap 0"), "no element `cgap`"),
        (("ve_set   es0 0", "vset     es0 0"), "no element `ve_set`"),
        (("etemp    temp 0", "etemp    t 0"), "no node `temp`"),
    ],
)
def test_what_a_subcircuit_of_a_card_lacks_is_named(change, said, card):
    sub = card.parent / "hfo2.sub"
    sub.write_text(sub.read_text().replace(*change))
    with pytest.raises(InputError, match=rf"hfo2\.sub: the subcircuit has {said}.*built like `hfo2\.sub`"):
        load_rram(card)


@pytest.mark.parametrize(
    "command",
    [
        f"alter r1={{}};{SHELL}",
        f"alter r1={{}} `{SHELL}`",
        "alter r1={} > pwned",
        "alter r1={}\nquit",
        "alter r1='{}'",
        'alter "r1"={}',
        "alter r1={}{a,b}",
        "alter $r={}",
        "alter r1={} | sh",
        "alter r1=!{}",
        "alter r1={}\\",
    ],
)
def test_the_command_of_a_parameter_can_run_no_other(command):
    with pytest.raises(InputError, match="parameter `p`: `command`"):
        Parameter("p", command, 1.0)


@pytest.mark.parametrize("name", ["v(a);shell x", "a b", "`x`", "{x}", "$x", "a\nquit", "a'", "a>b"])
def test_names_of_vectors_can_run_no_command(name):
    with pytest.raises(InputError, match="no name of a vector"):
        Deck("d", f"t\n{BODY}.tran 1n 10n\n.end\n", (), (), 1e-8, (name,))


@pytest.mark.parametrize(
    "name", ["x;shell y", "x y", "`x`", "{x}", "$HOME/x", "a\nb", "'a'", "~/x", "a|b", ">x"]
)
def test_names_of_files_can_run_no_command(name):
    deck = Deck("d", f"t\n{BODY}.tran 1n 10n\n.end\n", (), (Final("a", "a"),), 1e-8)
    with pytest.raises(InputError, match="`output`"):
        standalone(deck, output=name)


def test_a_name_of_a_deck_can_run_no_command():
    deck = Deck(f"d; {SHELL}\n`x`", f"t\n{BODY}.tran 1n 10n\n.end\n", (), (Final("a", "a"),), 1e-8)
    (line,) = re.findall(r"^wrdata .*$", standalone(deck), re.MULTILINE)
    assert line == "wrdata d__shell_touch_pwned__x_.txt v(a)"


def test_plain_netlists_pass():
    text = (
        f"* a .control system\n{BODY}* see .control # of pins *# µ\nxcontrol a b .end\n.tran 1n 10n\n.end\n"
    )
    Deck("d", text, (), (Final("a", "a"),), 1e-8)


MEASURED = "state,resistance,device\n" + "".join(f"lrs,{6000 + 50 * i},d{i}\n" for i in range(30))


@pytest.mark.parametrize(
    "line", [".libx 'evil.lib' tt", BLOCK, f"* x\x1c.control\x1c{SHELL}\x1c.endc", f"*# {SHELL}"]
)
def test_no_command_of_the_shell_runs_an_attack(line, card, monkeypatch):
    """Through the program, dry runs and fits, as a user would who got such files: a line, and no trace."""
    folder = card.parent
    monkeypatch.chdir(folder)
    sub = folder / "hfo2.sub"
    sub.write_text(sub.read_text().replace(".ends", f"{line}\n.ends"))
    (folder / "own.lib").write_text(f"{MODELS}{line}\n")
    (folder / "m.csv").write_text(MEASURED)
    own = '[technology]\nrram = "./hfo2_130nm.toml"\n[monte_carlo]'
    (folder / "card.toml").write_text(SHORT_SPEC.replace("[monte_carlo]", own))
    names = 'nmos = "n"\npmos = "p"\naccess = "n"\nelement = "M"\n[monte_carlo]'
    own = f'[technology.library]\npath = "own.lib"\n{names}'
    (folder / "library.toml").write_text(SHORT_SPEC.replace("[monte_carlo]", own))
    for arguments in (
        ["run", "card.toml", "-o", "out"],
        ["run", "library.toml", "-o", "out"],
        ["run", "library.toml", "-o", "out", "--dry-run"],
        ["fit", "m.csv", "-o", "made.toml", "--base", "./hfo2_130nm.toml", "--quiet"],
    ):
        if "library.toml" in arguments and line == f"*# {SHELL}":
            continue  # a comment of a library, which reaches no deck
        done = CliRunner().invoke(app, arguments)
        assert isinstance(done.exception, InputError), arguments
        assert re.search(r"(hfo2\.sub|own\.lib), line \d+: ", str(done.exception))
        assert not (folder / "out").exists()
    assert not any(folder.rglob("pwned"))
