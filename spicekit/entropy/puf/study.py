"""All that is found of chips: uniformity, distances, aliasing, entropy, and the keys that masking and codes leave."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from spicekit.entropy import sp800_90b
from spicekit.entropy.puf.asked import Asked
from spicekit.entropy.puf.doubt import chips_of, interval_of, resampled
from spicekit.entropy.puf.keys import column_entropy, keys_of
from spicekit.entropy.puf.law import Law, chip, flips_of, law_of
from spicekit.entropy.puf.result import Found, Key, Reliability, StateFound
from spicekit.studies.puf.result import PufState

_TESTED = 300_000  # bits of all chips that the estimators see
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


def _keys(
    asked: Asked, chosen: StateFound, rows: int, bits: np.ndarray, entropy: dict[str, float]
) -> tuple[Key, ...]:
    """Return keys without and with masking, each with the interval of its length."""
    # what estimators and places say is taken as it is; the law is what few pairs leave in doubt
    most = min([chosen.aliasing_entropy, *entropy.values()])
    again = [
        keys_of(asked, law, rows, chips_of(law, asked, rows, number), most)
        for number, law in enumerate(resampled(chosen))
    ]
    found = keys_of(asked, chosen.law, rows, bits, most)
    return tuple(
        replace(key, interval=interval_of(key, [one[k] for one in again])) for k, key in enumerate(found)
    )
