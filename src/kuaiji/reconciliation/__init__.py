"""Comparing our books with the national hub's: every difference by name, with its repair."""
