"""The bounds of docs/serving.md are those of the code."""

from kuaiji.cli import APPLICATIONS
from kuaiji.config.wsgi import in_memory
from kuaiji.house import bodies, lanes, serving
from tests.support.sources import DOCS, read_rows


def test_the_table_of_bounds_tells_the_numbers_of_the_code() -> None:
    rows = {row[0]: row[1] for row in read_rows("serving.md", heading="what")}
    assert rows == {
        "a header, and the time between two requests": f"{serving.HEADER_MILLISECONDS // 1000} s; 400 KiB, 100 lines",
        f"each {bodies.STRETCH_BYTES // 1024} KiB of a body, or the rest of it": f"{bodies.STRETCH_SECONDS} s",
        "a body by its address": "`body_cap` of the application's module",
        "a body without a length": "none",
        "a body in memory": f"{bodies.IN_MEMORY // 1024} KiB",
        "a body in memory of `/api/exam/`": f"{in_memory[('/api/exam/',)] // 1024} KiB; "
        f"{bodies.AT_ONCE_IN_MEMORY >> 20} MiB of a worker together",
        "a larger body by its sender": "`may_bring` of the application's module",
        "larger bodies of a worker together": f"{bodies.AT_ONCE >> 30} GiB",
        "threads for requests with larger bodies": "half of a worker's",
        "requests that wait for a thread of a worker": str(lanes.WAITING),
        f"the same, where no thread has been free for {lanes.STANDING_SECONDS:.0f} s": str(lanes.STAYING),
        "threads for what programs ask": "`apart` of the application's module",
        "requests that a thread answers together": str(lanes.TOGETHER),
        "connections of a worker": f"{serving.CONNECTIONS:,}",
        "a stop": f"{serving.STOP_SECONDS} s for what is under way",
    }


def test_the_page_names_every_server() -> None:
    page = (DOCS / "serving.md").read_text("utf-8")
    assert [command for command in APPLICATIONS if f"`kuaiji {command}`" not in page] == []
