"""What grows with the platform is registered once, and what nobody registered is refused in words."""

import pytest

from kuaiji.common.registry import AppRegistry, Unregistered


def test_an_entry_is_found_by_its_key() -> None:
    registry = AppRegistry[str, int]("number")
    registry.register("two", 2)
    registry.register("one", 1)
    assert registry["two"] == 2 and "two" in registry and "three" not in registry
    assert list(registry) == ["two", "one"] and registry.values() == [2, 1]


def test_a_second_registration_of_the_same_key_is_refused() -> None:
    registry = AppRegistry[str, int]("number")
    registry.register("one", 1)
    with pytest.raises(ValueError, match="number 'one'"):
        registry.register("one", 1)
    assert registry["one"] == 1


def test_what_no_app_registered_is_refused_in_words() -> None:
    with pytest.raises(Unregistered, match=r"no app has registered the number 'one' in its apps\.py"):
        AppRegistry[str, int]("number")["one"]
