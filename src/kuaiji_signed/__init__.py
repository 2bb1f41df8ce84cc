"""Signed requests and answers over HTTP (RFC 9421), for every signed door. Imports no other package of ours."""
