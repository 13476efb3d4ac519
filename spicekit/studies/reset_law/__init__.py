"""High resistance state against RESET voltage and width."""

ORDER = 50
