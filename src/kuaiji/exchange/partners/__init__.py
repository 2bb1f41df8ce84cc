"""Other people's systems that answer questions while a person waits.

Each client takes a ``Partner`` (address, token) and raises PartnerUnavailable when it has no answer that can be
trusted: whoever asks goes on without one, or lets wait what rests on it (docs/adr/0054).
"""
