"""Other people's systems, played for demonstrations and tests. Nothing here may ever serve real people."""
