"""Nothing that ngspice would execute gets through; what it does execute was tried on ngspice 39."""

import os
import shutil
import subprocess

import pytest

from spicekit.errors import InputError
from spicekit.ngspice import check_foreign_file, refuse_control_blocks

BODY = "v1 a 0 1\nr1 a 0 1k\n.tran 1n 10n\n"
SHELL = "shell touch pwned"
# Each of these made ngspice 39.3 touch the file.
EXECUTED = {
    "block": f"title\n{BODY}.control\n{SHELL}\n.endc\n.end\n",
    "upper case, blanks": f"title\n{BODY} \t.CONTROL\n{SHELL}\n.ENDC\n.end\n",
    "another name": f"title\n{BODY}.controlx\n{SHELL}\n.endc\n.end\n",
    "CRLF": f"title\r\n{BODY}.control\r\n{SHELL}\r\n.endc\r\n.end\r\n",
    "behind the end": f"title\n{BODY}.end\n.control\n{SHELL}\n.endc\n",
    "magic comment": f"title\n*# {SHELL}\n{BODY}.end\n",
    "magic comment, tight": f"title\n   *#{SHELL}\n{BODY}.end\n",
    "script": f"*ng_script\n{SHELL}\n",
    "script with parameters": f"*ng_script_with_params\n{SHELL}\n",
}
# These did not, but other versions may read them otherwise.
SUSPICIOUS = {
    "continued": f"title\n{BODY}.con\n+trol\n{SHELL}\n.endc\n.end\n",
    "form feed": f"title\n{BODY}\f.control\n{SHELL}\n.endc\n.end\n",
    "no-break space": f"title\n{BODY}\xa0.control\n{SHELL}\n.endc\n.end\n",
    "byte order mark": f"\ufeff.control\n{SHELL}\n.endc\n",
    "lone carriage return": f"title\n* x\r.control\r{SHELL}\r.endc\n{BODY}.end\n",
    "process": f'title\na1 [d] clk null [q] p\n.model p d_process (process_file="./x")\n{BODY}.end\n',
}
BOTH = EXECUTED | SUSPICIOUS


@pytest.mark.parametrize("text", BOTH.values(), ids=BOTH.keys())
def test_executed_lines_are_refused(text):
    with pytest.raises(InputError, match=r"deck\.cir, line \d+: .*remove the line"):
        refuse_control_blocks(text, "deck.cir")
    refuse_control_blocks(text, "deck.cir", allow=True)


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
@pytest.mark.parametrize("text", EXECUTED.values(), ids=EXECUTED.keys())
def test_ngspice_does_execute_them(text, tmp_path):
    (tmp_path / "deck.cir").write_bytes(text.encode())
    env = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(
        ["ngspice", "-b", "deck.cir"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
    )
    assert (tmp_path / "pwned").exists()


def test_plain_netlists_pass():
    refuse_control_blocks(
        f"* a .control system\n{BODY}* see .control # of pins *#\nxcontrol a b .end\n.end\n", "x"
    )


def test_includes_are_followed_relative_to_each_file_and_round_cycles(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "top.cir").write_text(f'title\n.INCLUDE "deep/a.inc"\n.lib deep/c.lib tt\n{BODY}.end\n')
    (tmp_path / "deep/a.inc").write_text(".inc b.inc\n")
    (tmp_path / "deep/b.inc").write_text(".include '../top.cir'\n* fine\n")
    (tmp_path / "deep/c.lib").write_text(".lib tt\nr2 a 0 1k\n.endl\n")
    names = [p.name for p in check_foreign_file(tmp_path / "top.cir")]
    assert sorted(names) == ["a.inc", "b.inc", "c.lib", "top.cir"]
    (tmp_path / "deep/b.inc").write_text("r1 a b 1\n*# shell ls\n")
    with pytest.raises(InputError, match=r"b\.inc, line 2"):
        check_foreign_file(tmp_path / "top.cir")
    assert len(check_foreign_file(tmp_path / "top.cir", allow=True)) == 4


def test_a_missing_include_is_named_with_its_place(tmp_path):
    (tmp_path / "top.cir").write_text("title\n.include none.inc\n.end\n")
    with pytest.raises(InputError, match=r"top\.cir, line 2: .*none\.inc.* is not a file"):
        check_foreign_file(tmp_path / "top.cir")
