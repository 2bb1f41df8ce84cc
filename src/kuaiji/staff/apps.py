from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "kuaiji.staff"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.limits import kinds
        from kuaiji.staff import attempts

        ACCESS_LABELS.register("staff", "管理端")
        ACCESS_LABELS.register("staff.login", "管理端登录")
        ACCESS_LABELS.register("staff.factor", "管理端验证")
        ACCESS_LABELS.register("staff.logout", "管理端退出")
        kinds.register(*attempts.KINDS)
