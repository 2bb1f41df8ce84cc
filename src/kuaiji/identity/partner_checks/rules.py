"""What there is to do about another system's no (R1.4). Pure."""

from kuaiji.identity.enums import CheckKind

_OF_IDENTITY = "请本人带证件到财政部门核对姓名和证件号码"
_OF_HOLDER = "请与该平台核对，由本人在那里办理调出，或更正那里的上报"
_KNOWN_OTHERWISE = "全国平台以另一姓名登记；请核对姓名，必要时由登记的平台更正"


def remedy_of(kind: CheckKind, holder_code: str) -> str:
    """What a bureau does about a contradiction; ``holder_code`` is the platform that holds the person, if any."""
    if kind == CheckKind.IDENTITY:
        return _OF_IDENTITY
    return _OF_HOLDER if holder_code else _KNOWN_OTHERWISE
