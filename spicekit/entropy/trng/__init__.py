"""True random bits from simulated devices: what they cost, how random they are, and what whitening leaves."""
