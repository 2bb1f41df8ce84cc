from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "kuaiji.transfers"

    def ready(self) -> None:
        from kuaiji.transfers import answers, feed, messages

        messages.register(answers.OF)
        feed.register()
