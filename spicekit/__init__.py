"""spicekit: what a memory nanodevice is worth to a neural network, computed from the transistor up."""
