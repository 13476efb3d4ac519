"""Keys of chips: what masking, repetition and codes leave of their bits."""

import numpy as np
from scipy.special import ndtr

from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.codes import best_scheme
from spicekit.entropy.puf.law import Law
from spicekit.entropy.puf.result import Key

_NODES, _REACH = 4001, 8  # of the integral over an amplifier's offset, in its standard deviations


def column_entropy(law: Law, rows: int) -> float:
    """Return the min-entropy per bit of pairs behind one amplifier: of the likeliest column, all ones or all zeros.

    Given the amplifier's part of what is seen, pairs are independent; by the trapezoidal rule over that part.
    """
    nodes = np.linspace(-_REACH, _REACH, _NODES)
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    own = np.sqrt(max(1 - law.shared, 1e-12))
    ones = ndtr((law.means[0] + np.sqrt(law.shared) * nodes) / own)
    likeliest = max(float(weights @ ones**rows), float(weights @ (1 - ones) ** rows))
    return -float(np.log2(likeliest)) / rows


def keys_of(asked: Asked, law: Law, rows: int, bits: np.ndarray, entropy: float) -> tuple[Key, ...]:
    """Return keys without and with masking; bits that differ at another supply are masked.

    Args:
        asked: of a chip, and which failure is allowed.
        law: of its pairs.
        rows: pairs behind one amplifier.
        bits: (chips, reads, rows, columns).
        entropy: min-entropy per bit that is not exceeded, beside that of a column.
    """
    names = law.names
    masking = [k for k, name in enumerate(names) if name.endswith("V")]
    least = min(column_entropy(law, rows), entropy)
    found = []
    for masked in (False, True):
        if masked and not masking:
            continue
        kept = np.full(bits[:, 0].shape, True)
        if masked:
            kept = (bits[:, masking] == bits[:, :1]).all(axis=1)
        # what only happens later: neither what masks, nor another write
        later = [k for k, name in enumerate(names) if k and k not in masking and name != "rewritten"]
        rates = {names[k]: float(((bits[:, k] != bits[:, 0]) & kept).sum() / kept.sum()) for k in later}
        worst = max(rates.values(), default=0.0)
        number = int(np.quantile(kept.reshape(len(bits), -1).sum(axis=1), 0.01))
        scheme = best_scheme(number, worst, least, asked.failure)
        found.append(Key(rows, masked, float(kept.mean()), number, rates, worst, least, scheme))
    return tuple(found)
