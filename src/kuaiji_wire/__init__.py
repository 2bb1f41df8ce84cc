"""Messages between platforms and hub: typed, versioned, signed. So far only its walls stand (pyproject.toml)."""
