"""What `spicekit fit` says: what it assumed, what came out, how well the card agrees."""

import numpy as np

from spicekit.fit.agreement import FORM, Agreement
from spicekit.fit.columns import ALWAYS
from spicekit.fit.estimate import Estimate, Interval
from spicekit.fit.facts import ERRORS, NONE, PAIRS, QUANTILES, SIGMA_G, WORST
from spicekit.fit.fit import Fit
from spicekit.fit.hold_out import HeldOut
from spicekit.fit.measured import Measured, describe
from spicekit.models.design import Design
from spicekit.report.plots_fit import Compared
from spicekit.run.spec import load_spec
from spicekit.units import engineering

_DEFAULTS = "programming_conditions"  # the bundled experiment whose first condition is taken


def otherwise(design: Design) -> dict[str, tuple[float, str]]:
    """Return what is taken for conditions that nobody stated, and where it is from."""
    first = load_spec(_DEFAULTS).conditions[0]
    origin = f"as in condition `{first.name}` of the bundled experiment"
    found = {name: (getattr(first, name), origin) for name in ALWAYS if name != "read_voltage"}
    return found | {"read_voltage": (design.verify_voltage, "the design's `verify_voltage`")}


def show(fit: Fit, data: Measured, compared: tuple[Agreement, ...]) -> None:
    """Print it."""
    counted = ", ".join(f"{len(rows.table)} of {state.upper()}" for state, rows in fit.rows.items())
    devices = f", {data.table['device'].nunique()} devices" if data.has_device else ""
    print(f"{data.name}: {len(data.table)} resistances ({counted} used){devices}")
    print(f"\n{'fitted':28} {'base':>10} {'card':>10}   95 % interval")
    for estimate in fit.estimates:
        print(_line(estimate))
    print("\nmeasured : simulated   (p form: normal law of LRS conductance, of HRS ln R; p same: both alike)")
    print(
        f"{'':6}{'median':>21}{'misfit':>9}{'of mean ln R':>14}{'sigma of ln R':>17}{'p form':>8}{'p same':>8}"
    )
    place = -1
    for row in sorted(compared, key=lambda row: (row.setting, row.state != "lrs")):
        if row.setting != place:
            place = row.setting
            print(describe(data.settings[place], data.settings))
        print(_row(row, fit.laws.residuals[row.state, row.setting]))
    lost = sum(row.lost for row in compared)
    print(
        f"{lost} of {sum(row.simulated for row in compared)} simulated resistances are of lost or failed pulses"
    )
    for row in compared:
        if row.form_p is not None and row.form_p < 0.01:
            print(f"note: {row.state.upper()}: {FORM[row.state]} is refused (p = {row.form_p:.2g})")
    for note in fit.notes:
        print(f"note: {note}")


def show_held(held: Measured, found: HeldOut) -> None:
    """Print what was held out beside simulated devices."""
    each = f"{found.cycles} cycles in a row" if found.cycles else "2 cycles"
    print(f"\nheld out: {held.name}, {len(held.table):,} resistances")
    print(f"beside {found.devices:,} devices of the card, {each} each")
    print(f"  {'':20}{'measured (95 % interval)':>32}   {'simulated (95 % interval)':>32}")
    place = -1
    for row in found.rows:
        if row.setting != place:
            place = row.setting
            print(describe(held.settings[place], held.settings))
        both = "   ".join(f"{interval(row.what, one):>32}" for one in (row.measured, row.simulated))
        print(f"  {row.state.upper():4}{row.what:16}{both}{'   apart' if row.apart else ''}")
    if found.cycles:
        print(f"spread within and between devices, lag-1 and pairs: of {found.cycles} cycles at a time")
    if found.lost:
        print(f"{found.lost} simulated resistances are lost, counted as errors")


def interval(what: str, found: Interval | None) -> str:
    """Return a fact with its interval, as far as it is known."""
    if found is None:
        return "too few values"
    if what in (ERRORS, PAIRS) and found.value == 0:
        return f"below {found.high:.2g}"

    def shown(value: float) -> str:
        return (
            engineering(value, "Ω")
            if what in QUANTILES
            else f"{value:.2g}"
            if what in (ERRORS, PAIRS)
            else f"{value:.0%}"
            if what in (WORST, NONE)
            else engineering(value, "S")
            if what == SIGMA_G
            else f"{value:.3f}"
        )

    if np.isnan(found.low):
        return shown(found.value)
    return f"{shown(found.value)} ({shown(found.low)} ... {shown(found.high)})"


def _line(estimate: Estimate) -> str:
    name, found = ".".join(estimate.key), estimate.interval
    unit = "" if estimate.unit == "1" else f" {estimate.unit}"
    return (
        f"{name:28} {estimate.before:10.4g} {found.value:10.4g}   {found.low:.4g} ... {found.high:.4g}{unit}"
    )


def _row(row: Agreement, left: float) -> str:
    median = f"{engineering(row.median, 'Ω')} : {engineering(row.median_simulated, 'Ω')}"
    sigma = f"{row.sigma:.3f} : {row.sigma_simulated:.3f}"
    misfit = f"{row.median / row.median_simulated - 1:+.1%}"
    chances = f"{_p(row.form_p):>8}{_p(row.same_p):>8}"
    return f"  {row.state.upper():4}{median:>21}{misfit:>9}{left:>+14.4f}{sigma:>17}{chances}"


def _p(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}"


def curves(fit: Fit, data: Measured) -> list[Compared]:
    """Return what a picture compares: of each state and setting the measured and simulated resistances."""
    found = []
    for (state, k), simulated in fit.simulated.items():
        values = resistances(data, state, k)
        ln = simulated.ln[np.isfinite(simulated.ln)]
        found.append(Compared(state, describe(data.settings[k], data.settings), values, np.exp(ln)))
    return found


def resistances(data: Measured, state: str, setting: int) -> np.ndarray:
    """Return what was measured of a state at a setting [Ohm], also what a fit leaves out."""
    here = (data.table["state"] == state) & (data.table["setting"] == setting)
    return data.table.loc[here, "resistance"].to_numpy()
