"""Pulses that do not switch the device: errors are then counted on states of the card, not of the pulses."""

from collections.abc import Mapping

import pandas as pd

HARDLY = 0.1  # of the way between both states of the card: a nominal device that goes less is not switched
_PULSES = {"set": "SET", "reset": "RESET"}
_STATE = "xcell.gap"
_ASKED = {
    "SET": "raise `set_compliance`, `pulse_width` or the design's `set_voltage`",
    "RESET": "raise `reset_voltage` or `pulse_width`",
}


def unswitched(waveforms: pd.DataFrame | None) -> Mapping[str, str]:
    """Return what must be said of conditions whose pulses leave a nominal device where it is, by their names.

    `waveforms` are the examples of a run: SET begins in the card's high state, RESET in its low one.
    """
    if waveforms is None or waveforms.empty:
        return {}
    states = waveforms.loc[waveforms["signal"] == _STATE, ["condition", "pulse", "time", "value"]]
    states = states.assign(**{key: pd.to_numeric(states[key], "coerce") for key in ("time", "value")})
    found = {}
    for condition, mine in states.groupby("condition", sort=False):
        ends = {p: one.sort_values("time")["value"].to_numpy() for p, one in mine.groupby("pulse")}
        if not all(len(ends.get(pulse, ())) for pulse in _PULSES):
            continue
        window = abs(ends["set"][0] - ends["reset"][0])
        if not window > 0:
            continue
        shares = {name: abs(ends[p][-1] - ends[p][0]) / window for p, name in _PULSES.items()}
        if stuck := {name: share for name, share in shares.items() if share < HARDLY}:
            found[str(condition)] = _said(stuck)
    return found


def _said(stuck: Mapping[str, float]) -> str:
    if len(stuck) == len(_PULSES):
        return (
            f"neither SET nor RESET switches the nominal device (its state goes {stuck['SET']:.1%} and "
            f"{stuck['RESET']:.1%} of the way between both states of the card, at least {HARDLY:.0%} is needed): what "
            "is read comes from the card's `initial` states and not from these pulses: is `design` the one that this "
            "device is made for? `spicekit check-device` tells what it needs"
        )
    ((name, share),) = stuck.items()
    return (
        f"{name} does not switch the nominal device (its state goes {share:.1%} of the way between both states of the "
        f"card, at least {HARDLY:.0%} is needed): resistances and errors depend on the card's `initial` states: "
        f"{_ASKED[name]}; `spicekit check-device` tells what it needs"
    )
