"""`python -m spicekit`."""

from spicekit.cli import main

main()
