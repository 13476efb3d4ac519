"""All that is found of chips: uniformity, distances, aliasing, entropy, and the keys that masking and codes leave."""

import time
from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from spicekit.entropy import sp800_90b
from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.codes import best_scheme
from spicekit.entropy.puf.law import Law, chip, flips_of, law_of
from spicekit.entropy.puf.result import Found, Key, Reliability, StateFound
from spicekit.studies.puf.result import PufState

_TESTED = 300_000  # bits of all chips that the estimators see
_NODES, _REACH = 4001, 8  # of the integral over an amplifier's offset, in its standard deviations
_MAPS = 3


def steps_in(asked: Asked) -> int:
    """Return how many steps `study` has."""
    more = asked.rows > 1
    return asked.chips * (len(asked.usable) + more) + sp800_90b.NUMBER * (1 + more)


def study(asked: Asked, progress: Callable[[int], None] = lambda _: None) -> Found:
    """Return all that is found; `progress` is told how many steps are done."""
    begun, states, chosen_bits, done = time.process_time(), [], None, 0
    for state in asked.usable:
        bits = _chips(asked, law_of(state), asked.rows, progress, done)
        done += asked.chips
        states.append(_state(asked, state, bits))
        if state is asked.chosen:
            chosen_bits = bits
    assert chosen_bits is not None
    seconds = time.process_time() - begun
    chosen = next(one for one in states if one.state is asked.chosen)
    entropy = _estimated(chosen_bits, progress, done)
    done += sp800_90b.NUMBER
    keys = _keys(asked, chosen, asked.rows, chosen_bits, entropy)
    if asked.rows > 1:
        own = _chips(asked, chosen.law, 1, progress, done)
        keys += _keys(asked, chosen, 1, own, _estimated(own, progress, done + asked.chips))
    return Found(
        asked=asked,
        states=tuple(states),
        chosen=chosen,
        entropy=entropy,
        tested=min(_TESTED, asked.chips * asked.bits),
        keys=keys,
        maps=chosen_bits[:_MAPS, 0],
        bits_per_second=sum(chosen_bits[0].size for _ in states) * asked.chips / seconds
        if seconds
        else np.inf,
    )


def _estimated(bits: np.ndarray, progress: Callable[[int], None], done: int) -> dict[str, float]:
    """Return what the estimators say of bits at enrolment; pairs behind one amplifier follow each other."""
    flat = bits[:, 0].transpose(0, 2, 1).reshape(-1)[:_TESTED].astype(np.uint8)
    return sp800_90b.estimates(flat, progress, done) if len(flat) >= sp800_90b.LEAST_BITS else {}


def _chips(asked: Asked, law: Law, rows: int, progress: Callable[[int], None], done: int) -> np.ndarray:
    """Return the bits of all chips in all reads, (chips, reads, rows, columns), `rows` behind an amplifier."""
    columns = asked.bits // rows
    bits = np.empty((asked.chips, len(law.names), rows, columns), bool)
    for number in range(asked.chips):
        bits[number] = chip(law, rows, columns, asked.seed, number)
        progress(done + number + 1)
    return bits


def _state(asked: Asked, state: PufState, bits: np.ndarray) -> StateFound:
    law, enrolled = law_of(state), bits[:, 0].reshape(asked.chips, -1)
    signs = 2.0 * enrolled - 1
    # of two rows of signs, those that differ are (bits - product)/2
    products = signs @ signs.T
    distance = (asked.bits - products[np.triu_indices(asked.chips, 1)]) / (2 * asked.bits)
    reliability = []
    for read, name in enumerate(law.names[1:], 1):
        wrong = (bits[:, read] != bits[:, 0]).reshape(asked.chips, -1).mean(axis=1)
        reliability.append(Reliability(name, wrong, state.reads[read - 1].flips, flips_of(law, read)))
    aliasing = enrolled.mean(axis=0)
    return StateFound(
        state=state,
        law=law,
        uniformity=enrolled.mean(axis=1),
        uniqueness=distance,
        aliasing=aliasing,
        reliability=tuple(reliability),
        column_entropy=column_entropy(law, asked.rows),
        aliasing_entropy=float(-np.log2(np.maximum(aliasing, 1 - aliasing)).mean()),
    )


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


def _keys(
    asked: Asked, chosen: StateFound, rows: int, bits: np.ndarray, entropy: dict[str, float]
) -> tuple[Key, ...]:
    """Return keys without and with masking; bits that differ at another supply are masked."""
    names = chosen.law.names
    masking = [k for k, name in enumerate(names) if name.endswith("V")]
    least = min([column_entropy(chosen.law, rows), chosen.aliasing_entropy, *entropy.values()])
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
        number = int(np.quantile(kept.reshape(asked.chips, -1).sum(axis=1), 0.01))
        scheme = best_scheme(number, worst, least, asked.failure)
        found.append(Key(rows, masked, float(kept.mean()), number, rates, worst, least, scheme))
    return tuple(found)
