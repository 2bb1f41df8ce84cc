"""A key pair is made in the words that both sides need."""

import pytest
from django.core.management import CommandError, call_command

from kuaiji_wire.keys import KeyBook, dump_public_key, load_private_key


def test_the_two_parts_belong_together(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("wire_key", "2026-1")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "KUAIJI_WIRE_KEY_ID=440000:2026-1"
    public = lines[2].split()[-1]
    assert public == dump_public_key(load_private_key(lines[1].partition("=")[2]).public_key())
    assert KeyBook({"440000:2026-1": public}).find("440000:2026-1")


@pytest.mark.parametrize("name", ["", "a b", "长", "x" * 41])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="no key id"):
        call_command("wire_key", name)
