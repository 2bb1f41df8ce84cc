"""A move between platforms that speak version 2 of the wire, one that speaks 1, and one that reads 1 only."""

import uuid

from people import wire_samples
from people.houses.hub import Hub, send
from people.houses.two_platforms import Platform
from tests.support.transfer_steps import FUTIAN, HERE, LATER, THERE, TIANHE, moved, released

READS_1, CHANGSHA = "430000", "430102"


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

    # Version 1 carries no proofs: two people of the bureau at home have to know who comes.
    back = {"details": made["details"], "user": claim["user"]}
    back["transfer"] = shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
    shenzhen.do("speak", version=1)
    shenzhen.do("review", days=LATER)
    shenzhen.do("speak", version=2)
    shenzhen.do("work")
    assert shenzhen.do("releases_told", transfer=back["transfer"]) == [[1, "ok"]]
    home = moved(shenzhen, guangdong, back, TIANHE)
    assert (home["user"], home["road"], home["state"]) == (made["user"], "bureau", "to_verify")
    for name in ("张三", "李四"):
        guangdong.do("decide", claim=home["claim"], by=name)
    guangdong.do("review", days=LATER)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    assert shenzhen.do("out_of", transfer=back["transfer"])["words"] == ["已完成", "已接收"]
    for platform in (guangdong, shenzhen):
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}


def test_where_only_1_is_read_the_code_is_forgotten(guangdong: Platform) -> None:
    made = released(guangdong, to=READS_1, division=CHANGSHA)
    assert guangdong.do("releases_told", transfer=made["transfer"]) == [[2, "destination_reads_1"], [1, "ok"]]
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "待调入地接收"]
    assert guangdong.do("code_of", transfer=made["transfer"]) == ""


def test_news_reach_the_other_side_and_leave_the_transfer(guangdong: Platform, shenzhen: Platform, hub: Hub) -> None:
    made = released(guangdong)
    about = {"transfer_id": uuid.UUID(made["transfer"])}
    assert send(hub.client(HERE), wire_samples.CODE_RENEWED.model_copy(update=about)).code == "ok"
    assert send(hub.client(THERE), wire_samples.ATTEMPTS_REFUSED.model_copy(update=about)).code == "ok"
    for platform in (shenzhen, guangdong):
        platform.do("work")
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "待调入地接收"]
    assert guangdong.do("attempts_of", transfer=made["transfer"]) == {"refused": 4, "told": True}
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    assert claim["road"] == "bureau", "the newer proofs hold, and they know no phone"
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "调入地审核中"]
