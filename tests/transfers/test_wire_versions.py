"""A move between platforms that speak version 2 of the wire, to one that reads it and to one that does not."""

import uuid
from collections.abc import Iterator

import pytest

from people import wire_samples
from people.houses.hub import Hub, send
from people.houses.two_platforms import Platform
from tests.support.transfer_steps import FUTIAN, HERE, LATER, THERE, TIANHE, moved, released


@pytest.fixture(autouse=True)
def _both_speak_2(guangdong: Platform, shenzhen: Platform, hub: Hub) -> Iterator[None]:
    hub.operate(f"platforms reads {THERE} 2")
    for platform in (guangdong, shenzhen):
        platform.do("speak", version=2)
    yield
    for platform in (guangdong, shenzhen):
        platform.do("speak", version=1)


def test_there_in_2_and_home_again_in_1(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    assert guangdong.do("releases_told", transfer=made["transfer"]) == [[2, "ok"]]
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    there = shenzhen.do("record_of", user=claim["user"])
    assert there["chain"] == [[1, "collected", HERE, 1], [2, "transferred_in", "", None]]
    assert there["education"] == guangdong.do("record_of", user=made["user"])["education"]
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["已完成", "已接收"]
    assert shenzhen.do("complete", user=claim["user"], seed=5)["status"] == "collected"
    shenzhen.do("work")

    # 广东 reads version 1 only.
    back = {"details": made["details"], "user": claim["user"]}
    back["transfer"] = shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    assert shenzhen.do("releases_told", transfer=back["transfer"]) == [[2, "destination_reads_1"], [1, "ok"]]
    assert shenzhen.do("out_of", transfer=back["transfer"])["words"] == ["审核通过", "待调入地接收"]
    home = moved(shenzhen, guangdong, back, TIANHE)
    assert home["user"] == made["user"]
    assert shenzhen.do("out_of", transfer=back["transfer"])["words"] == ["已完成", "已接收"]
    for platform in (guangdong, shenzhen):
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}


def test_news_reach_the_other_side_and_change_nothing(guangdong: Platform, shenzhen: Platform, hub: Hub) -> None:
    """Last of this file: from here on the hub tells both in version 2."""
    hub.operate(f"platforms reads {HERE} 2")
    made = released(guangdong)
    about = {"transfer_id": uuid.UUID(made["transfer"])}
    assert send(hub.client(HERE), wire_samples.CODE_RENEWED.model_copy(update=about)).code == "ok"
    assert send(hub.client(THERE), wire_samples.ATTEMPTS_REFUSED.model_copy(update=about)).code == "ok"
    for platform in (shenzhen, guangdong):
        platform.do("work")
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "待调入地接收"]
    moved(guangdong, shenzhen, made, FUTIAN)
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["已完成", "已接收"]
