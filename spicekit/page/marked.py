"""Sentences with names in back-ticks, for pages."""

from markupsafe import Markup, escape


def marked(text: str) -> Markup:
    """Return words as HTML, with what stands in back-ticks as code."""
    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if k % 2 else part for k, part in enumerate(parts)))
