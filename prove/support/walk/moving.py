"""跨省调转: applied for, taken back, claimed at the other platform with a photo by receipt, completed there."""

import re

import httpx

from prove.support.walk.browser import Stuck, Visitor
from prove.support.walk.collecting import CODE, plain
from prove.support.walk.people import PASSWORD, SECTIONS, Person, picture

SHENZHEN, FUTIAN = "440300", "440304"
REASON = "工作调动"


def apply(visitor: Visitor, name: str = "") -> str:
    """申请调出 to 深圳市福田区; the address of its page. With ``name`` the refusals before it are kept too."""
    path, where = "/transfers/out/new/", {"destination_platform": SHENZHEN, "destination_division": FUTIAN}
    proof = {"proof": picture("调转证明", 800, 600)}
    if name:
        visitor.open("/transfers/out/", f"{name}-none")
        visitor.open(path, f"{name}-new")
        visitor.send(path, {}, f"{name}-empty", blank=True)
        visitor.send(path, {"destination_platform": SHENZHEN, "action": "choose"}, f"{name}-chosen")
        visitor.send(path, where | {"destination_division": "110101", "reason": REASON}, f"{name}-wrong", files=proof)
        visitor.send(path, {"destination_platform": "440000", "reason": REASON}, f"{name}-to-ourselves")
    page = visitor.must(path, where | {"reason": REASON}, name and f"{name}-applied", files=proof)
    found = re.search(r"/transfers/out/[0-9a-f-]{36}/", page)
    if not found:
        raise Stuck("the list leads to no transfer")
    return found[0]


def taken_back(here: Visitor, there: Visitor, person: Person) -> None:
    """A transfer from the first page to 撤回, once before the review and once after; at the other end nobody came."""
    plain(here, person)
    address = apply(here, "out")
    here.open(address, "out-pending")
    for path in ("/me/", "/changes/", "/changes/employment/", "/changes/name/", "/transfers/out/new/"):
        here.open(path, "locked-" + path.strip("/").replace("/", "-"))
    here.send("/changes/confirm/", {}, "locked-confirm", at="/me/security/password/")
    here.must(f"{address}withdraw/", {}, "out-withdrawn", at=address)
    here.open("/transfers/out/", "outs-withdrawn")
    address = apply(here)
    here.wait(address, "90 天内没有办理的", "out-released")
    here.open("/transfers/out/", "outs-released")
    not_released(there, person)
    here.must(f"{address}withdraw/", {}, at=address)
    here.wait(address, "信息已解除锁定", "out-withdrawn-late")
    here.open("/me/security/close/", "close-with-history")


def not_released(there: Visitor, person: Person) -> None:
    """验证信息 as it must not be typed, and for somebody under another name."""
    path, who = "/transfers/in/", person.details | {"destination_division": FUTIAN}
    there.send(path, {"action": "verify"}, "in-empty", blank=True)
    there.send(path, who | {"document_number": "1", "action": "send_code"}, "in-wrong-number")
    other = {"phone": "13800009901"}
    code = there.ask_code(path, who | other, other["phone"], "in-other-phone-code")
    there.send(path, who | other | {"sms_code": "1", "action": "verify"}, "in-wrong-code")
    named = {"name": "陈示范", "sms_code": code, "action": "verify"}
    there.send(path, who | other | named, "in-other-name")
    elsewhere = {"destination_division": "440303", "sms_code": code, "action": "verify"}
    there.send(path, who | other | elsewhere, "in-other-region")


def moved(here: Visitor, there: Visitor, person: Person, standins: str) -> None:
    """广东 → 深圳 until the record is complete there, and what is left here."""
    plain(here, person)
    address = apply(here)
    here.wait(address, "90 天内没有办理的")
    path, who = "/transfers/in/", person.details | {"destination_division": FUTIAN}
    code = there.ask_code(path, who, person.phone, "claim-code")
    there.must(path, who | {"sms_code": code, "action": "verify"})
    there.wait("/transfers/in/confirm/", "手机号已验证", "claim-coming")
    there.send("/transfers/in/confirm/", {"password1": "short"}, "claim-bad-password")
    there.must("/transfers/in/confirm/", {"password1": PASSWORD})
    there.wait("/me/", "待完成采集", "claimed-me")
    here.wait("/me/", "已调出", "gone-me")
    for gone in ("/transfers/out/", address, "/changes/", "/collection/", "/me/history/", "/me/security/close/"):
        here.open(gone, "gone-" + re.sub(r"[0-9a-f-]{36}", "one", gone.strip("/")).replace("/", "-"))
    there.open("/collection/", "arrived-overview")
    there.must("/collection/notice/", {"truthful": "on"}, "arrived-notice")
    for slug in SECTIONS:
        there.open(f"/collection/{slug}/", f"arrived-{slug}")
        if slug == "employment":
            work = person.section(slug) | {"division_code": FUTIAN}
            there.must(f"/collection/{slug}/", work, f"arrived-{slug}-saved")
        else:
            there.must(f"/collection/{slug}/", {}, f"arrived-{slug}-saved")
    there.must("/collection/review/", {}, "arrived-submit")
    for name, page in {"me": "/me/", "history": "/me/history/", "changes": "/changes/", "data": "/me/data/"}.items():
        there.open(page, f"home-there-{name}")
    new_photo(there, person, standins)


def new_photo(visitor: Visitor, person: Person, standins: str) -> None:
    """获取照片 (R6.1): codes that stand for nothing, and one that was given for this person."""
    path = "/changes/personal/"
    for name, code in {"empty": "", "malformed": "12", "unknown": "123456789012", "down": "999999999992"}.items():
        visitor.send(path, {CODE: code, "action": "fetch_photo"}, f"photo-{name}")
    code = receipt_for(standins, person)
    visitor.send(path, {CODE: code, "action": "fetch_photo"}, "photo-fetched")
    visitor.must(path, {}, "photo-saved")


def receipt_for(standins: str, person: Person) -> str:
    """Have a picture taken at the stand-ins; the code of the receipt."""
    data = {"name": person.name, "document_number": person.number, "action": "drawn"}
    answer = httpx.post(f"{standins}/photo/", data=data, trust_env=False, timeout=60)
    found = re.fullmatch(r"/photo/([0-9]{12})/", answer.headers.get("location", ""))
    if not found:
        raise Stuck(f"the stand-ins gave no receipt: {answer.status_code}")
    return found[1]


def new_there(there: Visitor, person: Person, standins: str) -> None:
    """A person of 深圳 from the start: the photo comes by receipt alone."""
    path = "/collection/personal/"
    there.open(path, "photo-step")
    there.send(path, person.section("personal"), "photo-missing")
    there.send(path, {CODE: receipt_for(standins, person), "action": "fetch_photo"}, "photo-step-fetched")
