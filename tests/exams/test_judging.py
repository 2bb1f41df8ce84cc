"""The one judgement: what is found of somebody, condition by condition, and in which words."""

import dataclasses
from typing import Any

import pytest

from kuaiji.exams.enums import Condition, ExamStatus, VerdictCode
from kuaiji.exams.judging.codes import OUTCOMES, SHORT, VERDICTS
from kuaiji.exams.judging.facts import Facts, Transfer
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.judging.standing import UNSUBMITTED
from tests.support.exam_rules import here, judged, person, schooled, titled
from tests.support.exam_windows import at, window

BEIJING = Transfer("110000", "北京市", "110105", "北京市朝阳区")


def codes(judgement: Judgement) -> dict[str, str]:
    """Each condition with its code."""
    return {one.condition.value: one.code.value for one in judgement.verdicts}


def test_the_worked_example_of_the_requirements() -> None:
    found = judged(person(periods=[["2024-09-01", None, "day", None]]))
    [years] = [one for one in found.verdicts if one.condition == Condition.YEARS]
    assert years.text == "按本科学历需满4年，至2027年12月31日为3年4个月，差8个月"
    assert (found.eligible, found.way, found.accounting_years, found.projected) == (False, "b", 3, True)
    assert years.remedy == "/changes/employment/"


def test_all_conditions_come_in_the_order_of_the_contract() -> None:
    for level in (1, 2, 3):
        found = [one.condition for one in judged(person(), level).verdicts]
        assert found == [one for one in Condition if one != Condition.QUALIFICATION or level == 3]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (person(), {"collected": "collected", "no_open_transfer": "no_transfer"}),
        (
            person(status=ExamStatus.TRANSFERRING_OUT, transfer=BEIJING),
            {"collected": "collected", "no_open_transfer": "transfer_out_open"},
        ),
        (
            person(status=ExamStatus.TRANSFERRED_OUT, transfer=BEIJING),
            {"collected": "transferred_out", "territory": "transferred_out", "no_open_transfer": "no_transfer"},
        ),
        (person(status=ExamStatus.ENDED), {"collected": "ended", "up_to_date": "ended"}),
        (person(status=ExamStatus.TO_COMPLETE), {"collected": "to_complete", "up_to_date": "to_complete"}),
        (person(held_elsewhere="湖南省"), {"collected": "held_elsewhere", "territory": "held_elsewhere"}),
        (person(held_elsewhere=""), {"collected": "held_elsewhere", "territory": "held_elsewhere"}),
    ],
)
def test_where_somebody_stands(facts: Facts, found: dict[str, str]) -> None:
    assert codes(judged(facts)).items() >= found.items()


@pytest.mark.parametrize("status", sorted(UNSUBMITTED))
def test_of_who_has_submitted_nothing_nothing_is_judged(status: ExamStatus) -> None:
    found = codes(judged(Facts(status), 3))
    assert found.pop("collected") == status.value
    claims = status == ExamStatus.CLAIM_UNDER_REVIEW
    assert found.pop("no_open_transfer") == ("transfer_in_open" if claims else "no_transfer")
    assert set(found.values()) == {"not_submitted"} and len(found) == 5


@pytest.mark.parametrize(
    ("division", "code"),
    [
        (None, "in_territory"),
        ("440103", "in_territory"),
        ("440100", "in_territory"),
        ("440000", "in_territory"),
        ("440104", "other_city"),
        ("441400", "other_city"),
        ("440300", "other_city"),
    ],
)
def test_the_place_of_the_exam_is_that_of_the_record(division: str | None, code: str) -> None:
    assert codes(judged(person(), division=division))["territory"] == code


@pytest.mark.parametrize("year", [2019, 2100, 9999])
def test_nobody_is_judged_without_rules(year: int) -> None:
    with pytest.raises(ValueError, match=f"no rules for level 2 in {year}"):
        judged(person(), 2, year)


def test_another_city_is_named() -> None:
    found = judged(person(), division="441400").verdicts[1]
    assert found.text == "所属地区为广州市荔湾区，不在报考地梅州市"


@pytest.mark.parametrize(
    ("level", "more", "code"),
    [
        (3, {}, "title_missing"),
        (3, {"titles": [titled(level="1")]}, "title_missing"),
        (3, {"titles": [titled(category="02")]}, "title_missing"),
        (3, {"titles": [titled(on=None)]}, "title_date_missing"),
        (3, {"titles": [titled(on=None), titled(on="2019-01-01")]}, "title_held"),
        (3, {"titles": [titled(level="3", method="3")]}, "title_held"),
    ],
)
def test_a_senior_needs_a_title_with_its_date(level: int, more: dict[str, Any], code: str) -> None:
    assert codes(judged(person(**more), level))["qualification"] == code


@pytest.mark.parametrize(
    ("education", "code"),
    [
        ({"full_time": schooled("22")}, "schooling_not_graduated"),
        ({"full_time": schooled("61")}, "schooling_too_low"),
        ({"full_time": schooled("90")}, "schooling_too_low"),
        ({}, "schooling_too_low"),
        ({"full_time": schooled("61"), "part_time": schooled("31")}, "schooling_met"),
        ({"full_time": schooled("12", "302")}, "schooling_met"),
        ({"full_time": schooled("21", graduated="2028-06-30")}, "schooling_later"),
    ],
)
def test_schooling(education: dict[str, dict[str, Any]], code: str) -> None:
    assert codes(judged(person(education=education)))["schooling"] == code


@pytest.mark.parametrize(
    ("confirmed", "code", "text"),
    [
        ("2025-11-30", "up_to_date", "信息有效至2026年11月30日"),
        ("2025-11-29", "out_of_date", "信息已超过12个月没有更新，请变更或确认"),
        ("2024-02-29", "out_of_date", "信息已超过12个月没有更新，请变更或确认"),
    ],
)
def test_a_confirmation_counts_for_twelve_months_and_their_last_day(confirmed: str, code: str, text: str) -> None:
    found = judged(person(confirmed_at=at(f"{confirmed}T23:59")))
    assert (found.verdicts[2].code, found.verdicts[2].text) == (code, text)
    assert found.up_to_date is (code == "up_to_date")


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (ExamStatus.COLLECTED, "/changes/professional/"),
        (ExamStatus.TRANSFERRING_OUT, "/transfers/out/"),
        (ExamStatus.TRANSFERRED_OUT, "/transfers/out/"),
        (ExamStatus.ENDED, "/me/"),
        (ExamStatus.TO_COMPLETE, "/collection/"),
    ],
)
def test_what_cannot_be_changed_now_is_mended_elsewhere(status: ExamStatus, remedy: str) -> None:
    assert judged(person(status=status), 3).verdicts[-1].remedy == remedy


@pytest.mark.parametrize(
    ("level", "year", "division", "closes"),
    [
        (2, 2026, None, "2026-06-30T12:00"),
        (2, 2026, "440100", "2026-06-30T12:00"),
        (2, 2026, "441400", "2026-06-29T12:00"),
        (2, 2026, "110000", "2026-07-01T12:00"),
        (2, 2027, None, None),
        (3, 2026, None, None),
    ],
)
def test_until_when_information_counts_is_that_of_the_exam_and_its_place(
    level: int, year: int, division: str | None, closes: str | None
) -> None:
    windows = (
        window(),
        window(by="2026-06-30T12:00", place="440000"),
        window(by="2026-06-29T12:00", place="441400"),
        window(by="2026-06-28T12:00", level=1),
    )
    found = judged(person(), level, year, division, here=dataclasses.replace(here(), windows=windows))
    assert found.collect_by == (at(closes) if closes else None)
    assert found.verdicts == judged(person(), level, year, division).verdicts


def test_every_code_has_its_meaning_and_says_it_shortly() -> None:
    assert list(VERDICTS) == list(VerdictCode)
    extreme = {
        "place": "湖南省湘西土家族苗族自治州龙山县经济技术开发区管理委员会辖区",
        "asked": "西藏自治区那曲市双湖县",
        "platform": "新疆生产建设兵团",
        "holder": "中共中央直属机关事务管理局（中直管理局）会计人员管理平台",
        "until": "2027年12月31日",
        "months": "12",
        "ground": "口腔医学博士专业学位",
        "level": "中级",
        "schooling": "硕士研究生结业",
        "lowest": "高中阶段学历",
        "cutoff": "2027年12月31日",
        "way": "第二学位或研究生班",
        "after": "职称后",
        "years": "10",
        "there": "5年11个月",
        "missing": "4年11个月",
        "end": "2027年底",
        "unsure": "，毕业前未计",
        "title": "正高级",
        "obtained": "2020年12月31日",
    }
    for meaning in (*VERDICTS.values(), *OUTCOMES.values()):
        text = meaning.words(**extreme)
        assert 0 < len(text) < SHORT and "…" not in text and "{" not in text, text
        assert bool(meaning.remedy) != meaning.met
