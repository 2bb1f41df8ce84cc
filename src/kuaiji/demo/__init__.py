"""People whom a demonstration knows: one for each answer of the exam check. Never installed in production."""
