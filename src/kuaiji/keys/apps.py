from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "kuaiji.keys"

    def ready(self) -> None:
        from kuaiji.keys import rotation

        rotation.register(rotation.PERSON_KEYS)
