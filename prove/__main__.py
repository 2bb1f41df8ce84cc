"""Runs every proof of this folder, one after another; each prints one JSON line and fails when a count is off."""

import sys

from people.houses.modules import run_all

sys.exit(run_all("prove"))
