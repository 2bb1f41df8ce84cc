"""A whole move over the real hub, between two platforms with databases, keys and processes of their own."""

import pytest

from people.houses.hub import Hub
from people.houses.two_platforms import Platform, Refused
from tests.support.transfer_steps import (
    FUTIAN,
    HERE,
    LATER,
    SEEDS,
    THERE,
    TIANHE,
    claimed,
    claims_told,
    moved,
    released,
)


def test_there_and_back_again(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    here = guangdong.do("record_of", user=made["user"])
    assert (here["status"], here["exam_status"], here["locked"]) == ("transferring_out", "transferring_out", 1)
    out = guangdong.do("out_of", transfer=made["transfer"])
    assert out["words"] == ["审核通过", "待调入地接收"] and set(out["findings"].values()) == {True}
    with pytest.raises(Refused, match="locked_by_transfer"):
        guangdong.do("change", record=made["record"], full_time_school="另一所学校")

    claim = moved(guangdong, shenzhen, made, FUTIAN)
    there = shenzhen.do("record_of", user=claim["user"])
    assert (there["status"], there["exam_status"], there["division"]) == ("to_complete", "to_complete", FUTIAN)
    assert there["chain"] == [[1, "collected", HERE, 1], [2, "transferred_in", "", None]]
    assert there["pictures"] == ["id_card_back", "id_card_front", "photo"] and there["readable"]
    assert there["education"] == here["education"]
    gone = guangdong.do("record_of", user=made["user"])
    assert (gone["status"], gone["exam_status"], gone["locked"]) == ("transferred_out", "transferred_out", 1)
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["已完成", "已接收"]
    assert not shenzhen.do("archive_readable", transfer=made["transfer"])

    done = shenzhen.do("complete", user=claim["user"], seed=5)
    shenzhen.do("work")
    assert (done["status"], done["version"], done["division"]) == ("collected", 3, FUTIAN)
    assert shenzhen.do("user_of", user=claim["user"])["checks"] == {"identity": "clear", "holder": "clear"}

    # Home again: the same user, the same record, one history.
    back = {"details": made["details"], "user": claim["user"]}
    back["transfer"] = shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    home = moved(shenzhen, guangdong, back, TIANHE)
    assert home["user"] == made["user"] and home["signs_in"]
    again = guangdong.do("record_of", user=made["user"])
    assert again["record"] == made["record"] and (again["status"], again["division"]) == ("to_complete", TIANHE)
    assert again["chain"] == [
        [1, "collected", "", None],
        [2, "transferred_in", THERE, 2],
        [3, "collected", THERE, 3],
        [4, "transferred_in", "", None],
    ]
    assert again["locked"] == 0 and shenzhen.do("record_of", user=claim["user"])["status"] == "transferred_out"
    finished = guangdong.do("complete", user=made["user"], seed=6)
    assert (finished["status"], finished["version"]) == ("collected", 5)
    for platform in (guangdong, shenzhen):
        platform.do("work")
        assert platform.do("waiting") == {"outbox": 0, "inbox": 0}
    assert not guangdong.do("archive_readable", transfer=back["transfer"])


def test_withdrawn_before_and_after_the_review(guangdong: Platform, shenzhen: Platform) -> None:
    made = guangdong.do("collect", seed=next(SEEDS))
    transfer = guangdong.do("apply", user=made["user"], destination=THERE, division=FUTIAN)
    assert guangdong.do("withdraw", user=made["user"], transfer=transfer)["state"] == "withdrawn"
    assert guangdong.do("out_of", transfer=transfer)["words"] == ["已撤回", "未上报"]
    made = released(guangdong)
    shenzhen.do("work")
    assert guangdong.do("withdraw", user=made["user"], transfer=made["transfer"])["state"] == "withdrawn"
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["已撤回", "已撤回"]
    record = guangdong.do("record_of", user=made["user"])
    assert (record["status"], record["exam_status"], record["locked"]) == ("collected", "collected", 0)
    shenzhen.do("work")
    assert not shenzhen.do("archive_readable", transfer=made["transfer"])
    with pytest.raises(Refused, match="not_released"):
        shenzhen.do("claim", details=made["details"], division=FUTIAN)


def test_withdrawn_under_the_claim(guangdong: Platform, shenzhen: Platform) -> None:
    made, claim = claimed(guangdong, shenzhen)
    assert claim["state"] == "under_review"
    told = claims_told(guangdong)
    guangdong.do("work")
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "调入地审核中"]
    assert claims_told(guangdong) == told + 1
    assert guangdong.do("withdraw", user=made["user"], transfer=made["transfer"])["state"] == "withdrawn"
    shenzhen.do("work")
    assert shenzhen.do("claim_of", claim=claim["claim"])["state"] == "withdrawn"
    assert shenzhen.do("record_of", user=claim["user"]) == {}


def test_the_hub_says_which_of_withdrawal_and_receipt_was_first(guangdong: Platform, shenzhen: Platform) -> None:
    """The receipt is at the hub; the origin does not know yet and asks for the person back."""
    made, claim = claimed(guangdong, shenzhen)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    shown = guangdong.do("withdraw", user=made["user"], transfer=made["transfer"])
    assert (shown["asked"], shown["note"]) == (False, "调入地已接收，不能再办理")
    guangdong.do("work")
    assert guangdong.do("out_of", transfer=made["transfer"])["state"] == "completed"
    assert shenzhen.do("claim_of", claim=claim["claim"])["state"] == "received"


def test_who_is_not_released_learns_no_more_than_that(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    details = made["details"]
    for expected, typed in {
        "not_released": {"details": details, "division": "440305", "phone": "13800138002"},
        "identity_mismatch": {"details": details, "division": FUTIAN, "name": "某某某", "phone": "13800138001"},
    }.items():
        with pytest.raises(Refused, match=expected):
            shenzhen.do("claim", **typed)
    other = released(guangdong, to="110000", division="110101")  # on the way to 北京
    with pytest.raises(Refused, match="not_released"):
        shenzhen.do("claim", details=other["details"], division=FUTIAN)


def test_returned_by_the_hub_after_ninety_days_and_by_the_destination(
    guangdong: Platform, shenzhen: Platform, hub: Hub
) -> None:
    made = released(guangdong)
    shenzhen.do("work")
    hub.operate("expire", days=91)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    out = guangdong.do("out_of", transfer=made["transfer"])
    assert out["words"] == ["已退回", "已退回"] and "90" in out["note"]
    assert guangdong.do("record_of", user=made["user"])["status"] == "collected"
    assert not shenzhen.do("archive_readable", transfer=made["transfer"])


def test_what_the_review_does_not_like_is_told_and_the_lock_lifted(guangdong: Platform) -> None:
    made = guangdong.do("collect", seed=next(SEEDS))
    transfer = guangdong.do("apply", user=made["user"], destination=THERE, division=FUTIAN)
    guangdong.do("tamper", record=made["record"], purpose="photo")
    guangdong.do("review", days=0)
    assert guangdong.do("out_of", transfer=transfer)["state"] == "pending_review"
    guangdong.do("review", days=LATER)
    out = guangdong.do("out_of", transfer=transfer)
    assert (out["state"], out["words"][1]) == ("rejected", "未上报") and "证件图片" in out["note"]
    assert [rule for rule, passed in out["findings"].items() if not passed] == ["collected"]
    assert guangdong.do("record_of", user=made["user"])["locked"] == 0


def test_somebody_with_another_phone_waits_longer_and_signs_in_only_afterwards(
    guangdong: Platform, shenzhen: Platform
) -> None:
    """Home again with a phone nobody here knows: nothing changes for the old one until the claim has passed."""
    made = released(guangdong)
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    shenzhen.do("complete", user=claim["user"], seed=9)
    back_again = shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    guangdong.do("work")
    told = claims_told(guangdong)
    code = shenzhen.do("code_of", transfer=back_again)
    back = guangdong.do("claim", details=made["details"], division=TIANHE, phone="13800138999", code=code)
    assert (back["user"], back["signs_in"], back["road"]) == (made["user"], False, "code")
    assert claims_told(guangdong) == told + 1
    before = guangdong.do("user_of", user=made["user"])
    assert before["phone"] == made["details"]["phone"] and not before["password"]
    guangdong.do("review", days=LATER)
    guangdong.do("work")
    after = guangdong.do("user_of", user=made["user"])
    assert after["phone"] == "13800138999" and after["password"] and after["users"] == before["users"]


def test_a_claim_that_does_not_pass_goes_back_and_may_be_made_again(guangdong: Platform, shenzhen: Platform) -> None:
    made, claim = claimed(guangdong, shenzhen)
    shenzhen.do("spoil", transfer=made["transfer"])
    shenzhen.do("review", days=LATER)
    refused = shenzhen.do("claim_of", claim=claim["claim"])
    assert refused["state"] == "refused" and [rule for rule, ok in refused["findings"].items() if not ok] == ["archive"]
    assert shenzhen.do("unclaimed", user=claim["user"]) == 0  # nothing of the archive is the claimant's
    shenzhen.do("work")
    guangdong.do("work")
    out = guangdong.do("out_of", transfer=made["transfer"])
    assert out["words"] == ["审核通过", "待调入地接收"] and out["note"] == refused["note"]
    assert shenzhen.do("record_of", user=claim["user"]) == {}
    shenzhen.do("unspoil", transfer=made["transfer"])
    code = guangdong.do("code_of", transfer=made["transfer"])
    again = shenzhen.do("claim", details=made["details"], division=FUTIAN, phone="13700137001", code=code)
    assert (again["user"], again["state"], again["signs_in"]) == (claim["user"], "under_review", True)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    assert shenzhen.do("record_of", user=claim["user"])["status"] == "to_complete"


def test_a_claim_nobody_decides_ends_after_thirty_days(guangdong: Platform, shenzhen: Platform, hub: Hub) -> None:
    made, claim = claimed(guangdong, shenzhen)
    hub.operate("expire", days=31)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    assert shenzhen.do("claim_of", claim=claim["claim"])["state"] == "expired"
    assert guangdong.do("out_of", transfer=made["transfer"])["words"] == ["审核通过", "待调入地接收"]
    assert shenzhen.do("review", days=LATER) == 0


def test_the_destination_sends_somebody_back(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    shenzhen.do("work")
    shenzhen.do("send_back", transfer=made["transfer"], reason="调转证明与用人单位不符")
    for platform in (shenzhen, guangdong):
        platform.do("work")
    out = guangdong.do("out_of", transfer=made["transfer"])
    assert out["words"] == ["已退回", "已退回"] and out["note"] == "调转证明与用人单位不符"
    assert not shenzhen.do("archive_readable", transfer=made["transfer"])
    taken, _ = claimed(guangdong, shenzhen)
    with pytest.raises(Refused, match="already_claimed"):
        shenzhen.do("send_back", transfer=taken["transfer"], reason="已确认")


@pytest.mark.parametrize(("status", "document_type"), [("2", "01"), ("3", "01"), ("4", "01"), ("1", "04")])
def test_everybody_can_move_whatever_they_do(
    guangdong: Platform, shenzhen: Platform, status: str, document_type: str
) -> None:
    made = released(guangdong, status=status, document_type=document_type)
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    done = shenzhen.do("complete", user=claim["user"], seed=12)
    assert (done["status"], done["chain"][-1][1]) == ("collected", "collected")
    before = guangdong.do("record_of", user=made["user"])["employment"]
    earlier = [row["started_on"] for row in done["employment"]["periods"]]
    assert [row["started_on"] for row in before["periods"]] == earlier[: len(before["periods"])]


def test_while_the_hub_is_away_everything_waits_and_says_so(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    shenzhen.do("work")
    for platform in (guangdong, shenzhen):
        platform.do("unplug", away=True)
    with pytest.raises(Refused, match="hub_away"):
        shenzhen.do("claim", details=made["details"], division=FUTIAN)
    shown = guangdong.do("withdraw", user=made["user"], transfer=made["transfer"])
    assert shown == {"state": "released", "asked": True, "note": ""}
    assert guangdong.do("withdraw", user=made["user"], transfer=made["transfer"]) == shown
    assert guangdong.do("record_of", user=made["user"])["locked"] == 1
    for platform in (guangdong, shenzhen):
        platform.do("unplug", away=False)
        platform.do("work")
    assert guangdong.do("out_of", transfer=made["transfer"])["state"] == "withdrawn"
    assert guangdong.do("record_of", user=made["user"])["status"] == "collected"


def test_a_number_that_was_put_right_elsewhere_comes_home_to_the_same_user(
    guangdong: Platform, shenzhen: Platform
) -> None:
    made = released(guangdong)
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    done = shenzhen.do("complete", user=claim["user"], seed=9)
    number = shenzhen.do("new_document", record=done["record"])
    shenzhen.do("work")
    shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    home = moved(shenzhen, guangdong, {"details": made["details"] | {"document_number": number}}, TIANHE)
    assert home["user"] == made["user"] and home["signs_in"]
    record = guangdong.do("record_of", user=made["user"])
    assert (record["record"], record["status"]) == (made["record"], "to_complete")


def test_the_place_is_the_agreed_one_and_what_is_locked_stays(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    with pytest.raises(Refused, match="region_fixed"):
        shenzhen.do("fill_in_again", user=claim["user"], seed=3, division="440305")
    with pytest.raises(Refused, match="not_changeable"):
        shenzhen.do("apply", user=claim["user"], destination=HERE, division=TIANHE)
