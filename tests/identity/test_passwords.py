"""Which passwords are refused, and what trying several people's costs."""

import time
from typing import Any

import argon2.low_level
import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.identity.passwords import hashing
from kuaiji.identity.passwords.hashing import (
    DATA,
    SHORTEST,
    Argon2id,
    check_password,
    encode_for,
    renewed_hash,
    verify_any,
)
from tests.support.refusals import refusal

NUMBER, PHONE, NAME = "440103199003077215", "13912345678", "欧阳静"
OWN = (NUMBER, PHONE, NAME, "Maria Montgomery")


def people(*encoded: str) -> list[User]:
    """Users with these hashes; nothing is stored."""
    return [User(password=one) for one in encoded]


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
