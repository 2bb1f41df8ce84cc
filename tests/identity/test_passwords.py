"""Which passwords are refused, and what trying several people's costs."""

import os
import threading
import time
import unicodedata
from typing import Any

import argon2.low_level
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.identity.passwords import hashing
from kuaiji.identity.passwords.hashing import Argon2id, encode_for, renewed_hash, verify_any
from kuaiji.identity.passwords.rules import DATA, SHORTEST, prepared, ways_typed
from kuaiji.identity.passwords.services import check_password
from tests.support.refusals import refusal

NUMBER, PHONE, NAME = "440103199003077215", "13912345678", "欧阳静"
OWN = (NUMBER, PHONE, NAME, "Maria Montgomery")


def people(*encoded: str) -> list[User]:
    """Users with these hashes; nothing is stored."""
    return [User(password=one) for one in encoded]


def test_hashes_are_made_behind_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """By threads that step back, whichever way one is asked for; who asks keeps the priority it has."""
    seen: list[int] = []
    real = argon2.low_level.hash_secret

    def own() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def watched(*arguments: Any, **named: Any) -> bytes:
        seen.append(own())
        return real(*arguments, **named)

    def verified(self: Argon2PasswordHasher, password: str, encoded: str) -> bool:
        seen.append(own())
        return True

    monkeypatch.setattr(hashing, "hash_secret", watched)
    monkeypatch.setattr("argon2.low_level.hash_secret", watched)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verified)
    before, hasher = own(), Argon2id()
    encoded = hasher.encode("correct horse", hasher.salt())
    hasher.encode_like("correct horse", encoded)
    hasher.verify("correct horse", encoded)
    assert seen == [min(19, before + hashing.NICE)] * 3 and own() == before


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows by one for every hash that is computed."""
    done: list[str] = []
    real = argon2.low_level.hash_secret

    def counted(*arguments: Any, **named: Any) -> bytes:
        done.append("hash")
        return real(*arguments, **named)

    monkeypatch.setattr(hashing, "hash_secret", counted)
    monkeypatch.setattr("argon2.low_level.hash_secret", counted)
    return done


@pytest.mark.parametrize("count", range(SHORTEST))
def test_too_short(count: int) -> None:
    assert refusal(check_password, "é" * count, own=OWN).code == "password_short"


def test_too_long() -> None:
    assert refusal(check_password, "长" * 129, own=OWN).code == "password_long"


@pytest.mark.parametrize(
    "password",
    [
        "春眠不觉晓 处处闻啼鸟",
        "汉字密码可以用吗" * 8,
        " lead and trail ",
        "xK4#zz-91qw",
        "mother-of-pearl",
        "😀😀 emoji ok",
        "会计之路从2019年开始走",
        "kJ-8459118163",
        "a long phrase of 31 words",
        "a" * 3 + "quite long one" + "b" * 108,
    ],
)
def test_good_ones(password: str) -> None:
    check_password(password, own=OWN)


OWN_SHAPES = [
    NUMBER,
    NUMBER.lower(),
    f"ab{NUMBER}cd",
    NUMBER[:6] + "xyz!",
    "x!" + NUMBER[-6:],
    "19900307ab",
    "ab900307cd",
    f"{NUMBER[6:14]}",
    "z" + NUMBER[3:12],
    PHONE,
    PHONE[-8:],
    PHONE[-6:] + "ab",
    f"tel{PHONE}",
    "912345-" + PHONE[3:9],
    f"{NAME}123456",
    f"我是{NAME}没错吧",
    f"{NAME}{NAME}{NAME}",
    "mariamontgomery",
    "Maria Montgomery1",
    "MONTGOMERY-77",
]


@pytest.mark.parametrize("password", OWN_SHAPES)
def test_own_data(password: str) -> None:
    assert refusal(check_password, password, own=OWN).code == "password_own"


def test_common_ones_of_both_lists() -> None:
    lists = [sorted(CommonPasswordValidator().passwords), (DATA / "common_passwords.txt").read_text().split()]
    tried = 0
    for words in lists:
        for word in words:
            for password in {word, word.upper(), word.capitalize()}:
                if len(password) >= SHORTEST:
                    assert refusal(check_password, password, own=()).code == "password_common", password
                    tried += 1
    assert tried > 3000


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaa",
        "abababababab",
        "xyzxyzxyzxyz",
        "abcdabcdabcd",
        "0987654321",
        "efghijkl",
        "zyxwvuts",
        "tyuiopas",
        "2wsx3edc4",
        "19851203",
        "20240229",
        "kuaiji2024",
        "KuaiJi@123",
        "会计会计会计会计",
        "会计123123123",
        "我爱你5201314",
        "!!!!!!!!!!",
        "woaini@520",
        "admin@123!",
        "shenzhen2026",
        "guangdong_88",
        "Password#12345678",
        "密码12345678",
    ],
)
def test_habits(password: str) -> None:
    assert refusal(check_password, password, own=()).code == "password_common"


@pytest.mark.parametrize("unit", ["a", "ab", "0123", "会计"])
def test_patterns_take_no_longer_for_longer_input(unit: str) -> None:
    begun = time.process_time()
    with pytest.raises(RuleBroken):
        check_password((unit * 128)[:128], own=OWN)
    assert time.process_time() - begun < 10  # an explosion would take hours


def test_hashes_are_argon2id_of_the_documented_cost() -> None:
    encoded = encode_for("春眠不觉晓 x", [])
    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert Argon2id().verify("春眠不觉晓 x", encoded) and not Argon2id().verify("春眠不觉晓 X", encoded)
    assert renewed_hash("春眠不觉晓 x", encoded) is None


def test_trying_costs_one_hash_for_any_number_of_people(hashes: list[str]) -> None:
    encoded: list[str] = []
    for password in ("first one", "second one", "third one"):
        encoded.append(encode_for(password, people(*encoded)))
    assert len({one.rpartition("$")[0] for one in encoded}) == 1
    users = people(*encoded)
    for tried, found in (("first one", users[0]), ("third one", users[2]), ("First one", None), ("", None)):
        hashes.clear()
        assert verify_any(tried, users) is found
        assert len(hashes) == 1
    hashes.clear()
    assert verify_any("first one", []) is None and verify_any("first one", people("!unusable")) is None
    assert len(hashes) == 2


def test_two_people_with_one_number_never_share_a_password() -> None:
    first = people(encode_for("the very same", []))
    with pytest.raises(RuleBroken) as caught:
        encode_for("the very same", first)
    assert caught.value.code == "password_common"  # which says nothing about the other person


def test_an_old_cost_is_renewed_with_the_same_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2id, "time_cost", 1)
    old = encode_for("春眠不觉晓 x", [])
    monkeypatch.undo()
    assert verify_any("春眠不觉晓 x", users := people(old)) is users[0]
    new = renewed_hash("春眠不觉晓 x", old)
    assert new and "t=2" in new and Argon2id().decode(new)["salt"] == Argon2id().decode(old)["salt"]
    assert Argon2id().verify("春眠不觉晓 x", new)


# One password by several keyboards: composed, decomposed, and with spaces of other widths.
TYPED = {"composed": "Café 春眠 ếch-99", "decomposed": unicodedata.normalize("NFD", "Café 春眠 ếch-99"), "wide space":
         "Café\u3000春眠\u00a0ếch-99"}  # fmt: skip


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
@pytest.mark.parametrize("kept", TYPED.values(), ids=TYPED)
def test_a_password_is_the_same_from_every_keyboard(typed: str, kept: str) -> None:
    assert verify_any(typed, users := people(encode_for(kept, []))) is users[0]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_what_was_kept_as_typed_is_still_good_and_kept_anew(form: Any) -> None:
    """As before passwords were prepared: the hash is of the very characters."""
    typed = unicodedata.normalize(form, "Café\u3000春眠 99")
    old = make_password(typed)
    assert verify_any(typed, users := people(old)) is users[0]
    new = renewed_hash(typed, old)
    assert (
        new
        and Argon2id().verify(prepared(typed), new)
        and Argon2id().decode(new)["salt"] == Argon2id().decode(old)["salt"]
    )
    assert verify_any(unicodedata.normalize("NFD", typed), users := people(new)) is users[0]
    assert renewed_hash(typed, new) is None


def test_two_people_do_not_share_a_password_in_two_forms() -> None:
    old = make_password(unicodedata.normalize("NFD", "Café 春眠 99"))
    assert refusal(encode_for, "Café 春眠 99", people(old)).code == "password_common"


def test_the_hashes_tried_depend_on_what_was_typed_alone(hashes: list[str]) -> None:
    known = people(encode_for("Café 春眠 99", []))
    for typed in ("Café 春眠 99", "Café 春眠 00", "plain words"):
        for asked in (known, []):
            hashes.clear()
            verify_any(typed, asked)
            assert len(hashes) == len(ways_typed(typed))
    assert [len(ways_typed(typed)) for typed in ("plain words", "Café", "Cafe\u0301")] == [1, 2, 2]


def test_a_flood_is_not_composed() -> None:
    flood = "e" + "\u0301\u0316" * 500_000
    assert ways_typed(flood) == [flood]
    assert refusal(check_password, flood, own=OWN).code == "password_long"
