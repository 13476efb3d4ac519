"""Memory devices from elsewhere: a card that says how to use another author's SPICE subcircuit or Verilog-A module."""
