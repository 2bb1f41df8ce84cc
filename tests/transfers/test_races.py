"""At the same moment: one wins, the other is told; nobody belongs to two platforms or to none. Over the real hub."""

import pytest

from people.houses.two_platforms import Platform
from tests.support.transfer_steps import FUTIAN, LATER, SEEDS, THERE, claimed, moved, released

ENDED = {"completed": ("transferred_out", "received"), "withdrawn": ("collected", "withdrawn")}


@pytest.mark.parametrize("attempt", range(3))
def test_withdrawal_against_receipt(guangdong: Platform, shenzhen: Platform, attempt: int) -> None:
    made, claim = claimed(guangdong, shenzhen)
    shenzhen.do("review", days=LATER)  # the receipt waits to be sent
    guangdong.start("withdraw", user=made["user"], transfer=made["transfer"])
    shenzhen.start("work")
    guangdong.finish()
    shenzhen.finish()
    for platform in (guangdong, shenzhen):
        platform.do("work")
    out = guangdong.do("out_of", transfer=made["transfer"])["state"]
    here, there = guangdong.do("record_of", user=made["user"]), shenzhen.do("record_of", user=claim["user"])
    state = shenzhen.do("claim_of", claim=claim["claim"])["state"]
    # Told by the hub's refusal or by its feed, whichever was here first.
    assert (here["status"], "withdrawn" if state == "refused" else state) == ENDED[out]
    assert [here["status"] == "collected", there != {}] in ([True, False], [False, True])


def test_withdrawal_against_claim(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    shenzhen.do("work")
    guangdong.start("withdraw", user=made["user"], transfer=made["transfer"])
    shenzhen.start("at_once", each=[("claim", {"details": made["details"], "division": FUTIAN})])
    guangdong.finish()
    shenzhen.finish()
    for platform in (guangdong, shenzhen, guangdong):
        platform.do("work")
    assert guangdong.do("out_of", transfer=made["transfer"])["state"] == "withdrawn"
    assert set(shenzhen.do("claims_of", transfer=made["transfer"])) <= {"withdrawn", "refused"}


def test_two_claims_at_once_are_one(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    shenzhen.do("work")
    one = {"details": made["details"], "division": FUTIAN}
    found = shenzhen.do("at_once", each=[("claim", one), ("claim", one | {"phone": "13900139001"})])
    states = shenzhen.do("claims_of", transfer=made["transfer"])
    assert [state for state in states if state != "displaced"] == ["under_review"], "of the phone that is bound"
    assert isinstance(found[0], dict) and isinstance(found[1], dict) == ("displaced" in states)


def test_a_change_against_the_application_goes_along_or_is_refused(guangdong: Platform) -> None:
    made = guangdong.do("collect", seed=next(SEEDS))
    applying = ("apply", {"user": made["user"], "destination": THERE, "division": FUTIAN})
    changing = ("change", {"record": made["record"], "full_time_school": "另一所学校"})
    transfer, changed = guangdong.do("at_once", each=[applying, changing])
    assert changed in (2, "locked_by_transfer")
    guangdong.do("review", days=LATER)
    guangdong.do("work")
    version = guangdong.do("record_of", user=made["user"])["version"]
    assert guangdong.do("released_version", transfer=transfer) == version == (2 if changed == 2 else 1)


def test_two_applications_at_once_are_one(guangdong: Platform) -> None:
    made = guangdong.do("collect", seed=next(SEEDS))
    each = [("apply", {"user": made["user"], "destination": to, "division": at}) for to, at in
            ((THERE, FUTIAN), ("110000", "110101"))]  # fmt: skip
    found = guangdong.do("at_once", each=each)
    assert found.count("transfer_open") == 1
    assert guangdong.do("record_of", user=made["user"])["locked"] == 1


def test_submission_against_application_after_a_move(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)
    claim = moved(guangdong, shenzhen, made, FUTIAN)
    shenzhen.do("fill_in_again", user=claim["user"], seed=3)
    submitting = ("finish", {"user": claim["user"]})
    applying = ("apply", {"user": claim["user"], "destination": "440000", "division": "440106"})
    found = shenzhen.do("at_once", each=[submitting, submitting, applying])
    record = shenzhen.do("record_of", user=claim["user"])
    left = found[2] != "not_changeable"
    assert record["status"] == ("transferring_out" if left else "collected")
    assert [kind for _, kind, platform, _ in record["chain"] if not platform] == ["transferred_in", "collected"]
