"""A browser with script off, in the process of the platform: Django's client, the forms of its pages, its links."""

import re
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Page(HTMLParser):
    """What a browser without script knows of a page: its forms, with values and buttons, and its links."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.status: int = response.status_code
        self.text: str = response.content.decode()
        self.forms: list[dict[str, Any]] = []
        self.links: list[str] = []
        self._select: str | None = None
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({"action": given.get("action", ""), "method": given.get("method", "get"), "fields": {}})
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif self.forms:
            self._control(tag, given, self.forms[-1]["fields"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def _control(self, tag: str, given: dict[str, str], fields: dict[str, str]) -> None:
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            fields[name] = ""
        elif tag == "option" and self._select and "selected" in given:
            fields[self._select] = given.get("value", "")
        elif tag == "input" and name:
            if given.get("type") in ("radio", "checkbox"):
                if "checked" in given:
                    fields[name] = given.get("value", "on")
                else:
                    fields.setdefault(name, "")
            else:
                fields[name] = given.get("value", "")

    @property
    def faults(self) -> dict[str, str]:
        """The fault shown at each field."""
        return dict(re.findall(r'id="error-(\w+)">(.*?)</p>', self.text))

    @property
    def summary(self) -> str:
        """The words of the error summary, empty without one."""
        found = re.search(r'id="error-summary".*?</div>', self.text, re.DOTALL)
        return re.sub(r"<[^>]+>", " ", found[0]) if found else ""


class ClientVisitor:
    """One person's browser with script off: reads the form of the page, fills it, presses a button, follows."""

    def __init__(self, address: str = "198.51.100.7") -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        self.path = "/"
        self.page: Page | None = None
        self.response: HttpResponse | None = None

    def open(self, path: str) -> Page:
        """Go to ``path``, following redirects; ``self.path`` leaves out where on the page that is."""
        response = self.client.get(path, follow=True)
        self.path = (response.redirect_chain[-1][0] if response.redirect_chain else path).partition("#")[0]
        return self._see(response)

    def send(self, button: tuple[str, str] | None = None, /, **typed: str) -> Page:
        """Fill the page's form and press its button, follow where it leads."""
        assert self.page is not None
        form = next(form for form in self.page.forms if form["method"] == "post" and "logout" not in form["action"])
        unknown = typed.keys() - form["fields"].keys()
        assert not unknown, f"no such fields on {self.path}: {unknown}"
        data = form["fields"] | typed | (dict([button]) if button else {})
        response = self.client.post(form["action"] or self.path, data)
        if response.status_code in (302, 303):
            return self.open(response.headers["Location"])
        return self._see(response)

    def _see(self, response: Any) -> Page:
        self.response, self.page = response, Page(response)
        return self.page
