"""What arrays learned of cartpole, as a page, a table and JSON."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from spicekit.network.mcmc.cartpole import LONGEST, SOLVED, Balanced
from spicekit.network.mcmc.result import SCHEMA
from spicekit.page.drawing import COLOURS, GREY, Plot, picture
from spicekit.page.section import Grid, Section
from spicekit.report.page import Page, write_findings


def write_balanced(found: Balanced, folder: Path, provenance: dict[str, str], command: str) -> Path:
    """Write `report.html`, `table.csv` and `summary.json` into an existing folder; return the page's path."""
    table, rule, solved = found.table, found.asked.rule, found.solved
    summary = {
        "schema": SCHEMA, "provenance": provenance, "task": "cartpole", "proposals": rule.steps, "rows": rule.rows,
        "arrays": len(table), "solved": solved, "steps_median": float(np.median(found.steps)),
        "steps_mean": float(found.steps.mean()), "untrained_mean": float(found.untrained.mean()),
    }  # fmt: skip
    rows = tuple(
        (str(k), f"{steps:.0f}", f"{before:.0f}", f"{share:.1%}")
        for k, (steps, before, share) in enumerate(
            zip(found.steps, found.untrained, table["accepted"], strict=True)
        )
    )
    section = Section(
        "Balanced steps",
        (
            (
                _plot(found),
                "Each line is an array. Dots: the vote of its models on start states it has not seen.",
            ),
        ),
        "A memory array learns to balance a pole on a cart: its programming cycles propose rules when to push "
        "right, and better rules are kept more often (Markov chain Monte Carlo). "
        f"{solved} of {len(table)} arrays balance for {SOLVED:g} steps or more, mean over 50 start states, which "
        f"counts as solved; untrained policies do so for {found.untrained.mean():.0f} steps.",
        Grid(("array", "steps, vote", "steps, untrained", "accepted"), rows),
        (
            "CartPole-v1 of Gymnasium; a policy pushes right where a weighted sum of the state and a constant is above "
            "zero. The likelihood of a policy is exp(20 x share of the longest time). An array that has found no "
            "policy that balances gets no hint where to look, as the likelihood is flat there.",
            "Published: simulated on the same task (Dalgaty et al., arXiv 2001.11426), figures not known.",
        ),
    )
    said = f"Gymnasium, {LONGEST} steps at most · {rule.rows} rows · {rule.steps} proposals"
    page = Page(
        "Learning in the array: cartpole",
        said,
        (section,),
        tuple(provenance.items()),
        command,
    )
    return write_findings(page, folder, {"table.csv": table}, summary)


def _plot(found: Balanced) -> Plot:
    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, width_ratios=[2, 1], sharey=False)
        left.plot(
            np.arange(found.asked.rule.steps) + 1,
            found.learned.trace.T,
            color=COLOURS[0],
            alpha=0.4,
            linewidth=0.9,
        )
        left.set_xlabel("proposals")
        left.set_ylabel("ln of the posterior of the current policy,\nup to a constant")
        right.plot(np.arange(len(found.steps)), found.steps, "o", color=COLOURS[0], label="vote")
        right.plot(np.arange(len(found.steps)), found.untrained, "s", color=COLOURS[1], label="untrained")
        right.axhline(SOLVED, color=GREY, linestyle=":")
        right.annotate(
            "solved", (0, SOLVED), xytext=(0, -12), textcoords="offset points", color=GREY, fontsize=9
        )
        right.set_xlabel("array")
        right.set_ylabel("steps balanced, mean")
        right.set_ylim(0, 1.25 * LONGEST)
        right.legend(loc="upper right", ncols=2)

    text = f"Cartpole: steps balanced per array {', '.join(f'{s:.0f}' for s in found.steps)}."
    return picture(draw, 3.6, text)
