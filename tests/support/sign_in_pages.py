"""The ways through the doors, step by step, as several tests go them."""

from django.contrib.auth import SESSION_KEY

from people.client_visitor import ClientVisitor, Page
from people.sign_in_steps import code_for, make_details

ONE = make_details("one")
TYPED = ONE.flat()
SEND, REGISTER, VERIFY = ("action", "send_code"), ("action", "register"), ("action", "verify")
YES = {"works_in_accounting": "yes", "holds_qualification": "no"}

# Where the parameter ``next`` may lead, and what leads nowhere.
STAYS = ["/collection/", "/directory/?q=x#y", "/me/", "/a//b", "/a?next=http://evil.example/"]
LEAVES = [
    "",
    "http://evil.example/",
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "http:evil.example",
    "http:/evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/\tevil",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    "\t//evil.example",
    "/ /evil.example",
    "／／evil.example",
    "/／evil.example",
    "evil.example",
    "@evil.example",
    "user@evil.example",
    "https://testserver@evil.example",
    "//testserver@evil.example",
    "https:evil.example",
    "//evil.example\\@testserver",
    "/\u2028/evil.example",
    "/\x00/evil",
    "?next=//evil",
    "#//evil",
    "ftp://evil.example",
    "//[::1]/",
    "/汉字",
]


def to_details(visitor: ClientVisitor) -> Page:
    visitor.open("/register/")
    return visitor.send(**YES)


def to_password(visitor: ClientVisitor, typed: dict[str, str] = TYPED) -> Page:
    to_details(visitor)
    visitor.send(SEND, **typed)
    return visitor.send(REGISTER, sms_code=code_for(typed["phone"]))


def signed_in(visitor: ClientVisitor) -> str | None:
    return visitor.client.session.get(SESSION_KEY)


def where(visitor: ClientVisitor) -> str:
    return visitor.path.split("?")[0]
