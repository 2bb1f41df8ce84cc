"""What of an archive counts as known, and how many people have to agree."""

import uuid

import pytest

from kuaiji.applications import rules
from kuaiji.applications.enums import ApplicationKind, ApplicationState, ArchiveItem
from kuaiji.common.errors import RuleBroken

KNOWN = {
    ArchiveItem.EMPLOYER: ["广州市示例（集团）商贸有限公司", "旧单位示例有限公司"],
    ArchiveItem.EMAIL: ["Person.One@example.com"],
    ArchiveItem.REFERENCE_NUMBER: ["GD-2026-0000-0123"],
    ArchiveItem.SCHOOL: [],
}


@pytest.mark.parametrize(
    ("item", "typed", "same"),
    [
        (ArchiveItem.EMPLOYER, "广州市示例(集团)商贸有限公司", True),
        (ArchiveItem.EMPLOYER, " 旧单位 示例有限公司", True),
        (ArchiveItem.EMPLOYER, "旧单位示例有限", False),
        (ArchiveItem.EMAIL, "ｐerson.one@EXAMPLE.com", True),
        (ArchiveItem.EMAIL, "person.on@example.com", False),
        (ArchiveItem.REFERENCE_NUMBER, "gd－2026－0000－0123", True),
        (ArchiveItem.REFERENCE_NUMBER, "GD-2026-0000-0124", False),
        (ArchiveItem.SCHOOL, "岭南示例大学", False),
        (ArchiveItem.GRADUATED_ON, "2002-07-01", False),
    ],
)
def test_items_are_compared_without_width_case_and_blanks(item: ArchiveItem, typed: str, same: bool) -> None:
    assert rules.compare({item: typed}, KNOWN) == {item: same}


def test_two_people_agree_but_where_the_archive_speaks_for_the_applicant() -> None:
    needed = {
        (kind, matches): rules.needs_two(kind, matches=matches) for kind in ApplicationKind for matches in (True, False)
    }
    assert [key for key, two in needed.items() if not two] == [(ApplicationKind.PHONE_LOST, True)]


def test_one_person_is_not_two() -> None:
    first, other = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(RuleBroken, match="same_reviewer"):
        rules.check_second(first, first, needed=False)
    with pytest.raises(RuleBroken, match="second_missing"):
        rules.check_second(first, None, needed=True)
    rules.check_second(first, other, needed=True)
    rules.check_second(first, None, needed=False)


@pytest.mark.parametrize("state", ApplicationState)
def test_only_what_is_open_is_decided(state: ApplicationState) -> None:
    if state == ApplicationState.SUBMITTED:
        rules.check_open(state)
    else:
        with pytest.raises(RuleBroken, match="already_decided"):
            rules.check_open(state)
