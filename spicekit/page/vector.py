"""SVG files made into elements of a page: small, with ids that do not clash, and letters in fonts of every screen."""

import re

from markupsafe import escape

_FONTS = "'DejaVu Sans', Verdana, sans-serif"  # Verdana is as wide, where the first one is missing
_TAG = re.compile(r"<[^>]+>")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_REFERENCE = re.compile(r'(url\(#|href="#)([^")]+)')


def inline(svg: str, name: str, alt: str) -> str:
    """Return an SVG file of matplotlib as an `svg` element with the words `alt`; the page's style gives its size.

    `name` is put before its ids; those that nothing refers to are left out. Places are rounded to a hundredth of a
    point.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = _TAG.sub(lambda tag: _LONG.sub(_rounded, tag[0]), svg)  # never the letters between tags
    svg = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", svg).replace("'DejaVu Sans'", _FONTS)
    known = {target for _, target in _REFERENCE.findall(svg)}
    svg = re.sub(r' id="([^"]+)"', lambda at: f' id="{name}-{at[1]}"' if at[1] in known else "", svg)
    svg = _REFERENCE.sub(rf"\g<1>{name}-\g<2>", svg).replace("xlink:href", "href")
    svg = re.sub(r"\s*\n\s*", " ", svg).replace("> <", "><").strip()
    (view,) = re.findall(r'viewBox="[^"]*"', svg)[:1]
    head = f'<svg role="img" {view} xmlns="http://www.w3.org/2000/svg" aria-label="{escape(alt)}">'
    return head + svg[svg.index(">") + 1 :]


def _rounded(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
