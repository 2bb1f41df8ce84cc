"""E-mail addresses, with domains of any script by IDNA 2008 (RFC 5890 to 5893, UTS 46 without transition)."""

import re

import idna

from kuaiji.common.errors import RuleBroken
from kuaiji.common.text import half_width, tidy
from kuaiji.common.unseen import all_left_out

_LONGEST = 254  # RFC 5321 with erratum 1690
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def clean_email(raw: str, field: str = "email") -> str:
    """An address without blanks around and anything unseen, full width folded, the local part as typed.

    The domain is in lower case and as people read it: ``ß`` stays ``ß``. Raises ``RuleBroken``: ``required``,
    ``too_long``, ``no_at``, ``bad_local``, ``bad_domain``.
    """
    if len(raw) > 2 * _LONGEST:
        raise too_long(field)
    address = tidy(half_width(all_left_out(raw))).replace("。", ".")
    if not address:
        raise RuleBroken("required", "请填写电子邮箱", field)
    if len(address) > _LONGEST:
        raise too_long(field)
    local, at, domain = address.rpartition("@")
    if not at:
        raise RuleBroken("no_at", "邮箱缺少@，请按name@example.cn的样子填写", field)
    if len(local) > _LONGEST_LOCAL or not _LOCAL.fullmatch(local):
        raise RuleBroken("bad_local", "邮箱@前面的部分有误，请核对后重填", field)
    host = _ascii_domain(domain)
    if host is None:
        raise RuleBroken("bad_domain", "邮箱@后面的部分有误，请核对后重填", field)
    if len(local) + 1 + len(host) > _LONGEST:
        raise too_long(field)
    return f"{local}@{idna.decode(host)}"


def too_long(field: str) -> RuleBroken:
    """More than mail servers take."""
    return RuleBroken("too_long", f"邮箱最多{_LONGEST}个字符，请换用较短的邮箱", field)


def _ascii_domain(domain: str) -> str | None:
    """The domain as the name servers know it, or None when it is no domain."""
    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
        idna.decode(host)
    except UnicodeError:
        return None
    labels = host.split(".")
    whole = len(labels) > 1 and all(_HOST_LABEL.fullmatch(label) for label in labels)
    return host if whole and not labels[-1].isdigit() else None
