"""Making the known people of a demonstration."""
