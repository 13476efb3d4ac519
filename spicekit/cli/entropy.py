"""`spicekit entropy`: what the randomness of simulated devices is worth; needs no simulator."""

import typer

from spicekit.cli import entropy_puf, entropy_trng

app = typer.Typer(
    help="What the randomness of simulated devices is worth; needs no simulator.", rich_markup_mode=None
)
app.command(epilog=entropy_trng.EXAMPLE)(entropy_trng.trng)
app.command(epilog=entropy_puf.EXAMPLE)(entropy_puf.puf)
