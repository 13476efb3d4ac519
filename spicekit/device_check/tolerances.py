"""The same deck with other tolerances and steps: what a device does must not depend on them."""

import re
from dataclasses import replace

from spicekit.ngspice import Deck

_SETTINGS = re.compile(r"^(\.options temp=\S+).*$", re.MULTILINE)
_TRANSIENT = re.compile(r"^\.tran (\S+) (\S+) 0 \S+ uic$", re.MULTILINE)
_TIGHT = "trtol=1 reltol=1e-6 vntol=1e-9 abstol=1e-15 chgtol=1e-18 itl4=100"
_FINER, _SLOWER = 10, 1e4


def plain(deck: Deck) -> Deck:
    """Return the deck with ngspice's default tolerances."""
    return replace(deck, name=f"{deck.name}, default tolerances", netlist=_SETTINGS.sub(r"\1", deck.netlist))


def tight(deck: Deck) -> Deck:
    """Return the deck with tolerances and steps that leave hardly an error of their own."""

    def finer(found: re.Match[str]) -> str:
        step = float(found[1]) / _FINER
        return f".tran {step:.10g} {found[2]} 0 {step:.10g} uic"

    method = "gear" if "method=gear" in deck.netlist else "trap"
    text = _SETTINGS.sub(rf"\1 {_TIGHT} method={method}", deck.netlist)
    return replace(deck, name=f"{deck.name}, tight", netlist=_TRANSIENT.sub(finer, text))


def slowly_begun(deck: Deck) -> Deck:
    """Return the deck with a first step that is short enough for any device; later ones may be as long as before."""
    text = _TRANSIENT.sub(
        lambda found: f".tran {float(found[1]) / _SLOWER:.10g} {found[2]} 0 {found[1]} uic", deck.netlist
    )
    return replace(deck, name=f"{deck.name}, begun slowly", netlist=text)
