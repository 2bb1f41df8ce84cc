from django.apps import AppConfig


class ChangesConfig(AppConfig):
    name = "kuaiji.changes"

    def ready(self) -> None:
        from kuaiji.accountants.sections.registry import SECTIONS
        from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE
        from kuaiji.attachments.purposes import PURPOSES, Purpose
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.changes import own_data
        from kuaiji.changes.finished import newest_change
        from kuaiji.changes.services import NAME_FORM, forget_names, form_of
        from kuaiji.common.own_pages import OWN_PAGES, OWN_ROWS, OwnRow, Pages
        from kuaiji.feedback.acts import ACTS, Act
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.unsent.registry import KEPT_FORMS, KeptForm

        for section in SECTIONS:
            KEPT_FORMS.register(form_of(section.slug), KeptForm(f"变更{section.title}", f"changes:{section.slug}"))
        KEPT_FORMS.register(NAME_FORM, KeptForm("变更姓名", "changes:name"))
        CLOSING_STEPS.register("changes", ClosingStep(forget=forget_names))
        own_data.register()
        ACCESS_LABELS.register("changes", "信息变更")
        ACTS.register("change", Act(label="信息变更", newest=newest_change))
        OWN_PAGES.register("/changes/", Pages(after_texts=True))
        OWN_ROWS.register(
            "/changes/",
            OwnRow(
                order=10, label="信息变更", drawing="pencil", about="单位、学历、职称有变动，及时更新", of_record=True
            ),
        )
        PURPOSES.register("name_proof", Purpose("姓名变更证明", DOCUMENT_SIDE))
