"""Networks on the simulated devices: statistics in, accuracy and energy out; no circuit simulator here."""
