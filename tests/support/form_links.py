"""Links inside a form that lead away from it, and would drop what no button has sent."""

from html.parser import HTMLParser


class FormLinks(HTMLParser):
    """``found``: where links in a form of the ``main`` part of ``page`` lead in the same window."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See HTMLParser."""
        if tag in ("main", "form"):
            self._inside.append(tag)
        said = dict(attrs)
        address = said.get("href") or "#"
        leads_away = not address.startswith(("#", "tel:")) and said.get("target") != "_blank"
        if tag == "a" and self._inside == ["main", "form"] and leads_away:
            self.found.append(address)

    def handle_endtag(self, tag: str) -> None:
        """See HTMLParser."""
        if tag in ("main", "form"):
            self._inside.pop()
