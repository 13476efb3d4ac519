"""A user's own netlist: read and checked, what is in it by name, and the deck that it becomes."""
