"""Which talkers and vowels of a table are taken, in words; what is not there is named."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import spicekit as sk
from spicekit.cli.app import app
from spicekit.errors import InputError
from spicekit.network.data.formants import Vowels, load_vowels
from spicekit.network.data.talkers import listed


def _table(path, groups=("m", "w", "g")):
    """Two talkers of each group, both numbered from 1 in each; F1 says who and what."""
    rows = [
        (group, talker, vowel, 1000 * (1 + g) + 100 * talker + v, 2000, 0 if (group, vowel) == ("g", "uw") else 3000)
        for g, group in enumerate(groups) for talker in (1, 2) for v, vowel in enumerate(("iy", "ah", "uw"))
    ]  # fmt: skip
    pd.DataFrame(rows, columns=["group", "speaker", "vowel", "F1", "F2", "F3"]).to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("group", "words", "thousands"),
    [("men", ("men",), {1}), ("w, men", ("women", "men"), {1, 2}), ("men,m", ("men",), {1})],
)
def test_groups_are_words_or_the_letters_of_the_file(tmp_path, group, words, thousands):
    found = load_vowels("hillenbrand", _table(tmp_path / "v.csv"), listed(group), ("iy", "uw"))
    assert found.groups == words
    assert set(found.features[:, 0] // 1000) == thousands
    # talkers of two groups who have the same number are two
    assert found.number_of_talkers == 2 * len(thousands)
    assert found.who == f"{2 * len(thousands)} talkers ({', '.join(words)})"
    # labels are places in the list asked for, 0 and 2 in that of the file
    assert np.array_equal(np.array([0, 2])[found.labels], found.features[:, 0] % 100)


def test_vowels_are_codes_or_the_words_that_were_spoken(tmp_path):
    file = _table(tmp_path / "v.csv")
    found, codes = (load_vowels("hillenbrand", file, ("m",), of) for of in (("who'd", "heed"), ("uw", "iy")))
    assert found.classes == codes.classes == ("uw", "iy")
    assert (found.labels == codes.labels).all()


def test_own_files_have_their_own_words(tmp_path):
    file = _table(tmp_path / "v.csv", ("children 7 years", "women"))
    assert load_vowels("hillenbrand", file, ("children 7 years",), ("iy", "ah")).groups == (
        "children 7 years",
    )
    assert load_vowels("hillenbrand", file, ("w",), ("iy", "ah")).groups == ("women",)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--group", "mem"], "no talkers of `--group` `mem` (did you mean `men`?); its column `group` has men (m), "
         "women (w), girls (g)"),
        (["--group", "boys"], "no talkers of `--group` `boys`"),
        (["--group", " , "], "`--group` is empty, expected some of men (m)"),
        (["--vowels", "iy,uh"], "no tokens of `--vowels` `uh` (did you mean `uw`?); its column `vowel` has iy (heed), "
         "ah (hod), uw (who'd)"),
        (["--vowels", "iy,heat"], "no tokens of `--vowels` `heat` (did you mean `heed`?)"),
        (["--vowels", "iy,heed"], "`--vowels` is `iy,heed`, expected two vowels or more"),
        (["--vowels", "iy,iy"], "`--vowels` is `iy`, expected two vowels or more"),
        ([], "no tokens of `--vowels` `ae`"),
        (["--group", "girls", "--vowels", "iy,uw"], "fewer than two talkers of girls have F1 … F3 of all of iy, uw"),
        (["--data", "deterding", "--path", ""], "`--vowels` is for tables of formants"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_line(tmp_path, options, said):
    if "deterding" in options:
        options = ["--data", "deterding", "--vowels", "hid,hed"]
    else:
        options = ["--path", str(_table(tmp_path / "v.csv")), *options]
    found = CliRunner().invoke(app, ["network", "vowels", "oscillators", *options])
    assert isinstance(found.exception, InputError), found.output
    assert said in str(found.exception)
    assert "\n" not in str(found.exception)


def test_tokens_that_are_given_are_taken_as_they_are():
    given = Vowels("own", np.zeros((2, 2)), "", np.zeros(2, int), np.arange(2), ("a", "b"), 0, "")
    assert given.who == "2 talkers"
    with pytest.raises(InputError, match="`group` is for `data` by name"):
        sk.networks.vowels(sk.load("oscillators"), given, group="men")
