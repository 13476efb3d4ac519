"""A fuzzer of everything that is read from others; see CONTRIBUTING.md for how a new reader joins it."""
