"""Every line that refuses a circuit of the user's own: what is untrusted, unknown, ignored or without effect."""

import re

import pytest

from .commands import command
from .own_circuits import DELAY, FILTER, FINAL, LIMIT, R1, written

REFUSED = {
    "control": (
        {"netlist": FILTER.replace(".end", ".control\nshell id\n.endc\n.end")},
        r"makes ngspice execute",
    ),
    "code model": (
        {"netlist": FILTER.replace("c1 out", "a1 [out] x y\nc1 out")},
        "XSPICE code models are not taken",
    ),
    "include": (
        {"netlist": FILTER.replace("c1 out", ".include /etc/passwd\nc1 out")},
        "add '/etc/passwd' to `include`",
    ),
    "analysis": (
        {"netlist": FILTER.replace(".end", ".ac dec 10 1 1g\n.end")},
        "a deck has one `.tran STEP STOP`",
    ),
    "measure": (
        {"netlist": FILTER.replace(".end", ".meas tran a find v(out) at=1n\n.end")},
        "saves and measures by itself",
    ),
    "temperature": (
        {"netlist": FILTER.replace(".end", ".options temp=85\n.end")},
        "`technology.temperature`",
    ),
    "random": (
        {"netlist": FILTER.replace("r1", ".func f(x) {agauss(x, 100, 3)}\nr1").replace("1k", "{f(1k)}")},
        "mine.cir, line 3: .*in `.func` `agauss` is another number at each use",
    ),
    "another analysis alone": (
        {"netlist": FILTER.replace(".tran 10p 10n", ".op")},
        "has one `.tran STEP STOP` and no other analysis: put that in its place",
    ),
    "element in the title": (
        {
            "netlist": FILTER.partition("\n")[2],
            "measurements": (DELAY, '{ name = "charge", kind = "charge", of = "i(vin)" }'),
        },
        "there is no such source.*; line 1, `vin in 0 pwl.*`, is the title of the netlist and no element",
    ),
    "misspelt net": (
        {
            "netlist": FILTER.replace("c1 out", "vx x 0 1\nrx x outt 1k\nc1 out"),
            "parameters": ('{ name = "vx", sigma = "5 %" }', R1),
        },
        "changes nothing that is measured.*; connected to one terminal alone, perhaps misspelt: `outt` .of `rx`",
    ),
    "random source": ({"netlist": FILTER.replace("pwl(", "trnoise(")}, "`trnoise` is drawn by ngspice"),
    "no transient": (
        {"netlist": FILTER.replace(".tran 10p 10n\n", "")},
        "mine.cir: there is no `.tran` line",
    ),
    "two transients": (
        {"netlist": FILTER.replace(".end", ".tran 1p 1n\n.end")},
        r"2 `.tran` lines \(5, 6\), expected 1",
    ),
    "subcircuit": (
        {"netlist": FILTER.replace("r1 in out 1k", "x1 in out cell")},
        "there is no subcircuit `cell`",
    ),
    "pins": (
        {"netlist": FILTER.replace("r1 in out 1k", ".subckt cell a b c\nr1 a b 1k\n.ends\nx1 in out cell")},
        "has 2 nodes, but subcircuit `cell` has 3 pins",
    ),
    "recursion": (
        {"netlist": FILTER.replace("r1 in out 1k", ".subckt cell a b\nx1 a b cell\n.ends\nx1 in out cell")},
        "nested more than 30 deep",
    ),
    "missing file": (
        {"rest": LIMIT + '\n[[studies.circuit.circuits]]\nname="b"\nnetlist="x.cir"\nmeasurements=[]'},
        "at least 1",
    ),
    "no parameter": (
        {"parameters": ('{ name = "r2", sigma = "5 %" }',)},
        r"parameter `r2`: there is no .*did you mean `r1`",
    ),
    "no model": ({"parameters": ('{ name = "nch[vto]", sigma = "5 %" }',)}, "no element or model `nch`"),
    "refused by ngspice": (
        {"parameters": ('{ name = "r1[foo]", value = "3" }', R1)},
        "no such parameter foo",
    ),
    "ignored": (
        {
            "netlist": FILTER.replace("c1 out", "vx x 0 1\nrx x 0 1k\nc1 out"),
            "parameters": ('{ name = "vx", sigma = "5 %" }', R1),
        },
        "parameter `vx`: set from 1 to 1.15 it changes nothing that is measured",
    ),
    "source with a function": (
        {"parameters": ('{ name = "vin", sigma = "5 %" }',)},
        "follows a function of time",
    ),
    "spread of a .param": (
        {
            "netlist": FILTER.replace("1k", "{rr}\n.param rr=1k"),
            "parameters": ('{ name = "rr", sigma = "5 %" }',),
        },
        "ngspice computes a `.param` when it loads",
    ),
    "value needed": (
        {
            "netlist": FILTER.replace("1k", "{rr}\n.param rr=1k"),
            "parameters": ('{ name = "r1", sigma = "5 %" }',),
        },
        "the netlist gives no plain number for it: give `value`",
    ),
    "unit": ({"parameters": ('{ name = "r1", value = "3 V", sigma = "5 %" }',)}, "expected the unit Ohm"),
    "mega": ({"parameters": ('{ name = "r1", value = "3 M", sigma = "5 %" }',)}, "`M` is milli in SPICE"),
    "sign": (
        {"parameters": ('{ name = "r1", sigma = "20 %" }',)},
        "is not above 0: give a smaller one, or `law =",
    ),
    "nothing spreads": ({"parameters": ('{ name = "r1", value = "1 kOhm" }',)}, "nothing spreads"),
    "node": (
        {"measurements": (DELAY.replace("out", "otu"),)},
        r"there is no node `otu` \(did you mean `out`\?\); there are in, out",
    ),
    "current": (
        {"measurements": ('{ name = "delay", kind = "mean", of = "i(r1)" }',)},
        "has no branch current",
    ),
    "no vector": (
        {"measurements": ('{ name = "delay", kind = "mean", of = "out" }',)},
        "`out` is no vector; expected such as `v",
    ),
    "time": (
        {"measurements": (DELAY, FINAL.replace(" }", ', at = "11 ns" }'))},
        "`at` is 1.1e-08 s, but the transient ends",
    ),
    "key of another kind": (
        {"measurements": (DELAY, FINAL.replace(" }", ', level = "1 V" }'))},
        "a value, takes no `level`, which is of `crossing`, `delay`, `regeneration`; it takes",
    ),
    "key that is needed": (
        {"measurements": (DELAY.replace(', level = "0.5 V"', ""),)},
        "a crossing, needs `level`",
    ),
    "limit of nothing": (
        {"rest": LIMIT.replace("delay", "dely")},
        r"`limit.of` is `dely`.*did you mean `delay`",
    ),
    "limit beyond the end": (
        {"rest": LIMIT.replace("0.85 ns", "9.5 ns")},
        "no sample can violate it: `delay` is at most 9e-09 s",
    ),
    "limit that is not touched": (
        {
            "measurements": (DELAY, '{ name = "input", kind = "peak", of = "v(in)" }'),
            "rest": 'limit = { of = "input", above = "2 V" }',
        },
        "no sample can violate it: `input` is 1 whatever spreads",
    ),
    "empty limit": ({"rest": 'limit = { of = "delay" }'}, "needs `below`, `above` or both"),
    "nominal fails": (
        {"netlist": FILTER.replace("10n", "1.2n"), "rest": ""},
        "at its nominal values the circuit has no result",
    ),
    "name of a column": (
        {"measurements": (DELAY.replace('"delay"', '"sample"'),)},
        "is the name of a column of its own",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_one_line_and_exit_code_2(name, tmp_path):
    changes, expected = REFUSED[name]
    file = written(tmp_path, **changes)
    done = command("run", file.name, "-o", "run", cwd=tmp_path)
    said = done.stderr
    assert done.returncode == 2, said
    assert len(said.strip().splitlines()) == 1, said
    assert re.search(expected, said), said
    assert not (tmp_path / "run").exists()
