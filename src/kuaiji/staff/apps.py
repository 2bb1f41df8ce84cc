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
        ACCESS_LABELS.register("staff.factor", "管理端验证")
        ACCESS_LABELS.register("staff.logout", "管理端退出")
        ACCESS_LABELS.register("staff.join", "接受邀请")
        ACCESS_LABELS.register("staff.enrol", "设置第二步验证")
        ACCESS_LABELS.register("staff.team", "变更工作人员")
        ACCESS_LABELS.register("staff.me", "管理端登录与安全")
        kinds.register(*attempts.KINDS)
        NAVIGATION.register("/staff/team/", DeskPage(order=80, label="人员", roles=ADMINISTRATORS))
