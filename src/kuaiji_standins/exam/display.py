"""What a candidate is shown: the answer in the words and the order of a registration page."""

import csv
import datetime as dt
import functools
from typing import Any

from kuaiji.common import clock
from kuaiji_standins.exam.doors import Door
from kuaiji_standins.models import ExamCandidate
from kuaiji_standins.register import DIVISIONS

LEVELS = {"1": "初级", "2": "中级", "3": "高级"}
CONDITIONS = {
    "collected": "信息采集",
    "territory": "报考地区",
    "up_to_date": "信息更新",
    "no_open_transfer": "跨省调转",
    "schooling": "学历学位",
    "years": "工作年限",
    "qualification": "会计资格",
    "education_credits": "继续教育",
}
DOCUMENTS = {
    "01": "居民身份证",
    "02": "港澳居民来往内地通行证",
    "03": "台湾居民来往大陆通行证",
    "04": "外国护照",
    "05": "中国护照",
    "06": "港澳居民居住证",
    "07": "台湾居民居住证",
    "08": "外国人永久居留身份证",
    "09": "军官证",
    "10": "武警警官证",
    "11": "士兵证",
    "99": "其他",
}
TITLES = {
    "found": "暂不符合报名条件",
    "not_found": "没有查到您的会计人员信息",
    "name_mismatch": "姓名与会计人员信息不一致",
}


def exam_of(candidate: ExamCandidate) -> str:
    """Which exam, in words."""
    return f"{candidate.year}年度{LEVELS[candidate.level]}"


def verdict_of(candidate: ExamCandidate, door: Door | None) -> dict[str, Any]:
    """The context of the page that says whether a candidate may sit the exam, and what to do."""
    answer = candidate.answer
    conditions = [
        {**each, "label": CONDITIONS.get(each["condition"], each["condition"])} for each in answer["verdicts"]
    ]
    return {
        "candidate": candidate,
        "exam": exam_of(candidate),
        "region": door.region if door else candidate.platform,
        "answer": answer,
        "title": "符合报名条件" if answer["eligible"] else TITLES[answer["outcome"]],
        "open": [each for each in conditions if not each["met"]],
        "met": [each for each in conditions if each["met"]],
        "collect_by": dt.datetime.fromisoformat(answer["collect_by"]) if answer["collect_by"] else None,
        "masked": _masked(candidate.document_number),
        "document": DOCUMENTS[candidate.document_type],
    }


def years() -> list[int]:
    """The exams that one may sign up for: of this year and the next."""
    this = clock.today().year
    return [this, this + 1]


def divisions(chosen: str) -> list[tuple[str, str]]:
    """Code and name of each place where the exam may be sat: all cities, and the one that was ``chosen`` besides."""
    cities, counties = _places()
    return [*cities.items(), *([(chosen, counties[chosen])] if chosen in counties else [])]


@functools.cache
def _places() -> tuple[dict[str, str], dict[str, str]]:
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cities = {f"{row['code'][:4]}00": row["city"] for row in rows if row["code"][4:6] != "00"}
    counties = {row["code"]: f"{row['city']}{row['county']}" for row in rows}
    return cities, {code: name for code, name in counties.items() if code not in cities}


def _masked(number: str) -> str:
    return f"{number[:3]}…{number[-4:]}" if len(number) > 7 else number
