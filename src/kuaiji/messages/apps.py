from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "kuaiji.messages"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_ROWS, OwnRow
        from kuaiji.messages import system_checks  # noqa: F401 - registers itself
        from kuaiji.messages.display import unread_mark
        from kuaiji.messages.services.delivering import note_outcome, unwanted
        from kuaiji.messages.services.telling import ORIGIN
        from kuaiji.sms.origins import ORIGINS, Origin

        ACCESS_LABELS.register("messages", "我的消息")
        ACCESS_LABELS.register("messages.inbox", "我的消息")
        OWN_ROWS.register(
            "/me/messages/",
            OwnRow(order=15, label="我的消息", drawing="inbox", about="办理结果、到期提醒", mark=unread_mark),
        )
        ORIGINS.register(ORIGIN, Origin(unwanted=unwanted, note=note_outcome))
