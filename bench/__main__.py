"""Runs every benchmark of this folder, one after another; each prints one JSON line. Comparing needs two checkouts."""

import sys

from people.houses.modules import run_all

sys.exit(run_all("bench", without={"compare"}))
