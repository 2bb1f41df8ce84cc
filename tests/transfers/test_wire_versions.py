"""A move between platforms that speak version 2 of the wire, to one that reads it and to one that does not."""

from collections.abc import Iterator

import pytest

from tests.support.hub import Hub
from tests.support.two_platforms import Platform
from tests.transfers.moves import FUTIAN, HERE, THERE, TIANHE, moved, released


@pytest.fixture(autouse=True)
def _both_speak_2(guangdong: Platform, shenzhen: Platform, hub: Hub) -> Iterator[None]:
    hub.operate(f"platforms reads {THERE} 2")
    for platform in (guangdong, shenzhen):
        platform.do("speak", version=2)
    yield
    for platform in (guangdong, shenzhen):
        platform.do("speak", version=1)


def test_to_one_that_reads_version_2(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    assert guangdong.do("releases_told", transfer=made["transfer"]) == [[2, "ok"]]
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    there = shenzhen.do("record_of", user=claim["user"])
    assert there["chain"] == [[1, "collected", HERE, 1], [2, "transferred_in", "", None]]
    assert there["education"] == guangdong.do("record_of", user=made["user"])["education"]
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["已完成", "已接收"]
    done = shenzhen.do("complete", user=claim["user"], seed=5)
    assert done["status"] == "collected"
    for platform in (guangdong, shenzhen):
        platform.do("work")
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}


def test_to_one_that_reads_version_1(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(shenzhen, to=HERE, division=TIANHE)
    assert shenzhen.do("releases_told", transfer=made["transfer"]) == [[2, "destination_reads_1"], [1, "ok"]]
    assert shenzhen.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "待调入地接收"]
    claim = moved(shenzhen, guangdong, made, TIANHE)
    assert guangdong.do("record_of", user=claim["user"])["status"] == "to_complete"
    assert shenzhen.do("out_of", transfer=made["transfer"])["words"] == ["已完成", "已接收"]
    for platform in (guangdong, shenzhen):
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}
