"""The read as plain netlists, one per sample, for the ways of simulating that cannot alter a loaded deck."""

import re

import numpy as np

from spicekit.ngspice import Deck


def netlist(deck: Deck, row: np.ndarray) -> str:
    """Return the deck with the values of one sample written into its cards; only what is measured is saved."""
    text = deck.netlist
    for parameter, value in zip(deck.parameters, row.tolist(), strict=True):
        if value != parameter.nominal:
            text = _written(text, parameter.command, value)
    return text.replace("\n.end\n", f"\n{save_line(deck)}\n.end\n")


def save_line(deck: Deck) -> str:
    """Return the `.save` line for what the deck measures, without what it also keeps for plots."""
    return ".save " + " ".join(f"v({v})" if "#" not in v else f"i({v.split('#')[0]})" for v in vectors(deck))


def vectors(deck: Deck) -> list[str]:
    """Return the ngspice names of what the deck measures, beside `time`."""
    return list(dict.fromkeys(v for m in deck.measurements for v in m.vectors))


def _written(text: str, command: str, value: float) -> str:
    if card := re.fullmatch(r"altermod (\w+) (\w+)=\{\}", command):
        pattern = rf"(\n\.model {card[1]} \w+\n(?:\+.*\n)*?\+[^\n]* {card[2]}=|\n\.model {card[1]} \w+\n\+ {card[2]}=)"
    elif gap := re.fullmatch(r"alter @c\.(\w+)\.cgap\[ic\]=\{\}", command):
        pattern = rf"(?i)(\n{gap[1]} [^\n]* gap_initial=)"
    else:
        raise ValueError(f"`{command}` is not known here, expected a card's parameter or a gap")
    text, found = re.subn(pattern + r"[^\s]+", rf"\g<1>{value:.17g}", text)
    if found != 1:
        raise ValueError(f"`{command}` stands {found} times in the netlist, expected once")
    return text
