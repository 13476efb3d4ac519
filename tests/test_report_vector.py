"""Figures as elements of a page: letters are letters, ids are apart, numbers in words stay as they are."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from spicekit.page.drawing import picture

pytestmark = pytest.mark.usefixtures("whole_pictures")


def drawn(name):
    def draw(figure):
        axes = figure.subplots()
        axes.plot([0, 1], [0.12345, 0.2], marker="o", label="a < b & c")
        axes.set_yticks([0.12345], ["0.12345"])
        axes.set_title("99.865 %")
        axes.legend()

    return picture(draw, 2.0, 'five "of" <these>').inline(name)


def test_letters_are_text_and_keep_their_digits():
    root = ElementTree.fromstring(drawn("p1"))
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"0.12345", "99.865 %", "a < b & c"} <= set(words)
    assert root.get("aria-label") == 'five "of" <these>'


def test_places_are_short():
    tags = re.findall(r"<[^>]+>", drawn("p1"))
    assert not [tag for tag in tags if re.search(r"\d\.\d{3,}", tag)]


def test_two_pictures_share_no_id_and_refer_only_to_their_own():
    one, two = drawn("p1"), drawn("p2")
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for svg, own in zip((one, two), ids, strict=True):
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == own  # those nobody needs are gone


def test_nothing_is_drawn_before_it_is_asked_for():
    def draw(figure):
        raise AssertionError(f"drawn on {figure}")

    assert picture(draw, 2.0, "never").alt == "never"
