"""What people send who mean no good, and what must come of it."""
