"""About three thousand employers that do not exist, the same ones every time.

Every name says 示例 (example), every credit code is formally right and begins its organisation part with 0000, and
every telephone number begins with 9, which no exchange gives to a subscriber.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from kuaiji.common.credit_codes import check_digit, organisation_check_digit

DIVISIONS = Path(__file__).resolve().parent / "data" / "divisions.csv"
EIGHT_DIGIT_AREAS = ("020", "0754", "0755", "0757", "0760", "0769")
BRANDS = ("南粤", "岭南", "木棉", "云山", "海风", "榕树", "荔香", "青禾", "星湖", "湾畔", "松柏", "白鹭")

# What stands behind the number in the name, industry, economic type, and the first two characters of the credit code.
TRADES = (
    ("商贸有限公司", "51", "06", "91"),
    ("百货有限公司", "52", "06", "91"),
    ("电子科技有限公司", "39", "06", "91"),
    ("软件有限公司", "65", "06", "91"),
    ("服装有限公司", "18", "06", "91"),
    ("家具制造有限公司", "21", "06", "91"),
    ("食品有限公司", "14", "06", "91"),
    ("五金制品有限公司", "33", "06", "91"),
    ("建筑工程有限公司", "47", "06", "91"),
    ("装饰工程有限公司", "50", "06", "91"),
    ("货运代理有限公司", "58", "06", "91"),
    ("酒店有限公司", "61", "06", "91"),
    ("餐饮有限公司", "62", "06", "91"),
    ("物业管理有限公司", "70", "06", "91"),
    ("财务咨询有限公司", "72", "06", "91"),
    ("供水有限公司", "46", "05", "91"),
    ("公共交通有限公司", "54", "05", "91"),
    ("能源股份有限公司", "44", "03", "91"),
    ("医药股份有限公司", "27", "04", "91"),
    ("小学", "83", "02", "12"),
    ("医院", "84", "02", "12"),
    ("财政所", "92", "01", "11"),
    ("农产品专业合作社", "01", "07", "93"),
    ("社区服务协会", "95", "08", "51"),
)


def credit_code(kind: str, division_code: str, body: str) -> str:
    """A 统一社会信用代码 of ``kind`` (registering body and form, 2), ``division_code`` (6) and ``body`` (8)."""
    code = kind + division_code + body + organisation_check_digit(body)
    return code + check_digit(code)


def employers() -> Iterator[dict[str, str]]:
    """The fields of models.Employer: one employer of every trade in every county of the province, 深圳 included."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        divisions = list(csv.DictReader(file))
    counted: dict[str, int] = {}
    for place, division in enumerate(divisions):
        serial = counted[division["city"]] = counted.get(division["city"], 0) + 1
        for trade, (ending, industry, economic_type, kind) in enumerate(TRADES):
            number = place * len(TRADES) + trade + 1
            brand = BRANDS[(place + trade) % len(BRANDS)]
            yield {
                "uscc": credit_code(kind, division["code"], f"{number:08d}"),
                "name": f"{division['city']}{brand}示例第{serial:03d}{ending}",
                "industry": industry,
                "economic_type": economic_type,
                "address": f"{division['city']}{division['county']}示例路{trade + 1}号",
                "phone": _phone(division["area_code"], number),
                "division_code": division["code"],
            }


def _phone(area_code: str, number: int) -> str:
    digits = 7 if area_code in EIGHT_DIGIT_AREAS else 6
    return f"{area_code}-9{number:0{digits}d}"
