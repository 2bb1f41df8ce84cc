"""Runs every proof of this folder, one after another; each prints one JSON line and fails when a count is off.

``pages`` compares two versions and is run by hand.
"""

import sys

from people.houses.modules import run_all

sys.exit(run_all("prove", without={"pages"}))
