"""P-bit.

A superparamagnetic junction between the supply and a transistor, and an inverter behind them: the output of the p-bit
is high or low at random, and the voltage at the gate of the transistor says how often. All is one circuit in ngspice:
the junction that `technology.superparamagnetic` names, which must favour the antiparallel state at the supply (such as
`superparamagnetic_pbit`), and logic transistors of the design with their mismatch. A sample is a p-bit with a junction
and transistors of its own; the same ones are used at each voltage and at each point of a grid.

Counted are the changes of the output and the time that it is high and low. A law is fitted to the counts of each p-bit:
the output rises at the rate exp((1 + skew) I)/(2 time) and falls at the rate exp(-(1 - skew) I)/(2 time), where
I = (V - centre)/width is the input of the p-bit. Its mean is then tanh(I), and `time` its correlation time at I = 0.
From this law and its spread `spicekit network pbits` draws its p-bits ([docs/pbits.md](pbits.md)).
"""

ORDER = 82
