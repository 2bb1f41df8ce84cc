"""What anybody sees who is not signed in, and what goes wrong on the way in."""

from prove.support.walk.browser import Visitor
from prove.support.walk.people import NEW_PASSWORD, PASSWORD, Person, resident_id, somebody

OPEN = {
    "home": "/",
    "directory": "/directory/",
    "directory-district": "/directory/?q=荔湾",
    "directory-city": "/directory/?q=广州市",
    "directory-two-words": "/directory/?q=广州 南沙",
    "directory-nothing": "/directory/?q=火星",
    "directory-elsewhere": "/directory/?q=深圳",
    "directory-hostile": "/directory/?q=%3Cscript%3E",
    "guide": "/guide/",
    "guide-register": "/guide/register/",
    "guide-collection": "/guide/collection/",
    "guide-changes": "/guide/changes/",
    "guide-out": "/guide/transfer-out/",
    "guide-in": "/guide/transfer-in/",
    "guide-photo": "/guide/photo/",
    "guide-unknown": "/guide/nothing/",
    "text-privacy": "/notice/privacy/",
    "text-collection": "/notice/collection/",
    "text-unknown": "/notice/nothing/",
    "text-unknown-version": "/notice/privacy/1066/",
    "verify": "/verify/",
    "verify-from-paper": "/verify/?check_code=8K2M-4QXT-9D0R-7WAB-3HCN",
    "transfers": "/transfers/",
    "in": "/transfers/in/",
    "in-expired": "/transfers/in/?expired=1",
    "in-confirm": "/transfers/in/confirm/",
    "in-done": "/transfers/in/done/",
    "register": "/register/",
    "register-expired": "/register/?expired=1",
    "details-too-early": "/register/details/",
    "password-too-early": "/register/password/",
    "login": "/login/",
    "login-next": "/login/?next=/me/data/",
    "login-foreign-next": "/login/?next=https://example.com/",
    "recover": "/recover/",
    "recover-password-too-early": "/recover/password/",
    "phone-lost": "/recover/phone-lost/",
    "phone-lost-done-too-early": "/recover/phone-lost/done/",
    "closed": "/closed/",
    "me": "/me/",
    "archive": "/me/archive.pdf",
    "collection": "/collection/",
    "changes": "/changes/employment/",
    "outs": "/transfers/out/",
    "employers": "/collection/employers/?q=示例",
    "picture": "/attachments/00000000-0000-4000-8000-000000000000/",
    "inbox": "/demo/sms/",
    "inbox-refused": "/demo/sms/?phone=12",
    "unknown": "/nowhere/",
    "unknown-file": "/nowhere.php",
    "alive": "/healthz",
}


def public_pages(visitor: Visitor) -> None:
    """Every page that is open to all, what closed ones answer, the elder view, and what browsers never send."""
    for name, path in OPEN.items():
        visitor.open(path, name)
    for path in ("/directory/", "/logout/", "/changes/confirm/", "/me/security/sessions/"):
        answer = visitor.client.get(path) if path != "/directory/" else visitor.client.post(path)
        visitor.kept.answer(f"{visitor.part}-wrong-method-{path.strip('/').replace('/', '-')}", answer)
    visitor.client.cookies.clear()
    visitor.post("/login/", {"document_number": "1", "password": "2"}, "login-without-token")
    visitor.post("/verify/", {"check_code": "1"}, "verify-without-token")
    for name, code in {"empty": "", "malformed": "12", "unknown": "8K2M-4QXT-9D0R-7WAB-3HCN"}.items():
        visitor.send("/verify/", {"check_code": code}, f"verify-{name}")
    visitor.open("/elder/?on=1&next=/directory/%3Fq=荔湾", "elder-on")
    for name in ("home", "register", "login", "guide-changes", "unknown"):
        visitor.open(OPEN[name], f"elder-{name}")
    visitor.open("/elder/?on=0&next=//example.com", "elder-off")


def questions(visitor: Visitor) -> None:
    """The two questions of R1.2."""
    visitor.send("/register/", {}, "questions-empty", blank=True)
    visitor.send("/register/", {"works_in_accounting": "no"}, "questions-half")
    neither = {"works_in_accounting": "no", "holds_qualification": "no"}
    visitor.send("/register/", neither, "questions-neither")
    visitor.must("/register/", neither | {"holds_qualification": "yes"}, "questions")


def refused_details(visitor: Visitor, known: Person) -> None:
    """注册信息, as it must not be typed; ``known`` is registered."""
    path, person = "/register/details/", somebody(40, "陈示例")
    questions(visitor)
    visitor.send(path, {"action": "register"}, "details-empty", blank=True)
    visitor.send(path, {"action": "send_code"}, "code-empty", blank=True)
    wrong = {
        "name": {"name": "A1"},
        "number": {"document_number": person.number[:-1] + "Z"},
        "check-digit": {"document_number": person.number[:-1] + ("1" if person.number[-1] != "1" else "2")},
        "child": {"document_number": resident_id("20230101", 11)},
        "country": {"document_type": "04", "document_number": "K1234567"},
        "type": {"document_type": "77"},
        "phone": {"phone": "1380013"},
        "foreign-phone": {"phone": "+85291234567"},
    }
    for name, fields in wrong.items():
        visitor.send(path, person.details | fields | {"action": "send_code"}, f"code-refused-{name}")
    visitor.send(path, person.details | {"action": "register"}, "details-without-code")
    visitor.send(path, person.details | {"action": "register", "sms_code": "12"}, "details-short-code")
    code = visitor.ask_code(path, person.details, person.phone, "code-sent")
    visitor.send(path, person.details | {"action": "send_code"}, "code-same-again")
    other = {"name": "陈示范", "action": "send_code"}
    visitor.send(path, person.details | other, "code-too-soon")
    wrong_code = f"{(int(code) + 1) % 10**6:06}"
    visitor.send(path, person.details | {"action": "register", "sms_code": wrong_code}, "details-wrong-code")
    visitor.send(path, person.details | {"action": "register", "sms_code": code, "name": "假不符"}, "details-mismatch")
    taken = known.details | {"phone": person.phone, "action": "register"}
    visitor.send(path, taken | {"sms_code": code}, "details-registered-already")
    visitor.must(path, person.details | {"action": "register", "sms_code": code}, "details")
    refused_passwords(visitor, "/register/password/", person, "password")
    visitor.must("/register/password/", {"password1": PASSWORD}, "password")
    visitor.open("/me/", "me-new")
    for name in ("register", "details-too-early", "login", "home"):
        visitor.open(OPEN[name], f"signed-in-{name}")
    visitor.must("/logout/", {}, "sign-out", at="/")


def refused_passwords(visitor: Visitor, path: str, person: Person, name: str, **more: str) -> None:
    """Passwords that nobody may have."""
    for kind, typed in {
        "empty": "",
        "short": "a1b2c3",
        "common": "password123",
        "phone": person.phone,
        "number": person.number,
    }.items():
        visitor.send(path, {"password1": typed, **more}, f"{name}-refused-{kind}")


def register(visitor: Visitor, person: Person, name: str = "") -> None:
    """From the questions to being signed in; ``name`` begins the names of what is kept."""
    path = "/register/details/"
    answers = {"works_in_accounting": "yes" if person.status == "1" else "no", "holds_qualification": "yes"}
    visitor.must("/register/", answers, name and f"{name}-questions")
    code = visitor.ask_code(path, person.details, person.phone, name and f"{name}-code")
    visitor.must(path, person.details | {"sms_code": code, "action": "register"}, name and f"{name}-details")
    chosen = {"password1": PASSWORD}
    visitor.must("/register/password/", chosen, name and f"{name}-password")


def sign_in(visitor: Visitor, person: Person, password: str, name: str) -> None:
    """登录, kept."""
    visitor.must("/login/", {"document_number": person.number, "password": password}, name)


def signing_in(visitor: Visitor, person: Person) -> None:
    """登录 as it goes wrong and right, and 找回密码. Afterwards the password is the new one."""
    path = "/login/"
    visitor.send(path, {}, "login-empty", blank=True)
    visitor.send(path, {"document_number": person.number, "password": "wrong"}, "login-wrong")
    unknown = {"document_number": resident_id("19770707", 7), "password": PASSWORD}
    visitor.send(path, unknown, "login-unknown")
    right = {"document_number": person.number, "password": PASSWORD, "document_type": person.document_type}
    visitor.must("/login/?next=/me/security/", right, "login-right")
    visitor.must("/logout/", {}, "login-out", at="/")
    recovering(visitor, person)
    visitor.must("/logout/", {}, "recover-out", at="/")
    visitor.send(path, {"document_number": person.number, "password": PASSWORD}, "login-old-password")
    sign_in(visitor, person, NEW_PASSWORD, "login-new-password")


def recovering(visitor: Visitor, person: Person) -> None:
    """找回密码."""
    path = "/recover/"
    who = {"document_number": person.number, "phone": person.phone}
    visitor.send(path, {"action": "verify"}, "recover-empty", blank=True)
    visitor.send(path, who | {"phone": "12", "action": "send_code"}, "recover-bad-phone")
    visitor.send(path, who | {"action": "verify"}, "recover-without-code")
    code = visitor.ask_code(path, who, person.phone, "recover-code")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    visitor.send(path, who | {"action": "verify", "sms_code": wrong}, "recover-wrong-code")
    visitor.must(path, who | {"action": "verify", "sms_code": code}, "recover-right")
    refused_passwords(visitor, "/recover/password/", person, "recover-password")
    visitor.must("/recover/password/", {"password1": NEW_PASSWORD}, "recover-password")
