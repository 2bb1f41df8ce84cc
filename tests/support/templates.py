"""The templates that people write and review."""

from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
# The chapters of the guide are written by a program; nobody edits or reviews them line by line.
TEMPLATES = sorted(path for path in SRC.rglob("templates/**/*.html") if path.parent.name != "guide")
