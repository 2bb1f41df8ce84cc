"""Made-up people and what they would type on each page of the journey; the bench and the tests drive with these."""

import dataclasses
import datetime as dt
import io
import random

from PIL import Image, ImageDraw

from kuaiji.common import documents
from kuaiji.common.documents import DocumentType
from kuaiji_wire.people import Document
from people import numbers

Fields = dict[str, str]
Files = dict[str, tuple[str, bytes, str]]

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "子涵雨桐欣怡浩宇梓轩诗晗明哲若曦嘉豪思远文博静雯建国秀英桂兰海燕志强"
RARE_NAMES = (
    "𠮷永安",
    "䶮小川",
    "㛃文",
    "𬭊晓东",
    "𫍯志远",
    "阿卜杜热合曼·艾合买提江",
    "迪丽努尔·买买提",
    "扎西·多吉",
    "司马相如如",
    "欧阳" + "明" * 20,
    "Alexandra Maria Montgomery-Fitzgerald of Aberdeen",
    "María José O'Connor",
)
TODAY = dt.date(2026, 11, 21)
STATUSES = ("1", "2", "3", "4")
DIVISIONS = (
    "440103",
    "440106",
    "440000-00",
    "440100-00",
    "441900",
    "441300-ZK",
    "440402",
    "440606",
    "445281",
    "442000",
)


@dataclasses.dataclass(frozen=True)
class Person:
    """One made-up person and the fields of every page."""

    name: str
    document_type: str
    document_number: str
    document_country: str
    birth_date: dt.date
    phone: str
    password: str
    status: str
    details: Fields
    sections: dict[str, Fields]
    files: dict[str, Files]

    @property
    def holds_qualification(self) -> bool:
        """Whether the person has a title to give."""
        return self.sections["professional"]["qualifications-TOTAL_FORMS"] != "0"

    @property
    def questions(self) -> Fields:
        """The two questions of registration."""
        given = {"works_in_accounting": self.status == "1", "holds_qualification": self.holds_qualification}
        return {name: "yes" if answer else "no" for name, answer in given.items()}

    @property
    def document(self) -> Document:
        """The document as the platform has it."""
        return Document(type=self.document_type, country=self.document_country, number=self.document_number)


def make_person(rng: random.Random, *, status: str, document_type: str = "01", name: str | None = None) -> Person:
    """A whole, valid person; every choice comes from ``rng``."""
    kind = DocumentType(document_type)
    while True:
        number = numbers.valid_number(rng, kind)
        told = documents.check(kind, number, today=TODAY)
        born = told.birth_date or dt.date(rng.randint(1965, 2000), rng.randint(1, 12), rng.randint(1, 28))
        if 1950 <= born.year <= 2000:  # old enough for every date below
            break
    gender = told.gender or rng.choice("12")
    country = "USA" if document_type == "04" else ""
    full_name = name or rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.randint(1, 2)))
    phone = f"1{rng.choice('3578')}{rng.randint(10**8, 10**9 - 1)}"
    details = {
        "name": full_name,
        "document_type": document_type,
        "document_number": number,
        "document_country": country,
        "phone": phone,
    }
    return Person(
        full_name, document_type, number, country, born, phone, f"kJ-{rng.randint(10**9, 10**10)}", status,
        details, make_sections(rng, status, born, gender, document_type), _files(rng, status),
    )  # fmt: skip


def make_sections(rng: random.Random, status: str, born: dt.date, gender: str, document_type: str) -> dict[str, Fields]:
    """What such a person would type on the pages of the five sections."""
    level, degree = rng.choice((("31", "0"), ("21", "412"), ("21", "0"), ("14", "312"), ("41", "0"), ("61", "0")))
    graduated = min(dt.date(born.year + 22, 7, 1), dt.date(2025, 7, 1))
    education = {
        "full_time_level": level,
        "full_time_degree": degree,
        "full_time_school": rng.choice(("岭南示例大学", "珠江示例职业技术学院", "南粤示例中专学校")),
        "full_time_major": "" if level == "61" else rng.choice(("会计学", "财务管理", "会计电算化")),
        "full_time_graduated_on": written(graduated),
    }
    if born.day % 6 == 0:
        education["full_time_enrolled_on"] = written(dt.date(graduated.year - 4, 9, 1))
    if rng.random() < 0.3:
        education |= {
            "has_part_time": "on",
            "part_time_level": "21",
            "part_time_degree": "0",
            "part_time_school": "南粤示例开放大学",
            "part_time_major": "会计学",
            "part_time_graduated_on": written(dt.date(2025, 7, 1)),
        }
    personal = {
        "ethnic_group": rng.choice(("01", "02", "11", "56")),
        "political_status": rng.choice(("01", "03", "13")),
        "email": f"person{rng.randint(1, 10**9)}@example.com",
        "gender": gender,
        "birth_date": born.isoformat(),
        "country": "USA",
    }
    return {
        "personal": personal,
        "education": education,
        "employment": _employment(rng, status, born),
        "professional": _professional(rng, born, obliged=status != "1"),
        "awards": _rows("awards", [{"name": "先进会计工作者", "level": "3"}] if rng.random() < 0.2 else []),
    }


def written(day: dt.date) -> str:
    """``day`` as somebody would type it: to the day or to the month, as the day itself has it."""
    days, months = (
        ("{0}-{1:02}-{2:02}", "{0}/{1}/{2}", "{0}年{1}月{2}日", "{0}{1:02}{2:02}"),
        ("{0}年{1}月", "{0}{1:02}"),
    )
    forms = (*days, *months, "{0}-{1:02}")
    return forms[day.toordinal() % len(forms)].format(day.year, day.month, day.day)


def _employment(rng: random.Random, status: str, born: dt.date) -> Fields:
    fields = {"employment_status": status, "division_code": rng.choice(DIVISIONS)}
    if status in "12":
        fields |= {
            "employer_name": f"广州市示例{rng.randint(1, 999)}商贸有限公司",
            "employer_uscc": numbers.valid_uscc(rng),
            "employer_industry": rng.choice(("51", "52", "65", "72")),
            "employer_economic_type": rng.choice(("05", "06", "02")),
            "employer_address": f"广州市示例路{rng.randint(1, 400)}号",
            "employer_phone": f"020-8{rng.randint(10**6, 10**7 - 1)}",
        }
    if status == "1":
        post = rng.choice(("00", "02", "03"))
        fields |= {
            "accounting_post": "06",
            "accounting_admin_post": "04",
            "accounting_start_date": written(dt.date(born.year + 22, 7, 1)),
            "accounting_years": str(2026 - born.year - 22),
            "accounting_technical_post": post,
            "technical_post_appointed_on": "" if post == "00" else written(dt.date(born.year + 23, 9, 1)),
        }
    elif rng.random() < 0.5:
        period = {
            "started_on": written(dt.date(born.year + 20, 1, 1)),
            "ended_on": written(dt.date(born.year + 21, 12, 31)),
            "employer_name": "旧单位示例有限公司",
        }
        fields |= _rows("periods", [period])
    if status == "3":
        fields["residence_address"] = f"广州市天河区示例街{rng.randint(1, 200)}号"
    if status == "4":
        fields["school_name"] = "岭南示例大学"
    return fields if any(name.startswith("periods") for name in fields) else fields | _rows("periods", [])


def _professional(rng: random.Random, born: dt.date, *, obliged: bool) -> Fields:
    fields = {"abacus_level": rng.choice(("00", "11", "22"))}
    if rng.random() < 0.15:
        fields |= {"is_cpa": "on", "cpa_number": f"4401{rng.randint(10**7, 10**8 - 1)}"}
    levels = ["1", *(["2"] if rng.random() < 0.3 else [])] if obliged or rng.random() < 0.5 else []
    qualifications = [
        {
            "category": "01",
            "level": level,
            "method": "2",
            "obtained_on": written(dt.date(born.year + 20 + int(level), 5, 20)),
        }
        for level in levels
    ]
    talents = [{"programme": "01", "selected_year": "2019", "status": "1"}] if rng.random() < 0.05 else []
    if not qualifications:  # an answer only of who said to hold one
        fields["no_qualification_meant"] = "on"
    return fields | _rows("qualifications", qualifications) | _rows("talents", talents)


def _rows(prefix: str, rows: list[Fields]) -> Fields:
    fields = {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": "0"}
    return fields | {f"{prefix}-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}


def _files(rng: random.Random, status: str) -> dict[str, Files]:
    def picture(name: str, width: int, height: int) -> tuple[str, bytes, str]:
        return (f"{name}.jpg", make_picture(rng, width, height), "image/jpeg")

    files = {
        "personal": {
            "photo": picture("照片", 600, 800),
            "id_card_front": picture("正面", 856, 540),
            "id_card_back": picture("背面", 856, 540),
        }
    }
    return files | ({"employment": {"student_proof": picture("学生证", 800, 600)}} if status == "4" else {})


def make_picture(rng: random.Random, width: int, height: int) -> bytes:
    """A JPEG with a head-like shape, different each time."""
    image = Image.new("RGB", (width, height), tuple(rng.randint(200, 250) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.3, height * 0.15, width * 0.7, height * 0.6), fill=(224, 190, 165))
    draw.rectangle(
        (width * 0.15, height * 0.65, width * 0.85, height), fill=tuple(rng.randint(20, 120) for _ in range(3))
    )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
