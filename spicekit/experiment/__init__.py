"""The experiment file as data."""
