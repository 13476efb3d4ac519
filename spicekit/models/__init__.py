"""Loads `device_models/`: parameters, spread, corners."""
