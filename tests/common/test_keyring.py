"""Ciphers, fingerprints and keyrings, in both suites."""

import base64
import json
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.common.keyring import (
    SUITES,
    Box,
    Keyring,
    KeyringError,
    SealBroken,
    digests_equal,
    generate_keyring,
    parse_keyring,
)

KEY = bytes(range(32))
ROW = uuid.UUID("01a1ffe5-3f79-725f-85cf-0d71f02674a3")


def with_wrapping(key: bytes) -> str:
    """A ring with that wrapping key."""
    data = json.loads(generate_keyring())
    data["wrapping"]["keys"]["w1"] = base64.b64encode(key).decode()
    return json.dumps(data)


@pytest.fixture(params=SUITES)
def ring(request: pytest.FixtureRequest) -> Keyring:
    return parse_keyring(generate_keyring(request.param))


def test_published_vectors() -> None:
    """GB/T 32907 example 1 (SM4), GB/T 32905 example 1 (SM3), RFC 8998 appendix A.1 (SM4-GCM)."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(algorithms.SM4(block), modes.ECB()).encryptor()
    assert encryptor.update(block).hex() == "681edf34d206965e86b3e94f536e4246"
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    gcm = Cipher(algorithms.SM4(block), modes.GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    gcm.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    plain = bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    assert (gcm.update(plain) + gcm.finalize()).hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d")
    assert gcm.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("suite", SUITES)
@given(plain=st.binary(max_size=300), label=st.text(max_size=20), row=st.uuids())
def test_what_is_sealed_opens_only_in_its_place(suite: str, plain: bytes, label: str, row: uuid.UUID) -> None:
    box = Box(dict.fromkeys(SUITES, KEY), suite)
    sealed = box.seal(plain, label, row)
    assert box.unseal(sealed, label, row) == plain
    assert len(sealed) == len(plain) + 30
    with pytest.raises(SealBroken):
        box.unseal(sealed, label + "x", row)
    with pytest.raises(SealBroken):
        box.unseal(sealed, label, uuid.uuid4())


@pytest.mark.parametrize("suite", SUITES)
def test_every_changed_byte_and_every_cut_is_noticed(suite: str) -> None:
    box = Box(dict.fromkeys(SUITES, KEY), suite)
    sealed = box.seal(b"440106199001011234", "label", ROW)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            box.unseal(bytes(changed), "label", ROW)
        with pytest.raises(SealBroken):
            box.unseal(sealed[:at], "label", ROW)


def test_two_sealings_differ_and_another_key_does_not_open(ring: Keyring) -> None:
    box = ring.service_box()
    assert box.seal(b"x", "l", ROW) != box.seal(b"x", "l", ROW)
    other = parse_keyring(generate_keyring(ring.suite)).service_box()
    with pytest.raises(SealBroken):
        other.unseal(box.seal(b"x", "l", ROW), "l", ROW)


def test_a_person_key_opens_under_its_own_id_only(ring: Keyring) -> None:
    key_id, wrapped = ring.new_person_key(ROW)
    box = ring.open_person_key(ROW, key_id, wrapped)
    assert box.unseal(box.seal(b"x", "l", ROW), "l", ROW) == b"x"
    with pytest.raises(SealBroken):
        ring.open_person_key(uuid.uuid4(), key_id, wrapped)


@pytest.mark.parametrize(("before", "after"), [("sm", "aes"), ("aes", "sm")])
def test_another_suite_opens_what_the_first_one_sealed_and_finds_what_it_indexed(before: str, after: str) -> None:
    text = generate_keyring(before)
    old, new = parse_keyring(text), parse_keyring(json.dumps(json.loads(text) | {"suite": after}))
    key_id, wrapped = old.new_person_key(ROW)
    sealed = old.open_person_key(ROW, key_id, wrapped).seal(b"x", "l", ROW)
    box = new.open_person_key(ROW, key_id, wrapped)
    assert box.unseal(sealed, "l", ROW) == b"x"
    assert box.seal(b"x", "l", ROW)[1] == SUITES.index(after) != sealed[1]
    assert new.service_box().unseal(old.service_box().seal(b"y", "l", ROW), "l", ROW) == b"y"
    assert new.fingerprints("number", "x") == old.fingerprints("number", "x")


def test_fingerprints_tell_kinds_and_keys_apart(ring: Keyring) -> None:
    [(key_id, number)] = ring.fingerprints("number", "13800000000").items()
    [(_, phone)] = ring.fingerprints("phone", "13800000000").items()
    assert key_id == "f1" and len(number) == 32 and number != phone
    other = parse_keyring(generate_keyring(ring.suite))
    assert other.fingerprints("number", "13800000000")["f1"] != number
    assert digests_equal(number, ring.fingerprints("number", "13800000000")["f1"])


def test_during_rotation_every_key_is_used_the_current_one_first() -> None:
    data = json.loads(generate_keyring())
    data["fingerprint"]["keys"]["f2"] = json.loads(generate_keyring())["fingerprint"]["keys"]["f1"]
    data["fingerprint"]["current"] = "f2"
    assert list(parse_keyring(json.dumps(data)).fingerprints("number", "x")) == ["f2", "f1"]


def test_a_keyed_digest_can_be_made_again_under_the_key_that_made_it(ring: Keyring) -> None:
    data = json.loads(generate_keyring(ring.suite))
    old = parse_keyring(json.dumps(data)).mac("purpose", b"x")
    data["fingerprint"]["keys"]["f2"] = json.loads(generate_keyring("aes"))["fingerprint"]["keys"]["f1"]
    data["fingerprint"]["current"] = "f2"
    later = parse_keyring(json.dumps(data))
    assert later.mac("purpose", b"x", key_id="f1") == old != later.mac("purpose", b"x")


@pytest.mark.parametrize("suite", SUITES)
def test_a_plain_digest_is_of_the_key_s_suite(suite: str) -> None:
    digest = parse_keyring(generate_keyring(suite)).digest("f1")
    digest.update(b"a")
    digest.update(b"bc")
    assert digest.finalize().hex()[:16] == {"sm": "66c7f0f462eeedd9", "aes": "ba7816bf8f01cfea"}[suite]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"suite": "sm"}',
        generate_keyring().replace('"sm"', '"des"'),
        generate_keyring().replace('"current": "w1"', '"current": "w9"'),
        with_wrapping(bytes(32)),
        with_wrapping(b"kuaiji" * 5 + b"ku"),
    ],
)
def test_what_is_no_keyring_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyringError) as refused:
        parse_keyring(text)
    assert "keys" not in str(refused.value)


def test_one_key_has_one_use() -> None:
    data = json.loads(generate_keyring())
    data["fingerprint"]["keys"]["f1"]["key"] = data["wrapping"]["keys"]["w1"]
    with pytest.raises(KeyringError, match="one key stands under two names"):
        parse_keyring(json.dumps(data))


OLD = json.loads((Path(__file__).with_name("sealed_in_version_1.json")).read_text(encoding="utf-8"))
OLD_ROW = uuid.UUID(OLD["row"])


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("now", SUITES)
def test_what_version_1_sealed_opens_whatever_suite_seals_now(suite: str, now: str) -> None:
    ring = parse_keyring(json.dumps(OLD["ring"] | {"suite": now}))
    old = {name: bytes.fromhex(text) for name, text in OLD["values"][suite].items()}
    assert {value[0] for value in old.values()} == {1}
    box = ring.open_person_key(OLD_ROW, "w1", old["wrapped"])
    assert box.unseal(old["sealed"], "label", OLD_ROW).decode() == "示例甲"
    assert ring.service_box().unseal(old["service"], "label", OLD_ROW) == b"waiting"
    again = ring.open_person_key(OLD_ROW, "w1", ring.rewrapped(OLD_ROW, "w1", old["wrapped"]))
    assert again.unseal(old["sealed"], "label", OLD_ROW) == box.unseal(old["sealed"], "label", OLD_ROW)
    assert again.seal(b"x", "label", OLD_ROW)[0] == 2


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_has_a_key_of_its_own_under_a_person(suite: str) -> None:
    """Made again by hand, as RFC 5869 says: HKDF-Expand with the digest of the suite over the person's key."""
    ring = parse_keyring(json.dumps(OLD["ring"] | {"suite": suite}))
    wrapped = bytes.fromhex(OLD["values"][suite]["wrapped"])
    raw = ring._wrapping_box("w1").unseal(wrapped, "person_key", OLD_ROW)
    digests = {"sm": hashes.SM3(), "aes": hashes.SHA256()}
    derived = {name: HKDFExpand(digest, 32, b"kuaiji person").derive(raw) for name, digest in digests.items()}
    assert len({raw[:16], derived["sm"][:16], derived["aes"][:16]}) == 3
    value = ring.open_person_key(OLD_ROW, "w1", wrapped).seal(b"x", "label", OLD_ROW)
    opened = Box(derived, suite).unseal(value, "label", OLD_ROW)
    assert (value[0], opened) == (2, b"x")
    for wrong in (dict.fromkeys(SUITES, raw), {"sm": derived["aes"], "aes": derived["sm"]}):
        with pytest.raises(SealBroken):
            Box(wrong, suite).unseal(value, "label", OLD_ROW)


@pytest.mark.parametrize("suite", SUITES)
def test_a_value_does_not_become_one_of_the_other_version(suite: str) -> None:
    ring = parse_keyring(json.dumps(OLD["ring"] | {"suite": suite}))
    box = ring.open_person_key(OLD_ROW, "w1", bytes.fromhex(OLD["values"][suite]["wrapped"]))
    old = bytes.fromhex(OLD["values"][suite]["sealed"])
    for value in (bytes([2]) + old[1:], bytes([1]) + box.seal(b"x", "label", OLD_ROW)[1:]):
        with pytest.raises(SealBroken):
            box.unseal(value, "label", OLD_ROW)
