"""One memory device on the test bench: is its card fit for use, and if not, what is wrong and what helps."""
