"""回执码 for made-up people, from the stand-ins' photo service."""

import re
from urllib.parse import urlsplit

import httpx

from kuaiji_standins.portraits import draw_portrait
from people.persons import Person


def beside(platform: str) -> str:
    """Where the stand-ins of a house are, whichever of its platforms this is: base ports are multiples of four."""
    parts = urlsplit(platform)
    assert parts.port
    return f"http://{parts.hostname}:{parts.port - parts.port % 4 + 3}"


def receipt_for(standins: str, person: Person, *, seed: int = 0) -> str:
    """Have a picture taken in the person's name; the code of the receipt."""
    data = {"name": person.name, "document_number": person.document_number, "action": "sent"}
    files = {"photo": ("portrait.jpg", draw_portrait(seed), "image/jpeg")}
    answer = httpx.post(f"{standins}/photo/", data=data, files=files, trust_env=False)
    found = re.fullmatch(r"/photo/([0-9]{12})/", answer.headers.get("location", ""))
    assert found, answer.text
    return found[1]
