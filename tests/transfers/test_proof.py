"""The proof of claims, made small; ``python -m prove.claims`` asks thousands."""

from people.houses.two_platforms import Platform
from prove.support.claiming import CLAIMS_OF_EACH, claim_all


def test_nothing_is_stolen_and_no_owner_is_stopped(guangdong: Platform, shenzhen: Platform) -> None:
    found, wrong = claim_all(guangdong, shenzhen, claims=3 * CLAIMS_OF_EACH, wave=1)
    assert wrong == [] and found["wire"] == {2: 2, 1: 1}
    thieves = {name: count for name, count in found["answers"].items() if name.startswith("thief")}
    assert sum(thieves.values()) == 3 * (CLAIMS_OF_EACH - 1) and not {"thief: phone", "thief: code"} & thieves.keys()
