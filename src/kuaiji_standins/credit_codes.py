"""统一社会信用代码 by GB 32100-2015: eighteen characters, the last two of them checks."""

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code(kind: str, division_code: str, body: str) -> str:
    """Compose a code of ``kind`` (registering body and form, 2), ``division_code`` (6) and ``body`` (8).

    The ninth character of the organisation's code follows GB 11714, the eighteenth of the whole GB 32100.
    """
    organisation = body + _organisation_check(body)
    code = kind + division_code + organisation
    total = sum(CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(code))
    return code + CHARACTERS[-total % 31]


def _organisation_check(body: str) -> str:
    # A letter counts as its place in the whole alphabet, I O S V Z included: that is base 36.
    total = sum(int(character, 36) * weight for character, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
