"""What fails: the most likely way to each failure region, and which random quantities bring a cell there."""

from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from spicekit.page.drawing import COLOURS, Plot, legend_below, picture
from spicekit.page.numbers import minus
from spicekit.page.section import Grid, Section
from spicekit.report.coordinates import full, short
from spicekit.report.estimated import AGREED
from spicekit.report.rare import every, grouped, name_of
from spicekit.run_folder import RunFolder
from spicekit.statistics import Condition, FailureRegion, RareEstimate, Statistics

_REST = "#d9d9d9"
_KINDS = {
    "device to device": COLOURS[0],
    "pulse before, cycle to cycle": COLOURS[5],
    "last pulse, cycle to cycle": COLOURS[4],
    "access transistors": COLOURS[3],
    "amplifier transistors": COLOURS[2],
    "supply, temperature, telegraph noise": COLOURS[1],
    "all others together": _REST,
}
_LEADING = "furthest off [standard deviations]"
_DARK = ("device to device", "supply, temperature, telegraph noise")
_FOLDED = 8  # regions
_MOST = 12  # bars in the picture; the table has all
_LETTER = 0.0118  # of the axis' width, per letter of a label


@dataclass(frozen=True)
class _Bar:
    condition: Condition
    one: RareEstimate
    region: FailureRegion
    rank: int  # by share, among the regions of one estimate


def regions_section(statistics: Statistics, run: RunFolder) -> Section | None:  # noqa: ARG001
    """Return the failure regions of all estimates, or None if none is known."""
    bars = [
        _Bar(c, one, region, rank)
        for c, one in every(statistics)
        for rank, region in enumerate(sorted(one.regions, key=lambda r: -r.share))
    ]
    if not bars:
        return None
    caption = (
        "Each bar is the most likely way to fail: which random quantities take part, and how many standard deviations "
        "each is off; lengths are shares of β². Several bars of one name are several ways to fail."
    )
    drawn = _shown(bars)
    if len(drawn) < len(bars):
        caption += f" Drawn are {len(drawn)} of {len(bars)} regions, the table has all."
    words = Markup('<span class="words">{}</span>')
    rows = [(b.condition, _name(b), f"{b.region.beta:.2f}", _share(b), words.format(_words(b))) for b in bars]
    return Section(
        title="What fails",
        pictures=((_plot(drawn), caption),),
        summary=_summary(bars),
        grid=Grid(
            ("region of", "β", "share of the rate", words.format(_LEADING)),
            grouped(rows),
            len(rows) > _FOLDED,
        ),
        notes=(
            "β is the distance of the most likely failure from a nominal cell, in standard deviations of all random "
            "quantities together; half-spaces at β have the rate Φ(−β).",
            "LRS and HRS: the memory device that shall be in this state. Device to device: how it differs from others. "
            "Pulse before: the one that writes the opposite state; last pulse: the one that writes what is then read. "
            "Barriers are those of the ions, “per gap” is how much they grow with the gap of the filament.",
        ),
    )


def _shown(bars: list[_Bar]) -> list[_Bar]:
    """Return the bars to draw: of each estimate the largest before any second one, +1 before −1, which mirrors it."""
    levels = sorted({(bar.rank, -bar.one.stored) for bar in bars})
    shown: list[_Bar] = []
    for most in range(len(levels), 0, -1):
        shown = [bar for bar in bars if (bar.rank, -bar.one.stored) in levels[:most]]
        if len(shown) <= _MOST:
            break
    return shown


def _summary(bars: list[_Bar]) -> str:
    """Return which kind of random quantity has the largest part in the likeliest failures of each condition."""
    found = {}
    for bar in bars:
        if (
            bar.rank == 0
            and bar.one.cell == "2t2r"
            and bar.one.outcome == AGREED
            and bar.condition.name not in found
        ):
            found[bar.condition.name] = full(_leading(bar.region)[0][0], bar.one)
    where = {words: ", ".join(name for name in found if found[name] == words) for words in found.values()}
    said = "; ".join(f"{words} in {names}" for words, names in where.items())
    return f"furthest off in the likeliest failure of 2T2R: {said}." if said else ""


def _name(bar: _Bar) -> str:
    return name_of(bar.one) + ("" if bar.one.outcome == AGREED else f" ({bar.one.outcome})")


def _share(bar: _Bar) -> str:
    percent = 100 * bar.region.share
    return f"{percent:.0f} %" if percent >= 0.5 or not percent else "< 0.5 %"


def _words(bar: _Bar) -> str:
    leading = _leading(bar.region)
    return ", ".join(f"{full(name, bar.one)}\u00a0{_signed(value)}" for name, value in leading) or "–"


def _leading(region: FailureRegion) -> list[tuple[str, float]]:
    return sorted(region.leading.items(), key=lambda item: -abs(item[1]))


def _signed(value: float) -> str:
    return minus(f"{value:+.1f}")


def kind(name: str) -> str:
    """Return the kind of random quantity that the coordinate `name` is."""
    parts = name.split(".")
    for level, words in (("device", "device to device"), ("uneven", "device to device"),
                         ("prepare", "pulse before, cycle to cycle"),
                         ("program", "last pulse, cycle to cycle")):  # fmt: skip
        if level in parts[:-1]:
            return words
    if parts[0].startswith("access"):
        return "access transistors"
    if parts[-1] in ("supply", "temperature", "telegraph", "telegraph_amplitude"):
        return "supply, temperature, telegraph noise"
    return "amplifier transistors"


def _plot(bars: list[_Bar]) -> Plot:
    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for row, bar in enumerate(bars):
            _stack(axes, row, bar)
        axes.set_yticks(range(len(bars)), [f"{bar.condition.name} · {_name(bar)}" for bar in bars])
        axes.set_ylim(len(bars) - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel("share of β² at the most likely failure")
        axes.grid(visible=False)
        axes.tick_params(axis="y", length=0)
        seen = {kind(name) for bar in bars for name in bar.region.leading} | {"all others together"}
        legend_below(
            figure, [Patch(color=paint, label=name) for name, paint in _KINDS.items() if name in seen]
        )

    texts = [f"{bar.condition.name} {_name(bar)}: β {bar.region.beta:.2f}, {_words(bar)}" for bar in bars]
    return picture(
        draw, 1.3 + 0.4 * len(bars), "What the most likely failures are made of. " + "; ".join(texts) + "."
    )


def _stack(axes: Axes, row: int, bar: _Bar) -> None:
    start, whole = 0.0, bar.region.beta**2
    for name, value in _leading(bar.region):
        width = min(value**2 / whole, 1 - start) if whole else 0.0
        axes.barh(row, width, 0.8, left=start, color=_KINDS[kind(name)], edgecolor="white")
        words, sigmas = short(name, bar.one), _signed(value)
        # on two lines or without the words where there is no room; the table has them
        tries = (f"{words} {sigmas}", _halved(f"{words} {sigmas}"), sigmas)
        label = next((text for text in tries if max(map(len, text.split("\n"))) * _LETTER < width), "")
        ink = "white" if kind(name) in _DARK else "black"
        axes.text(start + width / 2, row, label, ha="center", va="center", fontsize=7.5, color=ink)
        start += width
    axes.barh(row, 1 - start, 0.8, left=start, color=_REST, edgecolor="white")
    note = f"β {bar.region.beta:.1f}, {_share(bar)}"
    axes.text(1.01, row, note, va="center", fontsize=8, transform=axes.get_yaxis_transform())


def _halved(text: str) -> str:
    """Return the text on two lines, parted where they are most alike."""
    blanks = [k for k, letter in enumerate(text) if letter == " "]
    middle = min(blanks, key=lambda k: max(k, len(text) - k - 1))
    return f"{text[:middle]}\n{text[middle + 1 :]}"
