"""Netlists such as users bring, and an experiment with one."""

FILTER = """A low-pass filter behind a step of 1 ps
vin in 0 pwl(0 0 1n 0 1.001n 1)
r1 in out 1k
c1 out 0 1p
.tran 10p 10n
.end
"""
INVERTERS = """Two inverters
.param load=2f
vdd vdd 0 1.8
vin in 0 pulse(0 1.8 1n 50p 50p 3n 10n)
.subckt inverter a y vdd w=1u
.model pch pmos level=1 vto=-0.5 kp=40u
mp y a vdd vdd pch w=2u l=0.15u
mn y a 0 0 nch w={w} l=0.15u
.ends
.model nch nmos level=1 vto=0.5 kp=120u
x1 in b vdd inverter
x2 b out vdd inverter w=2u
cout out 0 {load}
.option reltol=1e-4
.tran 10p 8n
"""
DELAY = '{ name = "delay", kind = "crossing", of = "v(out)", level = "0.5 V", start = "1 ns" }'
FINAL = '{ name = "final", kind = "value", of = "v(out)" }'
R1, C1 = '{ name = "r1", sigma = "5 %" }', '{ name = "c1", sigma = "10 %", law = "lognormal" }'
LIMIT = 'limit = { of = "delay", above = "0.85 ns" }'
OF_INVERTERS = (
    '{ name = "edge", kind = "delay", of = "v(in)", level = "0.9 V", to = "v(out)" }, '
    '{ name = "energy", kind = "energy", of = "vdd", stop = "4 ns" }, '
    '{ name = "charge", kind = "charge", of = "i(vdd)", stop = "4 ns" }, '
    '{ name = "high", kind = "mean", of = "v(out)", start = "2 ns", stop = "3 ns" }, '
    '{ name = "top", kind = "peak", of = "v(out)" }, '
    '{ name = "inner", kind = "difference", of = "v(b)", minus = "v(out)", at = "3 ns" }'
)


def written(folder, netlist=FILTER, parameters=(R1, C1), measurements=(DELAY, FINAL), rest=LIMIT, **more):
    """Write an experiment with a netlist beside it; return its file."""
    (folder / "mine.cir").write_text(netlist)
    file = folder / "mine.toml"
    technology = f"[technology]\n{more['technology']}\n" if "technology" in more else ""
    file.write_text(
        f'schema = "spicekit.sweep/1"\nname = "mine"\nseed = {more.get("seed", 3)}\n{technology}[studies.circuit]\n'
        f"samples = {more.get('samples', 40)}\nquick_samples = 5\n"
        f'[[studies.circuit.circuits]]\nname = "one"\nnetlist = "mine.cir"\nparameters = [{", ".join(parameters)}]\n'
        f"measurements = [{', '.join(measurements)}]\n{rest}\n"
    )
    return file
