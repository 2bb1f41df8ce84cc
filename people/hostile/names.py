"""Names that systems lose: rare ideographs, every dot, every script of the country and of its guests."""

from collections.abc import Iterator, Mapping

DOT = "\u00b7"
# The same dot by other keyboards, standards and fonts: Greek, Canadian, runic, bullet, leader, hyphenation point,
# operators, circle, word separator, Japanese (full and half), raised, sinological, small and full width full stop.
DOTS = "\u0387\u1427\u16eb\u2022\u2024\u2027\u2219\u22c5\u25cf\u2e31\u2e33\u30fb\ua78f\ufe52\uff0e\uff65"

# Block: first, one of the middle, last code point in use.
IDEOGRAPHS = {
    "basic": (0x4E00, 0x9FA5),
    "basic-4.1": (0x9FA6, 0x9FBB),
    "basic-5.1-to-10": (0x9FBC, 0x9FEA),
    "basic-11-to-14": (0x9FEB, 0x9FFF),
    "A": (0x3400, 0x4DB5),
    "A-13": (0x4DB6, 0x4DBF),
    "B": (0x20000, 0x2A6D6),
    "B-13-and-14": (0x2A6D7, 0x2A6DF),
    "C": (0x2A700, 0x2B734),
    "C-14-and-15": (0x2B735, 0x2B739),
    "D": (0x2B740, 0x2B81D),
    "E": (0x2B820, 0x2CEA1),
    "F": (0x2CEB0, 0x2EBE0),
    "G": (0x30000, 0x3134A),
    "H": (0x31350, 0x323AF),
    "I": (0x2EBF0, 0x2EE5D),
    "J": (0x323B0, 0x33479),
    "compatibility": (0xF900, 0xFA2D),
    "compatibility-3.2-and-5.2": (0xFA30, 0xFA6D),
    "compatibility-4.1": (0xFA70, 0xFAD9),
    "compatibility-supplement": (0x2F800, 0x2FA1D),
}
# In use in names and places, and printed for years with private code points or not at all (GB 18030-2022).
SEEN_ON_CARDS = "䶮㛃𬭊𫍯𠮷𬍛𫓹𬬻𬭳𬭶𫟼𬬭䥽𬶍𬸣𬺓鿍鿔鿖鿏龦龧龨龩龪龫龬龭龮龯龰龱龲龳龴龵龶龷龸龹龺龻㐂𠅤𬇙䢺𪟝"
UNIFIED_WITHIN_COMPATIBILITY = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"

PARTS = {
    "han": ("艾合买提", "买买提"),
    "han-rare": ("𬍛𫍣", "\U00030000\U00031350"),
    "latin": ("Ayşe", "Gül"),
    "cyrillic": ("Айгүл", "Әлиева"),
    "uyghur": ("ئايگۈل", "مەمەتجان"),
    "tibetan": ("བཀྲ་ཤིས", "རྡོ་རྗེ"),
    "mongolian": ("ᠪᠠᠲᠤ", "ᠰᠠᠷᠠ\u180eᠠ"),
    "yi": ("ꃅꄷ", "ꀒꈔ"),
    "dai": ("ᦀᦲᧈ", "ᦶᦠ"),
    "korean": ("김", "민준"),
    "japanese": ("マリア", "はなこ"),
}
WHOLE = {
    "iteration-mark": "佐々木",
    "zero": "李〇",
    "closing-mark": "〆木",
    "latin-marks": "Nguyễn Thị Ánh Hường",
    "latin-decomposed": "Nguye\u0302\u0303n Thi\u0323",
    "latin-same-letter-twice": "A\u030angstro\u0308m \u00c5ngstr\u00f6m",
    "turkish": "İlknur Işık",
    "german": "Weiß-Straßer",
    "ligatures": "ﬁlip Œuvre",
    "apostrophes": "D'Angelo O’Neil O‘Brien",
    "modifier-apostrophe": "Qadirʼoglu",
    "hawaiian": "Kaʻiulani",
    "hyphens": "Jean-Luc Anne‐Marie Eva‑Lotta",
    "periods": "J. R. R. Tolkien Jr.",
    "arabic-joiner": "می\u200cخواهم",
    "devanagari": "श्री\u200dराम किरण",
    "thai": "สมชาย",
    "hebrew": "שרה כהן",
    "georgian": "გიორგი",
    "armenian": "Արմեն",
    "ethiopic": "አበበ",
    "greek": "Ελένη",
    "hangul-jamo": "\u1100\u1161\u11a8",
    "zhuang": "Vangz Daˑ",
    "one": "王",
}
# Joiners, marks and overrides of direction, fillers, tags: pasted along, and drawn as nothing.
UNSEEN = (
    "\u00ad\u034f\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u202d\u202e\u2060\u2066\u3164\ufeff\uffa0\U000e0041"
)
REPEATED = {"latin": "Wolfeschlegelstein ", "uyghur": "ئابدۇر", "dotted": "阿卜杜·", "marks": "o\u0323\u0302"}


def names() -> Mapping[str, tuple[str, str]]:
    """By what they try: a name as typed, and as it must stand everywhere afterwards."""
    return dict(_all())


def _all() -> Iterator[tuple[str, tuple[str, str]]]:
    for block, (first, last) in IDEOGRAPHS.items():
        for place, code in (("first", first), ("second", first + 1), ("middle", (first + last) // 2), ("last", last)):
            yield f"{block}-{place}", (name := f"张{chr(code)}", name)
        yield f"{block}-fifty", (name := chr(last) * 50, name)
    for character in SEEN_ON_CARDS + UNIFIED_WITHIN_COMPATIBILITY:
        yield f"card-{ord(character):x}", (name := f"{character}永安", name)
    for selector in (0xFE00, 0xFE02, 0xE0100, 0xE0101, 0xE01EF):
        yield f"variant-{selector:x}", (name := f"葛{chr(selector)}城", name)
    for script, (first_part, second_part) in PARTS.items():
        yield f"{script}-dot", (name := f"{first_part}{DOT}{second_part}", name)
        yield f"{script}-and-han", (name := f"{first_part}{DOT}王", name)
        yield f"{script}-plain", (first_part, first_part)
        for dot in DOTS:
            yield f"{script}-{ord(dot):x}", (f"{first_part}{dot}{second_part}", f"{first_part}{DOT}{second_part}")
    for place, (pattern, name) in {
        "before": ("{}阿里", "阿里"),
        "behind": ("阿里{}", "阿里"),
        "twice": ("阿里{0}{0}江", "阿里·江"),
        "with-blanks": ("阿里 {} 江", "阿里·江"),
    }.items():
        yield f"dot-{place}", (pattern.format(DOT), name)
        yield f"other-dot-{place}", (pattern.format("\u2027"), name)
        yield f"period-{place}", (pattern.format("."), name)
    yield "period-for-dot", ("艾合买提.买买提", "艾合买提·买买提")
    yield "period-for-rare-dot", ("𬍛𫍣.\U00030000", "𬍛𫍣·\U00030000")
    for blank in "\u3000\u00a0\u2002\u2003\u2009\u202f\u205f":
        yield f"blank-{ord(blank):x}", (f"欧阳{blank}娜娜", "欧阳娜娜")
        yield f"blank-of-latin-{ord(blank):x}", (f"Anna{blank}{blank}Li", "Anna Li")
    yield "blanks-around", ("\u3000 欧阳\t 娜娜 \u200b\n", "欧阳娜娜")
    yield "full-width", ("Ａｎｎａ\u3000Ｌｉ", "Anna Li")
    for unseen in UNSEEN:
        yield f"unseen-{ord(unseen):x}", (f"{unseen}李{unseen}明{unseen}", "李明")
    yield from ((what, (name, name)) for what, name in WHOLE.items())
    for what, part in REPEATED.items():
        yield f"{what}-fifty", (name := (part * 50)[:49] + "王", name)


REFUSED = {
    "fifty-one": "王" * 51,
    "fifty-one-rare": "\U00030000" * 51,
    "private": "张\ue5e5",
    "private-plane": "张\U000f0001",
    "lost": "张\ufffd",
    "geta": "张〓",
    "square": "张□",
    "question": "张?",
    "star": "张*三",
    "description": "⿰亻三",
    "radical": "⽂三",
    "digit": "张3",
    "roman": "张Ⅲ",
    "emoji": "张😀",
    "nothing-but-dots": "···",
    "no-character": "张\U0002ffff",
    "half": "张\ud842",
}
