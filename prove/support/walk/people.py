"""Made-up people and what they type: the same in every run, and of nobody, for no county has the code 440000."""

import dataclasses
import io

from PIL import Image, ImageDraw

from prove.support.walk.browser import Fields, Files

PASSWORD = "kJ-pages-mulan-88-tigers"
NEW_PASSWORD = "秋水 blue-heron 88"
SECTIONS = ("personal", "education", "employment", "professional", "awards")
USCC = "927157497R5NQ72J9N"
OTHER_USCC = "936497541K6FMHDQ75"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_id(born: str, serial: int) -> str:
    """An 18-character number of somebody ``born`` (YYYYMMDD), right by its rule; an odd ``serial`` is a man's."""
    body = f"440000{born}{serial:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody: ``status`` as in ``employment_status``, ``place`` the region of the work."""

    name: str
    number: str
    phone: str
    status: str = "1"
    place: str = "440103"
    document_type: str = "01"
    country: str = ""

    @property
    def details(self) -> Fields:
        """What registering asks for, but the code."""
        return {
            "name": self.name,
            "document_type": self.document_type,
            "document_number": self.number,
            "document_country": self.country,
            "phone": self.phone,
        }

    def section(self, slug: str) -> Fields:
        """Valid answers for a step."""
        return {
            "personal": self._personal(),
            "education": {
                "full_time_level": "21",
                "full_time_degree": "412",
                "full_time_school": "岭南示例大学",
                "full_time_major": "会计学",
                "full_time_graduated_on": "2012-07-01",
            },
            "employment": self._employment(),
            "professional": {
                "abacus_level": "11",
                **rows("qualifications", qualification("1", "2013-05-20"), qualification("2", "2018-09-01")),
                **rows("talents"),
            },
            "awards": rows("awards", {"name": "先进会计工作者", "level": "3"}),
        }[slug]

    def files(self, slug: str) -> Files:
        """The pictures of a step; ID photos are by receipt on platforms that ask for none."""
        if slug == "personal":
            return {
                "photo": picture("照片", 600, 800),
                "id_card_front": picture("正面", 856, 540),
                "id_card_back": picture("背面", 856, 540),
            }
        return {"student_proof": picture("学生证", 800, 600)} if slug == "employment" and self.status == "4" else {}

    def _personal(self) -> Fields:
        asked = {"gender": "1", "birth_date": "1988-06-20", "country": "USA"} if self.document_type != "01" else {}
        return {"ethnic_group": "01", "political_status": "13", "email": f"p{self.phone}@example.com", **asked}

    def _employment(self) -> Fields:
        fields = {"employment_status": self.status, "division_code": self.place}
        if self.status in "12":
            fields |= {
                "employer_name": "广州市示例八方商贸有限公司",
                "employer_uscc": USCC,
                "employer_industry": "51",
                "employer_economic_type": "05",
                "employer_address": "广州市示例路88号",
                "employer_phone": "020-81234567",
            }
        if self.status == "1":
            fields |= {
                "accounting_post": "06",
                "accounting_admin_post": "04",
                "accounting_start_date": "2013/7/1",
                "accounting_technical_post": "02",
                "technical_post_appointed_on": "20190901",
            }
            return fields | rows("periods")
        period = {"started_on": "2013-01-01", "ended_on": "2014-12-31", "employer_name": "旧单位示例有限公司"}
        fields |= {"residence_address": "广州市天河区示例街8号"} if self.status == "3" else {}
        fields |= {"school_name": "岭南示例大学"} if self.status == "4" else {}
        return fields | rows("periods", period)


def qualification(level: str, day: str) -> Fields:
    """A row of 会计专业技术资格: 1 初级, 2 中级."""
    return {"category": "01", "level": level, "method": "2", "obtained_on": day}


def rows(prefix: str, *given: Fields) -> Fields:
    """The fields of a table with these rows."""
    fields = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": "0"}
    return fields | {f"{prefix}-{at}-{name}": value for at, row in enumerate(given) for name, value in row.items()}


def picture(name: str, width: int, height: int) -> tuple[str, bytes, str]:
    """A JPEG with a shape like a head, of one colour for each name."""
    shade = 200 + sum(name.encode()) % 50
    image = Image.new("RGB", (width, height), (shade, shade, 250))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.3, height * 0.15, width * 0.7, height * 0.6), fill=(224, 190, 165))
    draw.rectangle((width * 0.15, height * 0.65, width * 0.85, height), fill=(40, 60, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return f"{name}.jpg", out.getvalue(), "image/jpeg"


def somebody(at: int, name: str, **more: str) -> Person:
    """The person of this place in the walk; every place has its own number and phone."""
    number = resident_id(f"19{85 + at % 10}0{1 + at % 9}1{at % 10}", 101 + 2 * at)
    return Person(**({"name": name, "number": number, "phone": f"1380000{1000 + at}"} | more))
