"""Runs every proof of this folder, one after another; each prints one JSON line and fails when a count is off."""

import sys

from tests.support.modules import run_all

sys.exit(run_all("prove"))
