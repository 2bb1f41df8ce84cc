"""A record that lives: its changes, history and print, requests to the bureau, the own sign-in, and the end."""

import re
from collections.abc import Callable

from prove.support.walk.browser import Fields, Visitor
from prove.support.walk.collecting import another_session, wrong
from prove.support.walk.people import NEW_PASSWORD, PASSWORD, Person, picture, resident_id, rows
from prove.support.walk.strangers import refused_passwords

PATHS = ("/me/security/", "/me/data/", "/me/data.json", "/me/history/", "/me/exam/", "/me/corrections/", "/me/archive/")


def changes(visitor: Visitor, person: Person) -> None:
    """信息变更: each section as it stands, wrong, unchanged, changed, changed elsewhere meanwhile."""
    visitor.open("/changes/", "overview")
    new: dict[str, Fields] = {
        "personal": {"email": "new.address@example.com", "political_status": "01"},
        "education": {"full_time_school": "改名后的示例大学"},
        "professional": {"abacus_level": "21"},
        "awards": rows("awards", {"name": "优秀会计人员", "level": "2"}),
        "employment": {"division_code": "440106", "employer_address": "广州市示例新路1号"},
    }
    for slug, fields in new.items():
        path = f"/changes/{slug}/"
        visitor.open(path, slug)
        for name, refused in wrong(person, slug).items():
            if name != "twice":
                visitor.send(path, refused, f"{slug}-wrong-{name}")
        visitor.send(path, {}, f"{slug}-unchanged")
        old = visitor.form(path)
        visitor.must(path, fields, f"{slug}-changed")
        visitor.post(path, old | fields, f"{slug}-pressed-twice")
        visitor.post(path, old, f"{slug}-stale")
    visitor.send("/changes/awards/", {"action": "add-awards"}, "awards-row-added")
    visitor.send("/changes/employment/", {"employer_name": "示例", "action": "search_employer"}, "employers")
    files = {"photo": picture("新照片", 600, 800)}
    visitor.send("/changes/personal/", {"email": "nobody"}, "picture-kept", files=files)
    visitor.open("/changes/personal/", "picture-unsaved")
    visitor.send("/changes/personal/", {"action": "discard"}, "picture-discarded")
    visitor.must("/changes/confirm/", {}, "confirmed", at="/changes/")
    other = person.section("employment") | {"employment_status": "3", "residence_address": "广州市天河区示例街8号"}
    visitor.send("/changes/employment/", other, "left-accounting")
    new_name(visitor)


def new_name(visitor: Visitor) -> None:
    """姓名变更."""
    path, why = "/changes/name/", "户口簿登记的姓名已变更"
    proof = {"name_proof": picture("证明", 856, 540)}
    visitor.open(path, "name")
    visitor.send(path, {}, "name-empty", blank=True)
    visitor.send(path, {"name": "假不符", "reason": why}, "name-mismatch", files=proof)
    visitor.send(path, {"name": "欧阳若曦", "reason": ""}, "name-without-reason")
    visitor.must(path, {"name": "欧阳若曦", "reason": why}, "name-changed")
    visitor.open("/me/", "name-me")


def history(visitor: Visitor) -> None:
    """变更记录 and 我的数据."""
    for name, query in {
        "all": "",
        "before": "?before=3",
        "pair": "?left=1&right=4",
        "none": "?left=1&right=99",
    }.items():
        visitor.open(f"/me/history/{query}", f"history-{name}")
    visitor.open("/me/data/", "data")
    visitor.open("/me/data.json", "data-json")


def printing(visitor: Visitor, stranger: Visitor) -> None:
    """打印信息档案, and whoever checks the paper."""
    visitor.open("/me/archive.pdf", "print-before")
    visitor.open("/me/archive/", "print")
    visitor.must("/me/archive/", {})
    visitor.wait("/me/archive/", "/me/archive.pdf", "print-ready")
    visitor.open("/me/archive.pdf", "print-file")
    paper = visitor.kept.text_of(visitor.client.get("/me/archive.pdf"))
    code = re.search(r"\b[0-9A-HJ-NP-TV-Z]{4}(?:-[0-9A-HJ-NP-TV-Z]{4}){4}\b", paper)
    assert code, "the paper has no check code"
    stranger.send("/verify/", {"check_code": code[0].lower()}, "verify-right")
    stranger.open(f"/verify/?check_code={code[0]}", "verify-right-from-paper")


def corrections(visitor: Visitor, person: Person) -> None:
    """更正申请: refused, sent, sent twice, taken back."""
    path = "/me/corrections/new/document/"
    visitor.open("/me/corrections/", "corrections-none")
    visitor.open("/me/corrections/new/", "corrections-which")
    visitor.open("/me/corrections/new/gender/", "corrections-not-offered")
    visitor.open(path, "correction")
    visitor.send(path, {}, "correction-empty", blank=True)
    right = {"document_type": "01", "document_number": resident_id("19880620", 901), "reason": "注册时证件号码填错"}
    proof = {"correction_proof": picture("更正证明", 856, 540)}
    visitor.send(path, right | {"document_number": person.number}, "correction-same", files=proof)
    visitor.send(path, right | {"document_number": "1"}, "correction-wrong")
    visitor.must(path, right, "correction-sent")
    visitor.open("/me/corrections/new/", "corrections-which-open")
    page = visitor.open("/me/corrections/", "corrections-open")
    address = re.search(r"/me/corrections/[0-9a-f-]{36}/withdraw/", page)
    assert address, "the request cannot be taken back"
    visitor.must(address[0], {}, "correction-withdrawn", at="/me/corrections/")
    visitor.open("/me/corrections/", "corrections-withdrawn")


def decided(visitor: Visitor, person: Person, desk: Callable[..., None]) -> None:
    """What a bureau says to 更正申请: no to the first, and by two people yes to the second."""
    path, listed = "/me/corrections/new/document/", "/me/corrections/"
    new = resident_id("19880620", 903)
    fields = {"document_type": "01", "document_number": new, "reason": "注册时证件号码填错"}
    for answer in ("refused", "approved"):
        proof = {"correction_proof": picture(answer, 856, 540)}
        page = visitor.must(path, fields, files=proof)
        number = re.findall(r"GD-SQ-\d{4}-\d{4}-\d{4}", page)[0]  # the newest stands first
        if answer == "refused":
            desk("return", number, "张三", "请带身份证件到窗口核对")
        else:
            desk("approve", number, "张三")
            visitor.open(listed, "correction-reviewed-once")
            desk("approve", number, "李四")
        visitor.open(listed, f"correction-{answer}")
    for name, after in {"me": "/me/", "history": "/me/history/", "changes": "/changes/", "data": "/me/data/"}.items():
        visitor.open(after, f"corrected-{name}")


def phone_lost(stranger: Visitor, owner: Visitor, person: Person, phone: str) -> None:
    """手机号丢失: what a stranger to the phone asks for, what the owner sees of it and takes back."""
    path = "/recover/phone-lost/"
    items = {"first_item": "email", "second_item": "school", "second_answer": "改名后的示例大学"}
    fields = person.details | {"name": "欧阳若曦", "phone": phone, **items, "first_answer": "new.address@example.com"}
    stranger.send(path, {"action": "send_code"}, "phone-lost-empty", blank=True)
    stranger.send(path, fields | {"second_item": "email", "action": "send_code"}, "phone-lost-same-item")
    dated = {"second_item": "graduated_on", "second_answer": "去年", "action": "send_code"}
    stranger.send(path, fields | dated, "phone-lost-bad-date")
    code = stranger.ask_code(path, fields, phone, "phone-lost-code")
    wrong_code = f"{(int(code) + 1) % 10**6:06}"
    stranger.send(path, fields | {"sms_code": wrong_code, "action": "submit"}, "phone-lost-wrong-code")
    stranger.must(path, fields | {"sms_code": code, "action": "submit"}, "phone-lost-sent")
    owner.open("/me/", "phone-claimed-me")
    page = owner.open("/me/corrections/", "phone-claimed")
    address = re.search(r"/me/corrections/[0-9a-f-]{36}/withdraw/", page)
    assert address, "the claim cannot be taken back"
    owner.must(address[0], {}, "phone-claim-withdrawn", at="/me/corrections/")


def security(visitor: Visitor, person: Person, phone: str) -> None:
    """登录与安全: sessions, another phone, another password. Afterwards both are the new ones."""
    visitor.open("/me/security/", "security")
    other = another_session(visitor, person, "second")
    visitor.open("/me/security/", "security-two-sessions")
    visitor.must("/me/security/sessions/", {"session": "others"}, "sessions-ended", at="/me/security/")
    other.open("/me/", "me-ended")
    path, old = "/me/security/phone/", person.phone
    visitor.open(path, "phone")
    visitor.send(path, {"action": "verify"}, "phone-empty", blank=True)
    code = visitor.ask_code(path, {}, old, "phone-code")
    visitor.send(path, {"sms_code": f"{(int(code) + 1) % 10**6:06}", "action": "verify"}, "phone-wrong-code")
    visitor.must(path, {"sms_code": code, "action": "verify"}, "phone-proven")
    visitor.send(path, {"phone": "139", "action": "send_code"}, "phone-new-refused")
    visitor.send(path, {"phone": old, "action": "send_code"}, "phone-new-same")
    code = visitor.ask_code(path, {"phone": phone}, phone, "phone-new-code")
    visitor.must(path, {"phone": phone, "sms_code": code, "action": "save"}, "phone-changed")
    path = "/me/security/password/"
    visitor.open(path, "password")
    wrong_one = {"current_password": "wrong", "password1": NEW_PASSWORD}
    visitor.send(path, wrong_one, "password-wrong")
    refused_passwords(visitor, path, person, "own-password", current_password=PASSWORD)
    visitor.must(path, wrong_one | {"current_password": PASSWORD}, "password-changed")


def closing(visitor: Visitor, person: Person, name: str, password: str) -> None:
    """注销, as it is refused and done; afterwards nobody gets in."""
    path = "/me/security/close/"
    visitor.open(path, f"close-{name}")
    visitor.send(path, {}, f"close-{name}-empty", blank=True)
    visitor.send(path, {"understood": "on", "current_password": "wrong"}, f"close-{name}-wrong")
    visitor.must(path, {"understood": "on", "current_password": password}, f"close-{name}-done")
    visitor.open("/me/", f"close-{name}-me")
    visitor.send("/login/", {"document_number": person.number, "password": password}, f"close-{name}-login")
