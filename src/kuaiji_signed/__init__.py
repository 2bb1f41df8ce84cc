"""Signed requests and answers over HTTP (RFC 9421), for every door of ours that believes signatures. Knows nobody."""
