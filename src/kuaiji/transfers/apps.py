from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "kuaiji.transfers"

    def ready(self) -> None:
        from kuaiji.transfers import messages
        from kuaiji.transfers.feed import register_feed
        from kuaiji.transfers.hub_replies import REPLY_HANDLERS

        messages.register(REPLY_HANDLERS)
        register_feed()
