"""Nothing personal reaches a log line, whatever is handed to a logger."""

import io
import json
import logging

import pytest
import structlog

CANARIES = ("440106199001011234", "13800138000", "张三丰", "secret@example.com")
AN_ID = "01a2004d-6f94-71d1-95cb-6c30b2d55e1f"


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_only_listed_fields_are_written(written: io.StringIO) -> None:
    number, phone, name, _ = CANARIES
    structlog.get_logger("x").warning("event_name", document_number=number, phone=phone, reason="why", person=name)
    [line] = lines(written)
    assert line["event"] == "event_name" and line["reason"] == "why"
    assert not {"document_number", "phone", "person"} & line.keys()
    assert not any(canary in written.getvalue() for canary in CANARIES)


def test_an_exception_is_its_class_and_places_not_its_words(written: io.StringIO) -> None:
    def fail(number: str) -> None:
        raise ValueError(f"bad number {number}")

    try:
        fail(CANARIES[0])
    except ValueError:
        structlog.get_logger("x").exception("failed")
        logging.getLogger("y").exception("failed too")
    first, second = lines(written)
    for line in (first, second):
        assert isinstance(line["exception"], list)
        assert line["exception"][0] == "ValueError" and any("fail" in place for place in line["exception"])
    assert CANARIES[0] not in written.getvalue()


def test_a_library_s_line_does_not_repeat_the_words_of_the_error(written: io.StringIO) -> None:
    for error in (ValueError(f"bad number {CANARIES[0]}"), KeyError(CANARIES[0])):
        logging.getLogger("y").error("task failed: %r, stopping", error, exc_info=error)
        logging.getLogger("y").error(str(error), exc_info=error)
    assert [line["event"] for line in lines(written)] == ["task failed: …, stopping", "…"] * 2
    structlog.get_logger("x").error("event_name", exc_info=ValueError("event"))
    assert lines(written)[-1]["event"] == "event_name" and CANARIES[0] not in written.getvalue()


def test_an_address_loses_its_query(written: io.StringIO) -> None:
    structlog.get_logger("x").info("request_started", request=f"GET /directory/?q={CANARIES[2]}")
    assert lines(written)[0]["request"] == "GET /directory/"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/collection/personal/", "/collection/personal/"),
        (f"/attachments/{AN_ID}/crop/", f"/attachments/{AN_ID}/crop/"),
        ("/api/v1/", "/api/v1/"),
        ("/static/kuaiji/css/theme.0a1b2c3d4e5f.css", "/static/kuaiji/css/theme.0a1b2c3d4e5f.css"),
        ("/.git/config", "/.git/config"),
        (f"/me/{CANARIES[0]}", "/me/…"),
        (f"/{CANARIES[1]}/crop/", "/…/crop/"),
        ("/%E5%BC%A0%E4%B8%89/", "/…/"),
        (f"/x{CANARIES[0]}.html?q=1", "/…"),
        ("/Kj-secret", "/…"),
    ],
)  # fmt: skip
def test_parts_of_an_address_that_are_none_of_our_words_are_left_out(
    path: str, logged: str, written: io.StringIO
) -> None:
    structlog.get_logger("x").info("request_started", request=f"GET {path}")
    assert lines(written)[0]["request"] == f"GET {logged}"


def test_line_breaks_and_escapes_cannot_forge_a_line(written: io.StringIO) -> None:
    structlog.get_logger("x").info("a\nb\x1b[31m", reason='"}\n{"event":"forged"')
    assert len(written.getvalue().splitlines()) == 1
