from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "kuaiji.transfers"

    def ready(self) -> None:
        from kuaiji.attachments.pictures.imaging import DOCUMENT_SIDE, ImageRule
        from kuaiji.attachments.purposes import PURPOSES, Purpose
        from kuaiji.audit.labels import ACCESS_LABELS
        from kuaiji.audit.services import FOLLOWERS
        from kuaiji.common.own_pages import OWN_PAGES, OWN_ROWS, OwnRow, Pages
        from kuaiji.feedback.acts import ACTS, Act
        from kuaiji.identity.closing_steps import CLOSING_STEPS, ClosingStep
        from kuaiji.identity.sms_codes.purposes import CODE_PURPOSES, CodePurpose
        from kuaiji.keys import rotation
        from kuaiji.limits import kinds
        from kuaiji.messages.hooks import STANDS
        from kuaiji.sms.enums import TemplateKey
        from kuaiji.transfers import attempts, messages, own_data
        from kuaiji.transfers.enums import CLAIM_BACK, CLAIM_FRONT, PROOF
        from kuaiji.transfers.feed import register_feed
        from kuaiji.transfers.hub_replies import REPLY_HANDLERS
        from kuaiji.transfers.services import telling
        from kuaiji.transfers.services.applying import OUT_FORM
        from kuaiji.transfers.services.cases import register_cases
        from kuaiji.transfers.services.claiming import TRANSFER_IN_CODE, claim_phone
        from kuaiji.transfers.services.closing import open_transfer
        from kuaiji.transfers.services.document_keys import RELEASES
        from kuaiji.transfers.services.finished import newest_in, newest_out
        from kuaiji.transfers.services.pictures import forget_claim_pictures, pictures_are_awaited
        from kuaiji.transfers.services.renewing import follow_phone
        from kuaiji.unsent.registry import KEPT_FORMS, KeptForm

        kinds.register(*attempts.KINDS)
        FOLLOWERS.register("transfers", follow_phone)
        rotation.register(RELEASES)
        messages.register(REPLY_HANDLERS)
        register_feed()
        own_data.register()
        register_cases()
        STANDS.register(TemplateKey.TRANSFER_CLAIMED, telling.claim_stands)
        STANDS.register(TemplateKey.TRANSFER_ATTEMPTS, telling.is_still_open)
        STANDS.register(TemplateKey.TRANSFER_RELEASED, telling.is_still_open)
        STANDS.register(TemplateKey.TRANSFER_CODE, telling.code_stands)
        STANDS.register(TemplateKey.TRANSFER_CODE_RENEWED, telling.code_stands)
        STANDS.register(TemplateKey.TRANSFER_IN_PICTURES, pictures_are_awaited)
        KEPT_FORMS.register(OUT_FORM, KeptForm("申请调出", "transfers:out_new"))
        CLOSING_STEPS.register("transfers", ClosingStep(obstacle=open_transfer, erase=forget_claim_pictures))
        ACCESS_LABELS.register("transfers", "跨省调转")
        ACTS.register("transfer-out", Act(label="申请调出", newest=newest_out))
        ACTS.register("transfer-in", Act(label="调入", newest=newest_in))
        OWN_PAGES.register("/transfers/", Pages(after_texts=True))
        OWN_ROWS.register(
            "/transfers/", OwnRow(order=20, label="跨省调转", drawing="transfer", about="调出到其他省市，或从省外调入")
        )
        CODE_PURPOSES.register(
            TRANSFER_IN_CODE, CodePurpose(template=TemplateKey.TRANSFER_IN_CODE, phone_of=claim_phone)
        )
        rule = ImageRule(max_bytes=2 << 20, formats=frozenset({"JPEG"}))  # R5.1
        PURPOSES.register(PROOF, Purpose("调转证明", rule))
        PURPOSES.register(CLAIM_FRONT, Purpose("调入核实证件正面", DOCUMENT_SIDE))
        PURPOSES.register(CLAIM_BACK, Purpose("调入核实证件背面", DOCUMENT_SIDE))
