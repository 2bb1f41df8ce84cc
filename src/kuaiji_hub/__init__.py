"""The national hub (全国平台): who is held where, transfers, reports. So far only its walls stand (pyproject.toml)."""
