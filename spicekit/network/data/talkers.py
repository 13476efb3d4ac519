"""Which talkers and which vowels of a table are asked for, in words that its users know."""

from collections.abc import Iterable, Sequence

import pandas as pd

from spicekit.errors import InputError, did_you_mean

WORDS = {"w": "women", "m": "men", "g": "girls", "b": "boys"}
"""Letters of groups in the file of Hillenbrand et al., and what they stand for. Own files may have other words."""
SPOKEN = {
    "ae": "had", "ah": "hod", "aw": "hawed", "eh": "head", "er": "heard", "ei": "hayed", "ih": "hid", "iy": "heed",
    "oa": "hoed", "oo": "hood", "uh": "hud", "uw": "who'd",
}  # fmt: skip
"""Codes of vowels in that file, and the words that were spoken."""
_MOST_NAMED = 20


def listed(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the parts of a text between commas, or of a list, each once; None if nothing is asked for."""
    if given is None:
        return None
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(dict.fromkeys(part for one in parts if (part := str(one).strip())))


def in_words(group: str) -> str:
    """Return what a group of a file is called on pages."""
    return WORDS.get(group, group)


def groups_of(path: object, column: pd.Series, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the groups of a file's `column` that are `asked` for: by the file's own words, or by those of `WORDS`.

    Raises:
        InputError: none is asked for, or one that the file does not have; says which are there.
    """
    known = _in_order(column)
    there = {word: group for group in known for word in (group, in_words(group))}
    there |= {letter: word for letter, word in WORDS.items() if word in known}
    said = ", ".join(f"{in_words(g)} ({g})" if g in WORDS else g for g in known[:_MOST_NAMED]) or "none"
    if not asked:
        raise InputError(f"`--group` is empty, expected some of {said} ({path})")
    for word in asked:
        if word not in there:
            close = did_you_mean(word, there)
            raise InputError(
                f"{path}: no talkers of `--group` `{word}`{close}; its column `group` has {said}"
            )
    return tuple(dict.fromkeys(there[word] for word in asked))


def vowels_of(path: object, column: pd.Series, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the vowels that are `asked` for: by codes of a file's `column`, or by the words of `SPOKEN`.

    Raises:
        InputError: fewer than two, or one that the file does not have; says which are there.
    """
    known = _in_order(column)
    there = {SPOKEN[code]: code for code in known if code in SPOKEN} | {code: code for code in known}
    said = ", ".join(f"{code} ({SPOKEN[code]})" if code in SPOKEN else code for code in known[:_MOST_NAMED])
    for word in asked:
        if word not in there:
            close = did_you_mean(word, there)
            raise InputError(
                f"{path}: no tokens of `--vowels` `{word}`{close}; its column `vowel` has {said or 'none'}"
            )
    found = tuple(dict.fromkeys(there[word] for word in asked))
    if len(found) < 2:
        raise InputError(
            f"`--vowels` is `{','.join(asked)}`, expected two vowels or more, parted by commas; {path} has "
            f"{said or 'none'}"
        )
    return found


def _in_order(column: Iterable[object]) -> list[str]:
    return list(dict.fromkeys(str(value) for value in column if isinstance(value, str) and value))
