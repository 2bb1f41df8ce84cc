"""The one judgement: what is found of somebody, condition by condition, and in which words."""

from typing import Any

import pytest

from kuaiji.exams.enums import Condition, ExamLevel, ExamStatus, VerdictCode
from kuaiji.exams.judging.codes import OUTCOMES, SHORT, VERDICTS
from kuaiji.exams.judging.facts import Facts, Transfer
from kuaiji.exams.judging.judge import Judgement, is_answered
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.judging.standing import UNSUBMITTED
from tests.support.exam_rules import AT, judged, person, schooled, shipped, titled

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


@pytest.mark.parametrize(
    ("year", "answered"), [(2019, False), (2020, True), (2026, True), (2040, True), (2041, False), (9999, False)]
)
def test_years_too_far_away_have_no_rules(year: int, answered: bool) -> None:
    assert is_answered(Question(ExamLevel.MIDDLE, year), shipped(), at=AT) is answered


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
