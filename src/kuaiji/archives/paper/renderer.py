"""The process that makes one PDF and ends: ``python -I -m kuaiji.archives.paper.renderer``.

WeasyPrint 70 keeps about 40 MB of every document for the life of its process (measured), which a worker cannot afford.
It reads one JSON request from standard input (``html``, ``css``, ``images`` by address in base64) and writes the number
of pages (4 bytes, big endian) and the PDF to standard output. Nothing is fetched from anywhere.
"""

import base64
import json
import resource
import struct
import sys

from weasyprint import CSS, HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

MAX_CPU_SECONDS = 60
MAX_MEMORY = 2_000_000_000


class GivenImages(URLFetcher):  # type: ignore[misc]
    """Answers for the images of the request; any other address ends the rendering."""

    def __init__(self, images: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=[], fail_on_errors=True)
        self._images = images

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The image at ``url``; raises KeyError."""
        return URLFetcherResponse(url, self._images[url])


def rendered(html: str, css: str, images: dict[str, bytes]) -> tuple[int, bytes]:
    """The number of pages, and the PDF: tagged, its fonts embedded as far as they are used."""
    fetcher = GivenImages(images)
    document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[CSS(string=css, url_fetcher=fetcher)])
    return len(document.pages), document.write_pdf(pdf_tags=True)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin.buffer)
    images = {address: base64.b64decode(data) for address, data in request["images"].items()}
    pages, pdf = rendered(request["html"], request["css"], images)
    sys.stdout.buffer.write(struct.pack(">I", pages) + pdf)


if __name__ == "__main__":
    main()
