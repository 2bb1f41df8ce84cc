from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "kuaiji.archives"

    def ready(self) -> None:
        from kuaiji.archives import attempts, own_data, system_checks  # noqa: F401 - checks register themselves
        from kuaiji.archives.finished import newest_made
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_ROWS, OwnRow
        from kuaiji.feedback.acts import ACTS, Act
        from kuaiji.limits import kinds

        own_data.register()
        ACCESS_LABELS.register("archives", "打印信息档案")
        ACTS.register("print", Act(label="打印档案", newest=newest_made))
        OWN_ROWS.register(
            "/me/archive/",
            OwnRow(order=30, label="打印档案", drawing="archive", about="会计人员信息登记表（PDF）", of_record=True),
        )
        OWN_ROWS.register(
            "/me/proof/",
            OwnRow(order=35, label="开具证明", drawing="check", about="给单位的信息已采集证明", of_record=True),
        )
        kinds.register(attempts.CHECK_FROM_ADDRESS)
