"""Nationality against document: Chinese nationals, those of Hong Kong, Macao and Taiwan among them, hold no foreigner's
document (国籍法; 外国人永久居留身份证 and 护照 of another country are issued to foreigners alone)."""

from kuaiji.common.errors import RuleBroken

_INSTEAD = {
    "CHN": "中国公民请改选居民身份证或中国护照",
    "HKG": "香港居民请改选来往内地通行证或居住证",
    "MAC": "澳门居民请改选来往内地通行证或居住证",
    "TWN": "台湾居民请改选来往大陆通行证或居住证",
}
OF_CHINA = frozenset(_INSTEAD)
NUMERIC_OF_CHINA = {"156": "CHN", "344": "HKG", "446": "MAC", "158": "TWN"}  # as permanent residence cards write them


def check_foreign_country(country: str, *, field: str = "country") -> None:
    """Raises ``RuleBroken`` ``chinese_national`` for a nationality that no holder of a foreigner's document has; the
    words name the right types. ``country`` is ISO 3166-1 alpha-3."""
    if country in OF_CHINA:
        raise RuleBroken("chinese_national", _INSTEAD[country], field)


def check_issuer(country: str, *, field: str = "document_country") -> None:
    """Raises ``RuleBroken`` ``chinese_passport`` where a foreign passport is said to be issued in China."""
    if country in OF_CHINA:
        words = "中国签发的护照请改选中国护照" if country == "CHN" else _INSTEAD[country]
        raise RuleBroken("chinese_passport", words, field)
