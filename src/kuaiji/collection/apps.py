from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "kuaiji.collection"

    def ready(self) -> None:
        from kuaiji.accountants.sections.registry import SECTIONS
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.collection import own_data
        from kuaiji.collection.progress import form_of
        from kuaiji.collection.services import mending as own_mending
        from kuaiji.collection.services import reminders
        from kuaiji.collection.services.closing import erase_drafts, forget_submissions
        from kuaiji.collection.services.finished import newest_collection
        from kuaiji.common import mending
        from kuaiji.common.own_pages import OWN_PAGES, OWN_ROWS, OwnRow, Pages
        from kuaiji.feedback.acts import ACTS, Act
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.messages.hooks import ROUNDS, STANDS
        from kuaiji.sms.enums import TemplateKey
        from kuaiji.unsent.registry import KEPT_FORMS, KeptForm

        for section in SECTIONS:
            kept = KeptForm(f"信息采集：{section.title}", f"collection:{section.slug}", reminded=False)
            KEPT_FORMS.register(form_of(section.slug), kept)
        CLOSING_STEPS.register("collection", ClosingStep(forget=forget_submissions, erase=erase_drafts))
        ROUNDS.register("collection", reminders.draft_rounds)
        STANDS.register(TemplateKey.DRAFT_ENDS, reminders.draft_ends_stands)
        own_data.register()
        mending.register(own_mending.DRAFTS)
        mending.register(own_mending.SUBMISSIONS)
        ACCESS_LABELS.register("collection", "信息采集")
        ACTS.register("collection", Act(label="信息采集", newest=newest_collection))
        OWN_PAGES.register("/collection/", Pages(after_texts=True))
        OWN_ROWS.register(
            "/collection/done/", OwnRow(order=40, label="采集状态", drawing="check", about="是否“信息已采集”，档案编号")
        )
