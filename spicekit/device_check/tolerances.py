"""The same deck with other tolerances and steps: what a device does must not depend on them."""

import re
from dataclasses import replace

from spicekit.ngspice import Deck

_SETTINGS = re.compile(r"^(\.options temp=\S+).*$", re.MULTILINE)
_TRANSIENT = re.compile(r"^\.tran (\S+) (\S+) 0 \S+ uic$", re.MULTILINE)
_RELATIVE = re.compile(r"\breltol=(\S+)")
_STRICT = 1e-6  # below, rounding errors of what snaps end in "timestep too small"
_TIGHT = "trtol=1 vntol=1e-9 abstol=1e-15 chgtol=1e-18 itl4=100"
_FINER, _SLOWER = 10, 1e4


def plain(deck: Deck) -> Deck:
    """Return the deck with ngspice's default tolerances."""
    return replace(deck, name=f"{deck.name}, default tolerances", netlist=_SETTINGS.sub(r"\1", deck.netlist))


def strict(deck: Deck) -> Deck:
    """Return the deck with tolerances that leave hardly an error of their own, and its steps."""
    method = "gear" if "method=gear" in deck.netlist else "trap"
    ours = float(found[1]) if (found := _RELATIVE.search(deck.netlist)) else 1.0
    tight = f"reltol={min(_STRICT, ours):g}"
    text = _SETTINGS.sub(rf"\1 {tight} {_TIGHT} method={method}", deck.netlist)
    return replace(deck, name=f"{deck.name}, strict", netlist=text)


def tight(deck: Deck) -> Deck:
    """Return the deck with tolerances and steps that leave hardly an error of their own."""

    def finer(found: re.Match[str]) -> str:
        step = float(found[1]) / _FINER
        return f".tran {step:.10g} {found[2]} 0 {step:.10g} uic"

    text = _TRANSIENT.sub(finer, strict(deck).netlist)
    return replace(deck, name=f"{deck.name}, tight", netlist=text)


def with_tolerance(deck: Deck, relative: float) -> Deck:
    """Return the deck with another `reltol`."""
    text = _RELATIVE.sub(f"reltol={relative:g}", deck.netlist)
    return replace(deck, name=f"{deck.name}, {relative:g}", netlist=text)


def slowly_begun(deck: Deck) -> Deck:
    """Return the deck with a first step that is short enough for any device; later ones may be as long as before."""
    text = _TRANSIENT.sub(
        lambda found: f".tran {float(found[1]) / _SLOWER:.10g} {found[2]} 0 {found[1]} uic", deck.netlist
    )
    return replace(deck, name=f"{deck.name}, begun slowly", netlist=text)
