"""What the text of a variable may be: each function makes the value of it, or raises ValueError. Pure."""

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

SHORTEST_SECRET = 50
SHORTEST_TOKEN = 32
FEWEST_SIGNS = 8  # different ones in a secret: 32 random hexadecimal digits hardly ever have fewer
HOST = re.compile(r"\*|\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_WITHOUT_PORT = re.compile(r"^(\[[^]]*\]|[^:]*):[0-9]*$")
NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH_SIGNS = re.compile(r"[A-Za-z0-9_-]+")


def one_of(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError
        return text

    return read


def is_one(text: str) -> bool:
    return one_of("0", "1")(text) == "1"


def number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError
        return int(text)

    return read


def list_of(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text.split(","))
        if not all(map(pattern.fullmatch, parts)):
            raise ValueError
        return parts

    return read


def pairs(text: str) -> dict[str, str]:
    parts = [pair.strip().partition("=") for pair in text.split(",")]
    if not all(name and value for name, _, value in parts):
        raise ValueError
    return {name: value for name, _, value in parts}


def neighbours(text: str) -> dict[str, str]:
    """Where people are sent: addresses that nobody reads along, and nothing that a browser would run."""
    found = pairs(text)
    if not all(is_private_address(each) for each in found.values()):
        raise ValueError
    return found


def random_text(shortest: int) -> Callable[[str], str]:
    """A secret nobody guesses: so long, and not one sign again and again."""

    def read(text: str) -> str:
        if len(text) < shortest or len(set(text)) < FEWEST_SIGNS:
            raise ValueError
        return text

    return read


def path_token(shortest: int) -> Callable[[str], str]:
    """The same where it is part of an address: letters, digits, ``-`` and ``_``."""
    random = random_text(shortest)

    def read(text: str) -> str:
        if not _PATH_SIGNS.fullmatch(text):
            raise ValueError
        return random(text)

    return read


def networks(text: str) -> tuple[str, ...]:
    """Networks of IPv4 and IPv6 by commas, each as it is written: 203.0.113.0/24."""
    return tuple(str(ipaddress.ip_network(part.strip())) for part in text.split(","))


def address(text: str) -> str:
    if not is_private_address(text):
        raise ValueError
    return text


def authority(text: str) -> str:
    said = address(text).rstrip("/").lower()
    parts = urlsplit(said)
    if said != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
        raise ValueError
    return said


def postgresql(text: str) -> str:
    if urlsplit(text).scheme not in ("postgresql", "postgres"):
        raise ValueError
    return text


def one_server(text: str) -> str:
    """As Django's setting can say it. ``port`` raises ValueError itself for what is none."""
    if urlsplit(postgresql(text)).port == 0:
        raise ValueError
    return text


def is_private_address(base_url: str) -> bool:
    """Whether nobody on the way can read along: https, or http to this machine."""
    parts = urlsplit(base_url)
    if parts.scheme != "http" or not parts.hostname:
        return parts.scheme == "https" and bool(parts.hostname)
    return _is_this_machine(parts.hostname)


def is_private_database(url: str) -> bool:
    """Whether nobody on the way can read along, or play the server: a socket, this machine, or a proven certificate."""
    parts, options = urlsplit(url), parse_qs(urlsplit(url).query)
    if options.get("sslmode", [""])[-1] in ("verify-ca", "verify-full"):
        return True
    named = [_WITHOUT_PORT.sub(r"\1", host) for host in unquote(parts.netloc.rpartition("@")[2]).split(",")]
    also = [host for name in ("host", "hostaddr") for host in options.get(name, [""])[-1].split(",")]
    return all(map(_is_this_machine, named + also))


def role_of(url: str) -> str:
    """Whom a database's address signs in; empty where it does not say."""
    parts = urlsplit(url)
    return parse_qs(parts.query).get("user", [unquote(parts.username or "")])[-1]


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host in ("", "localhost") or host.startswith("/")
