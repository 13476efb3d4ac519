"""Which parameters the settings can tell: a law is fitted where conditions vary, and kept where it does not show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spicekit.errors import InputError
from spicekit.fit.laws import LawFit, Means, fit_laws
from spicekit.fit.measured import Setting
from spicekit.fit.response import Testbench, with_values
from spicekit.models.rram import RramModel
from spicekit.units import engineering

_VAGUE = 0.5  # of the value: a wider interval is no knowledge
_FAR = 2.0  # times: a mean that the best fit misses by more is out of the model's reach
_MISFIT = 0.01  # p value below which the laws are said not to hold


@dataclass(frozen=True)
class Choice:
    """The laws fitted, and why no others were."""

    rram: RramModel  # with the values fitted
    laws: LawFit
    notes: tuple[str, ...]


def fit_what_shows(
    benches: Sequence[Testbench], base: RramModel, settings: Sequence[Setting], means: Sequence[Means]
) -> Choice:
    """Fit the barriers that the settings can tell, the other ones as in `base`.

    Raises:
        InputError: no barrier gives the resistances.
    """
    notes: list[str] = []
    free = _candidates(settings, means, notes)
    laws = fit_laws(benches, base, means, free)
    for p in ("e_set_gap", "e_reset_gap"):
        if p in free and (why := _hidden(p, laws, base)):
            notes.append(f"`{p}` does not show: {why}; kept at {base.value(p):g}")
            free.remove(p)
            laws = fit_laws(benches, base, means, free)
    if "e_reset" in laws.at_edge and "e_reset_gap" not in free:
        notes.append("no `e_reset` gives these resistances: `e_reset_gap` is fitted in its place")
        free[free.index("e_reset")] = "e_reset_gap"
        laws = fit_laws(benches, base, means, free)
    if laws.at_edge or max(map(abs, laws.residuals.values())) > np.log(_FAR):
        ohm = ", ".join(engineering(float(np.exp(v)), "Ω") for m in means for v in m.values)
        raise InputError(
            f"`{', '.join(free)}`: no value lets the base card reach the mean resistances ({ohm}): check the units and "
            "conditions, or start from another card with `--base`"
        )
    notes += _misfit(laws)
    notes += [note for m in means if m.state == "lrs" for note in _compliance_slope(m, laws, settings)]
    chosen = with_values(base, {p: interval.value for p, interval in laws.parameters.items()})
    return Choice(chosen, laws, tuple(notes))


def _candidates(settings: Sequence[Setting], means: Sequence[Means], notes: list[str]) -> list[str]:
    free = []
    for m in means:
        used = [settings[k] for k in m.settings]
        if m.state == "lrs":
            free.append("e_set")
            if len({s.set_compliance for s in used}) > 1:
                free.append("e_set_gap")
            else:
                notes.append("one compliance: the LRS law against it (`e_set_gap`) is kept")
        else:
            free.append("e_reset")
            if len({(s.reset_voltage, s.pulse_width) for s in used}) > 1:
                free.append("e_reset_gap")
            else:
                notes.append("one RESET voltage and width: the HRS law against them (`e_reset_gap`) is kept")
    return free


def _hidden(parameter: str, laws: LawFit, base: RramModel) -> str:
    """Return why the fit does not tell `parameter`, or nothing."""
    found = laws.parameters[parameter]
    text = f"95 % interval {found.low:.3g} ... {found.high:.3g}"
    if parameter in laws.at_edge:
        return "its best value lies at the edge of what the model can do"
    if parameter == "e_set_gap" and found.low <= base.value(parameter) <= found.high:
        return f"the base card's law agrees ({text})"
    if found.high - found.low > 2 * _VAGUE * abs(found.value):
        return text
    return ""


def _misfit(laws: LawFit) -> list[str]:
    if laws.p_value >= _MISFIT:
        return []
    worst = max(laws.residuals.values(), key=abs)
    return [
        f"the laws do not hold within the errors (chi-square {laws.chi_square:.1f} with {laws.freedom} degrees of "
        f"freedom, p = {laws.p_value:.1g}; largest misfit {np.exp(abs(worst)) - 1:.0%}): intervals are widened"
    ]


def _compliance_slope(m: Means, laws: LawFit, settings: Sequence[Setting]) -> list[str]:
    """Return the measured and the fitted log-log slope of LRS against compliance."""
    x = np.log([settings[k].set_compliance or np.nan for k in m.settings])
    if np.ptp(x) == 0:
        return []
    x = x - x.mean()
    pull = x / (x @ x)
    model = m.values - np.array([laws.residuals["lrs", k] for k in m.settings])
    error = float(np.sqrt(pull @ m.covariance @ pull))
    slope = float(pull @ m.values)
    return [
        f"LRS against compliance: log-log slope {slope:.3f} +- {error:.3f} (one standard error) measured, "
        f"{float(pull @ model):.3f} of the fitted card"
    ]
