from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "kuaiji.collection"

    def ready(self) -> None:
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.common.own_pages import OWN_PAGES, Pages

        ACCESS_LABELS.register("collection", "信息采集")
        OWN_PAGES.register("/collection/", Pages(after_texts=True))
