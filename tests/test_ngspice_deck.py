"""What a deck accepts, and what its identity covers."""

import dataclasses
import os
import shutil
import subprocess

import pytest

from spicekit.errors import InputError
from spicekit.ngspice import At, Deck, Final, Parameter, standalone
from spicekit.ngspice.measure import vector_name

RC = "rc\nv1 in 0 dc 1\nr1 in out 1k\nc1 out 0 1n\n.tran 10n 5u uic\n.end\n"
DECK = Deck("rc", RC, (Parameter("r", "alter r1={}", 1e3),), (Final("end", "out"),), 5e-6)


@pytest.mark.parametrize(
    ("netlist", "said"),
    [
        (RC.replace(".tran 10n 5u uic\n", ""), r"0 `\.tran` lines"),
        (RC.replace(".end", ".tran 1n 2n\n.end"), r"2 `\.tran` lines"),
        (RC.replace(".end\n", ""), "does not end"),
        (RC + "r2 out 0 1k\n", "does not end"),
        (RC.replace(".end", ".op\n.end"), "no other analysis"),
        (RC.replace(".end", ".control\nrun\n.endc\n.end"), "line 6"),
        (RC.replace("r1 in out 1k", "r1 in out {1k+agauss(0,1,1)}"), "drawn by ngspice"),
        (RC.replace(".tran", ".include cards.spice\n.tran"), r"cards\.spice"),
        (RC.replace(".tran", ".lib 'sky.lib' tt\n.tran"), r"sky\.lib"),
    ],
)
def test_a_bad_netlist_is_refused(netlist, said):
    with pytest.raises(InputError, match=said):
        dataclasses.replace(DECK, netlist=netlist)


def test_comments_may_say_anything():
    dataclasses.replace(DECK, netlist=RC.replace(".tran", "* gauss(1) .tran .include x\n.tran"))


@pytest.mark.parametrize(
    "command", ["alter r1=1", "alter r1={} {}", "shell {}", "alter r1={}\nquit", "alter {}" + " " * 900]
)
def test_a_bad_parameter_command_is_refused(command):
    with pytest.raises(InputError, match="parameter `p`"):
        Parameter("p", command, 1.0)


def test_names_must_be_unique():
    with pytest.raises(InputError, match="measurement `end` is given twice"):
        dataclasses.replace(DECK, measurements=(Final("end", "out"), Final("end", "in")))
    with pytest.raises(InputError, match="parameter `r` is given twice"):
        dataclasses.replace(
            DECK, parameters=(Parameter("r", "alter r1={}", 1), Parameter("r", "alter c1={}", 1))
        )


def test_identity_covers_what_affects_results_and_nothing_else():
    assert len(DECK.identity) == 64
    same = dataclasses.replace(DECK, name="other", also_save=("in",), netlist=RC.replace("\n", "\r\n"))
    assert same.identity == DECK.identity
    for other in (
        dataclasses.replace(DECK, netlist=RC.replace("1k", "2k")),
        dataclasses.replace(DECK, stop_time=4e-6),
        dataclasses.replace(DECK, parameters=(Parameter("r", "alter r1={}", 1e3 + 1e-12),)),
        dataclasses.replace(DECK, measurements=(At("end", "out", 1e-6),)),
        dataclasses.replace(DECK, measurements=(At("end", "out", 1.1e-6),)),
    ):
        assert other.identity != DECK.identity


def test_values_arrive_with_all_their_digits():
    assert (
        Parameter("r", "alter @v1[pulse]=[ 0 {} 1n ]", 1).set_to(0.1)
        == "alter @v1[pulse]=[ 0 0.10000000000000001 1n ]"
    )


def test_vector_names_are_ngspices_own():
    assert vector_name("V(Q)") == vector_name("q") == "q"
    assert vector_name("i(Vdd)") == vector_name("vdd#branch") == "vdd#branch"
    assert vector_name("v(x1.out)") == "x1.out"
    assert vector_name("@M1[id]") == "@m1[id]"


@pytest.mark.skipif(shutil.which("ngspice") is None, reason="needs the ngspice program")
def test_the_standalone_deck_runs_by_itself(tmp_path):
    (tmp_path / "a.cir").write_text(standalone(DECK))
    done = subprocess.run(
        ["ngspice", "-b", "a.cir"],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert (tmp_path / "rc.txt").read_text().split()[:2] == ["time", "v(out)"]
