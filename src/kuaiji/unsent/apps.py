from django.apps import AppConfig


class UnsentConfig(AppConfig):
    name = "kuaiji.unsent"

    def ready(self) -> None:
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.messages.hooks import ROUNDS, STANDS
        from kuaiji.sms.enums import TemplateKey
        from kuaiji.unsent import own_data, reminders
        from kuaiji.unsent.services import forget_forms

        CLOSING_STEPS.register("unsent", ClosingStep(forget=forget_forms))
        ROUNDS.register("unsent", reminders.unsent_rounds)
        STANDS.register(TemplateKey.UNSENT_ENDS, reminders.unsent_ends_stands)
        own_data.register()
