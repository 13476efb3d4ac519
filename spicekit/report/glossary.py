"""Words of the field that a page explains where it uses them."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A word, what it means, and how it is found in a text."""

    word: str
    meaning: str
    pattern: str = ""  # the word itself if empty


_WORDS = (
    Word("1T1R", "one access transistor (T) and one memory device (R) for each bit"),
    Word("2T2R", "two of them for each bit, programmed to opposite states and compared when read"),
    Word(
        "β",
        "distance of a failure from the nominal cell, all random quantities counted in their standard deviations",
    ),
    Word("BER", "bit error rate, the share of reads that give the wrong bit", r"BER|[Bb]it error rate"),
    Word(
        "compliance",
        "the current to which the access transistor limits a SET pulse: it decides how low the low resistance gets",
    ),
    Word(
        "corner", "one of the process corners of the transistor models; tt is typical NMOS and typical PMOS"
    ),
    Word(
        "discarded",
        "a sample whose simulation or measurement failed; it is counted, and not dropped silently",
        r"discard(ed|s)?",
    ),
    Word(
        "endurance",
        "how many programming cycles a cell survives before its error rate crosses the criterion",
        r"[Ee]ndurance|cyclability",
    ),
    Word(
        "extrapolated",
        "computed from laws that were fitted where samples are, and used where there are none",
        "[Ee]xtrapolated?",
    ),
    Word("HRS", "high resistance state of a memory device, after RESET", r"HRS|[Hh]igh resistance"),
    Word("LRS", "low resistance state of a memory device, after SET", r"LRS|[Ll]ow resistance"),
    Word(
        "linewidth",
        "full width at half maximum of an oscillator’s line in the spectrum: how steady its phase is",
        r"[Ll]inewidths?",
    ),
    Word(
        "locked",
        "an oscillator in step with a drive or with others, without a phase slip",
        r"[Ll]ock(ed|ing)?|without a slip",
    ),
    Word(
        "PCSA",
        "pre-charge sense amplifier: both sides are charged, then race to discharge through the two devices",
        r"PCSA|[Pp]re-charge sense amplifier|[Ss]ense amplifier",
    ),
    Word(
        "rare-event sampling",
        "simulation that draws cells near failure on purpose, and weighs them back",
        r"[Rr]are-event",
    ),
    Word("RESET", "the pulse that switches a memory device to its high resistance"),
    Word("SECDED", "a code that corrects one wrong bit in a word, and detects two", r"SECDED"),
    Word("SET", "the pulse that switches a memory device to its low resistance"),
    Word("σ of ln R", "standard deviation of the logarithm of a resistance: 0.1 is a spread of about 10 %"),
)


def words_in(text: str) -> list[Word]:
    """Return the words that `text` uses, in the order of the alphabet."""
    found = [word for word in _WORDS if re.search(rf"(?<!\w)(?:{word.pattern or word.word})(?!\w)", text)]
    return sorted(found, key=lambda word: word.word.replace("β", "beta").replace("σ", "sigma").lower())
