"""Bayesian networks in the array: software learns a posterior that the spread of programmed devices can hold."""
