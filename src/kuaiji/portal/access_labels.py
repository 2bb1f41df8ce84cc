"""What stands in the access log, in words for the person it is about."""

WORDS = {
    "portal.me": "采集状态",
    "portal.history": "变更记录",
    "portal.data": "我的数据",
    "portal.data_json": "下载我的数据",
    "requests.reveal": "审核申请时查看完整内容",
    "identity.login": "登录",
    "identity.logout": "退出登录",
}
OF_APPS = {
    "accountants": "信息档案",
    "archives": "打印信息档案",
    "attachments": "查看图片",
    "changes": "信息变更",
    "closing": "注销",
    "collection": "信息采集",
    "identity": "登录与安全",
    "portal": "我的页面",
    "requests": "申请",
    "transfers": "跨省调转",
}


def what_was_read(action: str) -> str:
    """The action of a row: by its own name, or by the app it belongs to."""
    return WORDS.get(action) or OF_APPS[action.partition(".")[0]]
