"""Whose is a claim? By the bound phone, by the 调转码, or two people of the bureau know (docs/adr/0052). Real hub."""

import itertools
from typing import Any

import pytest

from people.houses.two_platforms import Platform, Refused
from tests.support.transfer_steps import FUTIAN, LATER, claims_told, moved, released

PHONES = itertools.count(15988880000)  # one gets one code a minute
WRONG = "00000000"
ELSEWHERE = "440305"
PASSWORD, STOLEN = "mulan-9-tigers-on-the-hill", "another-7-bridge-over-water"


@pytest.fixture
def waiting(guangdong: Platform, shenzhen: Platform) -> dict[str, Any]:
    """Released, and arrived at 深圳; nobody has claimed."""
    made = released(guangdong)
    shenzhen.do("work")
    made["code"] = guangdong.do("code_of", transfer=made["transfer"])
    made["asked"] = {"details": made["details"], "division": FUTIAN}
    return made


def fresh() -> str:
    """A phone that is not the bound one."""
    return str(next(PHONES))


def claims(shenzhen: Platform, made: dict[str, Any]) -> list[str]:
    states: list[str] = shenzhen.do("claims_of", transfer=made["transfer"])
    return states


def owner_of(shenzhen: Platform, claim: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shenzhen.do("user_of", user=claim["user"])
    return found


def test_the_bound_phone_claims_as_ever_and_waits_the_shorter_review(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    claim = shenzhen.do("claim", **waiting["asked"])
    assert (claim["road"], claim["state"], claim["signs_in"]) == ("phone", "under_review", True)


def test_another_phone_and_nothing_else_opens_no_archive(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    """What a stranger could do who knows name and number."""
    told = claims_told(guangdong)
    claim = shenzhen.do("claim", **waiting["asked"], phone=fresh(), password=STOLEN)
    assert (claim["road"], claim["state"]) == ("bureau", "to_verify")
    for platform in (shenzhen, guangdong):
        platform.do("review", days=LATER)
        platform.do("work")
    assert claims(shenzhen, waiting) == ["to_verify"] and shenzhen.do("record_of", user=claim["user"]) == {}
    assert shenzhen.do("unclaimed", user=claim["user"]) == 0
    assert claims_told(guangdong) == told + 1, "the bound phone hears of it"
    assert guangdong.do("record_of", user=waiting["user"])["status"] == "transferring_out"


def test_the_code_claims_from_another_phone(guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]) -> None:
    other = fresh()
    wrong = [{"division": FUTIAN, "code": code} for code in (WRONG, waiting["code"][::-1])]
    found = shenzhen.do("try_often", details=waiting["details"], phone=other, tries=wrong)
    assert found == ["transfer_code_wrong"] * 2
    claim = shenzhen.do("claim", **waiting["asked"], phone=other, code=waiting["code"])
    assert (claim["road"], claim["state"]) == ("code", "under_review")
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    assert shenzhen.do("record_of", user=claim["user"])["status"] == "to_complete"


def test_a_renewed_code_kills_the_one_before(guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]) -> None:
    draft = shenzhen.do("verify", **waiting["asked"], phone=fresh(), code=waiting["code"])
    guangdong.do("renew", user=waiting["user"], transfer=waiting["transfer"], renewal=1)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    with pytest.raises(Refused, match="claim_unverified"):
        shenzhen.do("confirm", draft=draft)
    with pytest.raises(Refused, match="transfer_code_wrong"):
        shenzhen.do("verify", **waiting["asked"], phone=fresh(), code=waiting["code"])
    newest = guangdong.do("code_of", transfer=waiting["transfer"])
    assert newest and newest != waiting["code"]
    assert shenzhen.do("claim", **waiting["asked"], phone=fresh(), code=newest)["road"] == "code"


@pytest.mark.parametrize("sent", [True, False])
def test_another_phone_bound_at_the_origin_proves_and_the_one_before_no_longer(
    guangdong: Platform, shenzhen: Platform, sent: bool
) -> None:
    """Whether the release has left before or not; the code that may have gone to the old phone is dead, too."""
    made = released(guangdong, sent=sent)
    before, bound = guangdong.do("code_of", transfer=made["transfer"]), fresh()
    guangdong.do("bind_phone", user=made["user"], phone=bound)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    asked = {"details": made["details"], "division": FUTIAN}
    with pytest.raises(Refused, match="transfer_code_wrong"):
        shenzhen.do("verify", **asked, phone=fresh(), code=before)
    stale = shenzhen.do("claim", **asked)
    assert (stale["road"], stale["state"]) == ("bureau", "to_verify")
    claim = shenzhen.do("claim", **asked, phone=bound)
    assert (claim["road"], claim["state"], claim["signs_in"]) == ("phone", "under_review", True)
    assert claims(shenzhen, made) == ["displaced", "under_review"]


def test_another_phone_bound_while_somebody_claims_displaces_who_had_the_code(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    bound = fresh()
    assert shenzhen.do("claim", **waiting["asked"], phone=fresh(), code=waiting["code"])["road"] == "code"
    for platform in (shenzhen, guangdong):
        platform.do("work")
    guangdong.do("bind_phone", user=waiting["user"], phone=bound)
    for platform in (guangdong, shenzhen):
        platform.do("work")
    assert shenzhen.do("claim", **waiting["asked"], phone=bound)["road"] == "phone"
    assert claims(shenzhen, waiting) == ["displaced", "under_review"]


@pytest.mark.parametrize("by", ["phone", "code"])
def test_who_proves_it_displaces_a_claim_that_only_waits_and_takes_its_user_over(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any], by: str
) -> None:
    thief = shenzhen.do("claim", **waiting["asked"], phone=fresh(), password=STOLEN)
    assert shenzhen.do("user_of", user=thief["user"], password=STOLEN)["password"]
    other = fresh()
    with pytest.raises(Refused, match="already_claimed"):
        shenzhen.do("verify", **waiting["asked"], phone=fresh())
    proof = {} if by == "phone" else {"phone": other, "code": waiting["code"]}
    claim = shenzhen.do("claim", **waiting["asked"], **proof)
    assert (claim["road"], claim["signs_in"], claim["user"]) == (by, True, thief["user"])
    shenzhen.do("work")
    assert claims(shenzhen, waiting) == ["displaced", "under_review"]
    user = owner_of(shenzhen, claim)
    assert user["phone"] == (other if by == "code" else waiting["details"]["phone"]) and user["password"]
    assert not shenzhen.do("user_of", user=thief["user"], password=STOLEN)["password"]
    shenzhen.do("review", days=LATER)
    for platform in (shenzhen, guangdong):
        platform.do("work")
    assert shenzhen.do("record_of", user=claim["user"])["status"] == "to_complete"
    assert guangdong.do("out_of", transfer=waiting["transfer"])["words"] == ["已完成", "已接收"]


def test_the_bound_phone_displaces_also_a_code_that_was_given_away(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    shenzhen.do("claim", **waiting["asked"], phone=fresh(), code=waiting["code"], password=STOLEN)
    with pytest.raises(Refused, match="already_claimed"):
        shenzhen.do("verify", **waiting["asked"], phone=fresh(), code=waiting["code"])
    assert shenzhen.do("claim", **waiting["asked"])["road"] == "phone"
    shenzhen.do("work")
    assert claims(shenzhen, waiting) == ["displaced", "under_review"]
    again = [{"division": FUTIAN}]
    assert shenzhen.do("try_often", details=waiting["details"], tries=again) == ["already_claimed"]


def test_two_people_of_the_bureau_let_it_through(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    claim = shenzhen.do("claim", **waiting["asked"], phone=fresh())
    assert shenzhen.do("decide", claim=claim["claim"], by="张三") == "first"
    with pytest.raises(Refused):
        shenzhen.do("decide", claim=claim["claim"], by="张三")
    assert claims(shenzhen, waiting) == ["to_verify"]
    assert shenzhen.do("decide", claim=claim["claim"], by="李四") == "second"
    with pytest.raises(Refused):
        shenzhen.do("decide", claim=claim["claim"], by="王五")
    shenzhen.do("review", days=LATER)
    for platform in (shenzhen, guangdong):
        platform.do("work")
    assert shenzhen.do("record_of", user=claim["user"])["status"] == "to_complete"


TOLD = "其他原因（见说明）；未能提供本人证件"


def test_two_people_refuse_it_for_a_reason(guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]) -> None:
    claim = shenzhen.do("claim", **waiting["asked"], phone=fresh())
    for name in ("张三", "李四"):
        shenzhen.do("decide", claim=claim["claim"], by=name, refuse="未能提供本人证件")
    found = shenzhen.do("claim_of", claim=claim["claim"])
    assert (found["state"], found["note"], found["findings"]) == ("refused", "未能提供本人证件", {})
    for platform in (shenzhen, guangdong):
        platform.do("work")
    out = guangdong.do("out_of", transfer=waiting["transfer"])
    assert (out["words"][1], out["note"]) == ("待调入地接收", TOLD)
    assert shenzhen.do("claim", **waiting["asked"])["road"] == "phone", "the owner still comes"


def test_two_people_at_once_are_two_and_one_twice_is_one(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    claim = shenzhen.do("claim", **waiting["asked"], phone=fresh())["claim"]
    found = shenzhen.do("at_once", each=[("decide", {"claim": claim, "by": "张三"})] * 2)
    assert sorted(found) == sorted(["first", "stage_moved"])
    assert shenzhen.do("decide", claim=claim, by="李四") == "second"


def test_a_release_in_version_1_proves_nothing_and_waits(guangdong: Platform, shenzhen: Platform) -> None:
    guangdong.do("speak", version=1)
    try:
        made = released(guangdong)
    finally:
        guangdong.do("speak", version=2)
    shenzhen.do("work")
    assert guangdong.do("code_of", transfer=made["transfer"]) == ""
    asked = {"details": made["details"], "division": FUTIAN}
    coded = [{"division": FUTIAN, "code": WRONG}]
    found = shenzhen.do("try_often", details=made["details"], phone=fresh(), tries=coded)
    assert found == ["transfer_code_useless"]
    claim = shenzhen.do("claim", **asked)
    assert (claim["road"], claim["state"]) == ("bureau", "to_verify")
    for name in ("张三", "李四"):
        shenzhen.do("decide", claim=claim["claim"], by=name)
    shenzhen.do("review", days=LATER)
    shenzhen.do("work")
    assert shenzhen.do("record_of", user=claim["user"])["status"] == "to_complete"


def test_three_wrong_ones_a_day_stop_that_phone_and_no_other(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    """Also with the right place and the right code, so that the fourth try tells nothing."""
    wrong = [{"division": ELSEWHERE}, {"division": FUTIAN, "code": WRONG}, {"division": "440303", "code": WRONG}]
    right = [{"division": FUTIAN, "code": waiting["code"]}, {"division": FUTIAN}, {"division": ELSEWHERE}]
    asked = {"details": waiting["details"], "phone": fresh()}
    found = shenzhen.do("try_often", **asked, tries=wrong + right)
    assert found == ["not_released", "transfer_code_wrong", "not_released", *["limit_claim_guess"] * 3]
    assert shenzhen.do("try_often", details=waiting["details"], phone=fresh(), tries=right[:1]) == ["code"]
    assert shenzhen.do("try_often", details=waiting["details"], tries=[*wrong, *wrong, right[1]])[-1] == "phone"


def test_ten_wrong_ones_by_all_others_leave_the_bound_phone_and_the_bureau(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    guess = {"division": FUTIAN, "code": WRONG}
    for _ in range(5):
        shenzhen.do("try_often", details=waiting["details"], phone=fresh(), tries=[guess] * 2)
    own = [{"division": FUTIAN, "code": waiting["code"]}, guess, {"division": FUTIAN}]
    found = shenzhen.do("try_often", details=waiting["details"], phone=fresh(), tries=own)
    assert found == ["limit_claim_guess_by_all", "limit_claim_guess_by_all", "bureau"]
    assert shenzhen.do("claim", **waiting["asked"])["road"] == "phone"


def test_many_guesses_at_once_are_no_way_round(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    one = {"details": waiting["details"], "phone": fresh(), "tries": [{"division": FUTIAN, "code": WRONG}]}
    found = shenzhen.do("at_once", each=[("try_often", one)] * 8)
    assert sorted(code for codes in found for code in codes) == ["limit_claim_guess"] * 5 + ["transfer_code_wrong"] * 3


def test_the_origin_hears_how_often_and_tells_the_bound_phone_once_a_day(
    guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]
) -> None:
    def told() -> int:
        return int(guangdong.do("messages").get("transfer_attempts", 0))

    shenzhen.do("tell_attempts", hours=1)  # what is left of others
    for platform in (shenzhen, guangdong):
        platform.do("work")
    before = told()
    wrong = [{"division": ELSEWHERE}, {"division": FUTIAN, "code": WRONG}]
    shenzhen.do("try_often", details=waiting["details"], phone=fresh(), tries=wrong)
    assert shenzhen.do("tell_attempts") == 1 and shenzhen.do("tell_attempts") == 0
    for platform in (shenzhen, guangdong):
        platform.do("work")
    assert guangdong.do("attempts_of", transfer=waiting["transfer"]) == {"refused": 2, "told": True}
    assert told() == before + 1
    shenzhen.do("try_often", details=waiting["details"], phone=fresh(), tries=wrong)
    assert shenzhen.do("tell_attempts") == 0, "once an hour"
    assert shenzhen.do("tell_attempts", hours=2) == 1
    for platform in (shenzhen, guangdong):
        platform.do("work")
    assert guangdong.do("attempts_of", transfer=waiting["transfer"])["refused"] == 4
    assert told() == before + 1, "not twice on a day"
    assert shenzhen.do("waiting") == {"outbox": 0, "inbox": 0}
    assert moved(guangdong, shenzhen, waiting, FUTIAN)["road"] == "phone"


def test_the_archive_may_come_after_the_person(guangdong: Platform, shenzhen: Platform) -> None:
    made = released(guangdong)  # and 深圳 has not asked for its feed since
    claim = shenzhen.do("claim", details=made["details"], division=FUTIAN)
    assert (claim["road"], claim["state"]) == ("phone", "under_review")


def test_thief_and_owner_at_the_same_moment(guangdong: Platform, shenzhen: Platform, waiting: dict[str, Any]) -> None:
    thief = ("claim", waiting["asked"] | {"phone": fresh(), "password": STOLEN})
    shenzhen.do("at_once", each=[thief, ("claim", waiting["asked"])])
    shenzhen.do("work")
    assert [state for state in claims(shenzhen, waiting) if state != "displaced"] == ["under_review"]
