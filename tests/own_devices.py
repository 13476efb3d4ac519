"""Memory devices such as users bring: cards and models that are not built like the bundled ones."""

SUBCIRCUIT = """* a threshold device in somebody else's way of writing
.param slope=2 rate0={1e8*slope/2}
.subckt myram n1 n2 params: ron=5k roff=100k vt=0.5
.param span={roff-ron} knee='0.01*span/ron'
Rmin n1 n2 {roff}
G1 n1 n2 value={v(n1,n2)*v(x)*(1/ron-1/roff)}
Bdrive 0 x i=1n*(v(n1,n2)>vt ? {rate0}*(v(n1,n2)/vt-1)*(1-v(x)) : (v(n1,n2)<-vt ? {rate0}*(v(n1,n2)/vt+1)*v(x) : 0))
Cx 0 x 1n ic=0.2
.ends
"""
"""x is 1 where it conducts: opposite to a gap."""

VERILOG = """`include "disciplines.vams"
module myram(n1, n2);
    inout n1, n2;
    electrical n1, n2, x;
    parameter real ron = 5k from (0:inf);
    parameter real roff = 100k;
    parameter real vt = 0.5;
    real v, rate;
    analog begin
        v = V(n1, n2);
        I(n1, n2) <+ v / roff + v * V(x) * (1 / ron - 1 / roff);
        if (v > vt) rate = 1e8 * (v / vt - 1) * (1 - V(x));
        else if (v < -vt) rate = 1e8 * (v / vt + 1) * V(x);
        else rate = 0;
        I(x) <+ ddt(1e-9 * V(x)) - 1e-9 * rate;
    end
endmodule
"""


def quantity(value, unit):
    """Return a number of a card with where it comes from."""
    return f'{{value = {value}, unit = "{unit}", status = "assumed", source = "made up"}}'


def card_text(
    file="myram.lib", spread="vt", more="", state='node = "x"\nunit = "1"\nminimum = 0\nmaximum = 1'
):
    """Return the card of the device above."""
    laws = "\n".join(
        f'{name} = {{device = 0.05, fresh = 0.02, kind = "relative", status = "assumed", source = "made up"}}'
        for name in spread.split()
    )
    return f"""[meta]
name = "myram"
description = "somebody's device"
[model]
file = "{file}"
name = "myram"
terminals = {{top = "n1", bottom = "n2"}}
capacitance = {quantity("5e-15", "F")}
[state]
{state}
[initial]
lrs = {quantity(0.99, "1")}
hrs = {quantity(0.01, "1")}
[spread]
{laws}
{more}
"""


def own_device(folder, card=None, subcircuit=SUBCIRCUIT, file="myram.lib"):
    """Write a card with its model; return its path."""
    (folder / file).write_text(subcircuit)
    path = folder / "myram.toml"
    path.write_text(card_text(file) if card is None else card)
    return path
