from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kuaiji.identity"

    def ready(self) -> None:
        from kuaiji.identity.people import indexing
        from kuaiji.keys import rotation

        rotation.register(indexing.PEOPLE)
