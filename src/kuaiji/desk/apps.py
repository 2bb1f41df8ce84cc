from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "kuaiji.desk"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.desk.permissions import PEOPLE
        from kuaiji.desk.record import own_data
        from kuaiji.staff.display import NAVIGATION, DeskPage
        from kuaiji.staff.enums import Role

        own_data.register()
        ACCESS_LABELS.register("desk", "财政部门的工作页面")
        ACCESS_LABELS.register("desk.record", "查看档案")
        ACCESS_LABELS.register("desk.timeline", "查看办理经过")
        ACCESS_LABELS.register("desk.versions", "对照档案的版本")
        ACCESS_LABELS.register("desk.as_seen", "查看本人所见页面")
        ACCESS_LABELS.register("desk.reveal", "显示完整内容")
        ACCESS_LABELS.register("desk.picture", "查看图片")
        ACCESS_LABELS.register("desk.case", "办理事项")
        ACCESS_LABELS.register("desk.case_whole", "办理时查看完整内容")
        ACCESS_LABELS.register("desk.case_picture", "办理时查看图片")
        ACCESS_LABELS.register("desk.message", "查看与全国平台的消息")
        NAVIGATION.register("/staff/", DeskPage(order=0, label="待办"))
        NAVIGATION.register("/staff/notices/", DeskPage(order=60, label="通知公告", roles=(Role.MANAGER,)))
        NAVIGATION.register("/staff/calendar/", DeskPage(order=70, label="工作日历", roles=(Role.MANAGER,)))
        NAVIGATION.register("/staff/switches/", DeskPage(order=80, label="运行开关", roles=(Role.SYSTEM,)))
        NAVIGATION.register("/staff/done/", DeskPage(order=90, label="我做过的", roles=tuple(sorted(PEOPLE))))
        ACCESS_LABELS.register("desk.list", "查看人员名单")
        ACCESS_LABELS.register("desk.found", "按号码查到")
        ACCESS_LABELS.register("desk.call", "接听来电时查看状态")
        people = DeskPage(order=20, label="查人和名单", roles=tuple(sorted(PEOPLE)), finds=True)
        NAVIGATION.register("/staff/people/", people)
