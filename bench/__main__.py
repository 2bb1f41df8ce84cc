"""Runs every benchmark of this folder, one after another; each prints one JSON line."""

import sys

from people.houses.modules import run_all

sys.exit(run_all("bench"))
