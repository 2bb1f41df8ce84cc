"""One group of questions a screen (大字版, ADR 0083): ways from group to group through one form, without script."""

import dataclasses
import re
from html import escape

_SECTION = re.compile(r'<section class="[^"]*\bk-screen\b[^"]*"[^>]*>.*?</section>', re.DOTALL)
_ASKED = re.compile(r'^<section[^>]* data-asked="([^"]*)"')
_HEADING = re.compile(r'<h2 id="([^"]+)"[^>]*>([^<]+)')
_START = "main"  # an address inside no group: the first one shows


@dataclasses.dataclass(frozen=True, slots=True)
class _Group:
    """Where it begins and ends in the page, the id and words of its heading, and of whom it is asked: empty, of all."""

    begin: int
    end: int
    heading: str
    title: str
    asked: frozenset[str]


def with_ways(html: str) -> str:
    """``html`` of a form's questions, with links from each group to the next and the one before it.

    A group is a ``<section class="… k-screen">`` with an ``<h2 id>``; what stands before the first is the first group.
    Sections are not nested.
    """
    groups = [_group(found) for found in _SECTION.finditer(html)]
    if not groups:
        return html
    asked = frozenset().union(*(group.asked for group in groups))
    first = _Group(0, groups[0].begin, _START, "", asked)
    parts, at = [], 0
    for place, group in enumerate([first, *groups]):
        close = group.end - len("</section>") if place else group.end
        ways, within = _ways(group, [first, *groups][:place], groups[place:]), html[at:close]
        leads = place and "btn-primary" in ways
        parts += [within.replace("k-screen", "k-screen k-leads", 1) if leads else within, ways]
        at = close
    return f'<div class="k-groups k-stack">{"".join(parts)}{html[at:]}</div>'


def _group(found: "re.Match[str]") -> _Group:
    heading, asked = _HEADING.search(found[0]), _ASKED.match(found[0])
    if heading is None:
        raise ValueError(f"a group without <h2 id>: {found[0][:80]}")
    return _Group(
        found.start(), found.end(), heading[1], heading[2].strip(), frozenset(asked[1].split() if asked else ())
    )


def _ways(group: _Group, before: list[_Group], after: list[_Group]) -> str:
    """A row of links for each group that may be next, shown to whom it is asked of."""
    back = next((one for one in reversed(before) if _meet(one, group)), None)
    left, rows = group.asked, []
    for other in (one for one in after if _meet(group, one)):
        who = left & other.asked if left and other.asked else left or other.asked
        if group.asked and not who:
            continue  # those have a group before this one
        rows.append(_row(who, other, back))
        left -= who
        if not left:
            break
    return "".join(rows) or (_row(frozenset(), None, back) if back else "")


def _meet(one: _Group, other: _Group) -> bool:
    """Is there anybody who is asked both?"""
    return not one.asked or not other.asked or bool(one.asked & other.asked)


def _row(who: frozenset[str], onward: _Group | None, back: _Group | None) -> str:
    asked = f' data-asked="{" ".join(sorted(who))}"' if who else ""
    on = f'<a class="btn btn-primary" href="#{onward.heading}">下一项：{escape(onward.title)}</a>' if onward else ""
    off = f'<a class="btn btn-quiet" href="#{back.heading}">上一项</a>' if back else ""
    return f'<p class="k-onward"{asked}>{on}{off}</p>'
