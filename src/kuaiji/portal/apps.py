from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "kuaiji.portal"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_PAGES, OWN_ROWS, OwnRow, Pages
        from kuaiji.portal import system_checks  # noqa: F401 - checks register themselves

        ACCESS_LABELS.register("portal", "我的页面")
        ACCESS_LABELS.register("portal.home", "首页")
        ACCESS_LABELS.register("portal.me", "采集状态")
        ACCESS_LABELS.register("portal.exam", "报名资格自查")
        ACCESS_LABELS.register("portal.history", "变更记录")
        ACCESS_LABELS.register("portal.data", "我的数据")
        ACCESS_LABELS.register("portal.data_json", "下载我的数据")
        OWN_PAGES.register("/me/", Pages(after_texts=True))
        OWN_PAGES.register("/me/data/", Pages(after_texts=False))  # one may want to take it along instead
        OWN_ROWS.register(
            "/me/exam/", OwnRow(order=25, label="报名资格自查", drawing="exam", about="能不能报名，还差什么，在哪里补")
        )
        OWN_ROWS.register(
            "/me/history/",
            OwnRow(order=50, label="历史", drawing="book", about="每一次变更，与上一版对照", of_record=True),
        )
        OWN_ROWS.register("/me/data/", OwnRow(order=80, label="我的数据", drawing="archive", about="查看、下载"))
