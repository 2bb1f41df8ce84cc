"""Comparing our books with the national hub's, every difference by name with its repair; and what to do about messages
that wait for people."""
