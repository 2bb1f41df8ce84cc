"""What somebody is told who comes while there is no room: made once, so that telling it costs nearly nothing.

People get a page that needs nothing else of a server without room; programs get RFC 9457, or a line of text.
"""

import base64
import hashlib
import json

PERSON_SECONDS, PROGRAM_SECONDS = 5, 1  # Retry-After

Answer = tuple[int, list[tuple[str, str]], bytes]

_STYLE = """
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;background:#f7f5f1;color:#2b2a28;
font:17px/1.75 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{box-sizing:border-box;width:100%;max-width:34rem;margin:1.5rem;padding:2.25rem 2rem;border-radius:14px;
background:#fff;box-shadow:0 1px 3px rgba(60,50,40,.12)}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.35}
p{margin:0 0 1rem}
p:last-child{margin:0}
a{display:inline-block;box-sizing:border-box;min-height:48px;padding:.6rem 1.5rem;border-radius:10px;background:#1d4f7c;
color:#fff;text-decoration:none}
a:focus-visible{outline:3px solid #e0a526;outline-offset:3px}
@media (max-width:480px){main{margin:1rem;padding:1.75rem 1.25rem}a{display:block;text-align:center}}
"""
_READING = '<p>请过几秒再打开这一页。已保存的信息不受影响。</p><p><a href="">再打开一次</a></p>'
_SENDING = "<p>刚才提交的内容还没有收到。请过几秒，用浏览器的“后退”回到上一页，再提交一次。已保存的信息不受影响。</p>"


def _page(advice: str) -> bytes:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>访问的人较多，请稍候</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>现在访问的人较多，请稍候</h1>{advice}</main></body></html>"
    ).encode()


def _headers(kind: str, seconds: int) -> list[tuple[str, str]]:
    return [
        ("content-type", kind),
        ("cache-control", "no-store"),
        ("retry-after", str(seconds)),
        ("x-content-type-options", "nosniff"),
    ]


_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FOR_PEOPLE = [
    *_headers("text/html; charset=utf-8", PERSON_SECONDS),
    ("content-security-policy", _POLICY),
    ("referrer-policy", "same-origin"),
]
_PROBLEM = {
    "type": "about:blank",
    "title": "同时到来的请求太多",
    "status": 503,
    "code": "busy",
    "detail": "同时到来的请求太多，这一条没有处理。",
    "remedy": "请按 Retry-After 说的秒数稍候，原样再发。",
}
_READER: Answer = (503, _FOR_PEOPLE, _page(_READING))
_SENDER: Answer = (503, _FOR_PEOPLE, _page(_SENDING))
_PROGRAM: Answer = (
    503,
    _headers("application/problem+json", PROGRAM_SECONDS),
    json.dumps(_PROBLEM, ensure_ascii=False).encode(),
)
_LINE: Answer = (
    503,
    _headers("text/plain; charset=utf-8", PERSON_SECONDS),
    "访问的人太多，请过几秒再试。\nBusy: try again in some seconds.\n".encode(),
)


def answer(method: str, accept: str, *, apart: bool) -> Answer:
    """For a request with that method that takes such answers; ``apart``: at an address that programs ask."""
    if apart:
        return _PROGRAM
    if "text/html" not in accept:
        return _LINE
    return _READER if method in ("GET", "HEAD") else _SENDER
