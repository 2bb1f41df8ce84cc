"""What kind of browser it is, in words its owner recognises. The header itself is never kept."""

# The first that is found counts: most browsers also name the one they are made of.
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("QihooBrowser", "360浏览器"),
    ("360SE", "360浏览器"),
    ("360EE", "360极速浏览器"),
    ("QQBrowser", "QQ浏览器"),
    ("UCBrowser", "UC浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("OpenHarmony", "鸿蒙"),
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST = 1000


def browser_name(user_agent: str) -> str:
    """``Chrome，Windows``; what is not known is called 其他浏览器 or left out."""
    given = user_agent[:_LONGEST]
    browser, system = _first(_BROWSERS, given) or "其他浏览器", _first(_SYSTEMS, given)
    return f"{browser}，{system}" if system else browser


def _first(names: tuple[tuple[str, str], ...], given: str) -> str:
    return next((words for sign, words in names if sign in given), "")
