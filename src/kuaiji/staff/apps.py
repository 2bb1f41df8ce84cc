from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "kuaiji.staff"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.limits import kinds
        from kuaiji.staff import attempts
        from kuaiji.staff.display import NAVIGATION, DeskPage
        from kuaiji.staff.rules import ADMINISTRATORS

        ACCESS_LABELS.register("staff", "管理端")
        ACCESS_LABELS.register("staff.login", "管理端登录")
        ACCESS_LABELS.register("staff.logout", "管理端退出")
        ACCESS_LABELS.register("staff.join", "接受邀请")
        kinds.register(*attempts.KINDS)
        NAVIGATION.register("/staff/team/", DeskPage(order=80, label="人员", roles=ADMINISTRATORS))
