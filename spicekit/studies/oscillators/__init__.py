r"""Oscillators: what the three studies find.

Spin-torque nano-oscillators: all that a network simulator needs to put equations in the place of the circuit. The
studies `oscillation`, `injection_locking` and `mutual_locking` each fill in a part; a part that was not measured is
absent. The equation is that of the universal auto-oscillator for the complex amplitude c, with p = |c|²:

    dc/dt = -2πi (frequency + field_sensitivity·B + frequency_shift·p) c
            - 2π damping (1 + damping_growth·p) c + 2π spin_torque·I (1 - p) c
            + 2π coupling·exp(i·phase)·i_rf(t)                        (ratio 1; at twice the frequency times c*)
            + noise,  <f(t) f*(t')> = 2 D δ(t - t'),
    D = 2π damping·thermal_power (1 + damping_growth·p)·frequency/(frequency + frequency_shift·p)

I is the bias current, B the field line's flux density, i_rf(t) the rf current through the junction (or the field
line). Oscillators on one load: each is a source of the voltage -`emission`·I·Re c (c counts towards the parallel
state, where the resistance is low) behind its `resistance`; the rf currents that these drive through one another,
by the rules of circuits, are their i_rf. Counted into a junction like I, they are minus the sum of all voltages
over (load + sum of resistances) in series. In parallel it is the voltage on the load minus the own one, over the
own resistance, and the sign of `coupling` is turned (lines of half a wavelength, see the deck).

`laws.oscillator()` gives the closed forms: threshold, p(I), f(I), ν, relaxation, linewidth, locking range.
"""

ORDER = 120
