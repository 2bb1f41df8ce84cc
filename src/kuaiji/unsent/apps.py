from django.apps import AppConfig


class UnsentConfig(AppConfig):
    name = "kuaiji.unsent"

    def ready(self) -> None:
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.unsent import own_data
        from kuaiji.unsent.services import forget_forms

        CLOSING_STEPS.register("unsent", ClosingStep(forget=forget_forms))
        own_data.register()
