"""Runs every benchmark of this folder, one after another; each prints one JSON line."""

import sys

from tests.support.modules import run_all

sys.exit(run_all("bench"))
