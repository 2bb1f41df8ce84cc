from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "kuaiji.cases"

    def ready(self) -> None:
        from kuaiji.cases.loop import run
        from kuaiji.cases.services.filling import fill_cases
        from kuaiji.cases.services.reasons import load_return_reasons
        from kuaiji.common.loops import LOOPS
        from kuaiji.common.reference import REFERENCE

        LOOPS.register("decisions", run)
        REFERENCE.register("return_reasons", load_return_reasons)
        REFERENCE.register("cases", fill_cases)
