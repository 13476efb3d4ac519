"""Numbers as SPICE writes them."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(meg|mil|[tgkmunpfa])?[a-z]*", re.IGNORECASE)
_POWERS = {"t": 12, "g": 9, "meg": 6, "k": 3, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18}
_MIL = Decimal("25.4e-6")


def spice_number(text: str) -> float | None:
    """Return a plain number as SPICE writes it, such as ``2.2meg`` or ``10pF``; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None or len(found[1]) > 40:
        return None
    unit = (found[2] or "").lower()
    scaled = Decimal(found[1]) * _MIL if unit == "mil" else Decimal(found[1]).scaleb(_POWERS.get(unit, 0))
    return float(scaled)
