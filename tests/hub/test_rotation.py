"""The keys of the hub's ring are changed beside each other: every message opens, everybody is found."""

import dataclasses
import json

from kuaiji.common.keyring import SUITES
from people.houses.hub import Hub, MakeDatabase, new_hub, prepare, send, served
from people.hub_stories import Story
from people.records.key_rings import GONE, NEW, OLD, RETIRED, THERE, Rings


def test_after_all_steps_nothing_of_people_needs_the_old_keys(make_database: MakeDatabase) -> None:
    hub = new_hub(make_database, "hub_rotated")
    prepare(hub.env)
    rings = Rings(hub.env["KUAIJI_HUB_KEYRING"])

    def with_ring(current: str = NEW, *, old: str = THERE, suite: str = "") -> Hub:
        ring = rings.text(current, old=old, suite=suite)
        return dataclasses.replace(hub, env={**hub.env, "KUAIJI_HUB_KEYRING": ring})

    stories = [Story() for _ in range(3)]
    with served(hub, workers=1):
        send(hub.client("440000"), stories[0].reported())
        send(hub.client("440000"), stories[1].reported_2())
    with served(with_ring(OLD), workers=1):  # has both already
        send(hub.client("440000"), stories[2].reported())
    [said] = with_ring().operate("rotate_keys")
    assert (
        "签名私钥：换了 0 条" in said
        and "证件索引：换了 2 条" in said
        and "w1：没有密钥再用它封装" in said
        and "f1：仍在建索引" in said
    )
    [said] = with_ring(old=RETIRED).operate("rotate_keys")
    assert "f1：已停用" in said
    assert hub.sql("SELECT DISTINCT wrapping_key FROM kuaiji_hub_datakey") == [("w2",)]
    assert hub.sql("SELECT key_id, count(*) FROM kuaiji_hub_fingerprint GROUP BY key_id") == [("f2", 3)]
    other = next(suite for suite in SUITES if suite != json.loads(hub.env["KUAIJI_HUB_KEYRING"])["suite"])
    [said] = with_ring(old=RETIRED, suite=other).operate("rotate_keys")
    assert "签名私钥：换了 1 条" in said
    head = bytes([2, SUITES.index(other)]).hex()
    private = "encode(substring(private_key FROM 1 FOR 2), 'hex')"
    assert hub.sql(f"SELECT {private} FROM kuaiji_hub_signingkey WHERE platform_id IS NULL") == [(head,)]
    final = with_ring(old=GONE, suite=other)
    with served(final, workers=1):
        client = final.client("440000")
        for story in stories:
            held = client.look_up(story.person).held_by
            assert held and held.code == "440000"
            assert send(client, story.reported(version=2)).code == "ok"
            assert send(client, story.released()).code == "ok"
    assert final.operate("verify")[0].endswith("9 messages, 0 differ")
