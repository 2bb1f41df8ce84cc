"""The tables of the exam check, a module for each part."""
