"""Messages between the platforms and the national hub: typed, versioned, signed. The page for others: docs/wire.md."""
