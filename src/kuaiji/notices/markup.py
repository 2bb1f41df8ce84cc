"""The text of a notice: headings, paragraphs, lists, tables and links in Markdown, and nothing else. Pure.

The parser is told what it may know (ADR 0143); HTML is text to it, and an address that is not https is no link.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

_KNOWN = ("table", "heading", "list", "link")
_HTML = re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>|<!--|<!\[|<\?xml|&nbsp;|mso-")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_HTTPS = re.compile(r"https://[^\s/?#@]+(?:[/?#]|$)")


def _is_https(address: str) -> bool:
    return bool(_HTTPS.match(address))


class _Markdown(MarkdownIt):
    """Markdown whose links lead to https alone."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's name
        """Whether this is an address that a notice may name."""
        return _is_https(url)


def _parser() -> MarkdownIt:
    parser = _Markdown("zero").enable([*_KNOWN, "newline", "escape"])
    parser.options["breaks"] = True
    return parser


def faults_of(text: str) -> str:
    """What stands in the text that a notice does not have, in words that say what to do; empty where it is fine."""
    if found := _HTML.search(text):
        shown = found[0][:20]
        return f"正文里有网页或 Word 的代码“{shown}”，请用“只粘贴文本”的方式重新粘贴"
    for address in _LINK.findall(text):
        if not _is_https(address):
            return f"链接“{address[:40]}”不能使用，请写以 https:// 开头的完整地址"
    return ""


def html_of(text: str) -> str:
    """The text as the page shows it; its own headings begin below that of the notice."""
    tokens = _PARSER.parse(text)
    top = min((_level(token) for token in tokens if token.type == "heading_open"), default=1)
    for token in tokens:
        _fit(token, top)
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {}))


def _fit(token: Token, top: int) -> None:
    """``top`` is the highest level that the text begins a heading with: it comes right below the title."""
    if token.type in ("heading_open", "heading_close"):
        token.tag = f"h{min(_level(token) - top + 2, 4)}"
    for child in token.children or []:
        if child.type == "link_open":
            child.attrSet("rel", "noopener noreferrer")


def _level(token: Token) -> int:
    return int(token.tag[1:])


_PARSER = _parser()
