"""Signed requests to the real hub, past the client that platforms use."""

from typing import Any

import httpx

from kuaiji_wire.keys import KeyBook, load_private_key
from kuaiji_wire.signing import Request, Response, Signer, verify_response
from people.houses.hub import Hub, seed

KEYID = "440000:t"
SIGNER = Signer(KEYID, load_private_key(seed(KEYID)))


def asked(hub: Hub, request: Request) -> httpx.Response:
    return httpx.request(
        request.method, request.url, headers=dict(request.headers), content=request.body or None, trust_env=False
    )


def proven(hub: Hub, request: Request) -> tuple[int, Any]:
    """Status and answer, which is proven to be the hub's."""
    got = asked(hub, request)
    verify_response(Response(got.status_code, request, dict(got.headers), got.content), keys=KeyBook(hub.public_keys()))
    return got.status_code, got.json()
