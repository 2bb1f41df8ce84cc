"""Kinds of actors, and kinds of operations."""

from django.db import models


class ActorKind(models.TextChoices):
    """On whose behalf a write or a read happens."""

    CITIZEN = "citizen", "本人"
    STAFF = "staff", "财政部门"
    SYSTEM = "system", "系统"
    MACHINE = "machine", "业务系统"


class OperationKind(models.TextChoices):
    """Every kind of write; docs/operations.md lists the events of each."""

    REGISTERING = "registering", "用户注册"
    PASSWORD_RECOVERING = "password_recovering", "找回密码"
    PASSWORD_CHANGING = "password_changing", "修改密码"
    PHONE_CHANGING = "phone_changing", "更换手机号"
    SESSION_ENDING = "session_ending", "退出其他登录"
    TEXT_AGREEING = "text_agreeing", "阅读告知"
    CLOSING = "closing", "注销"
    DRAFT_SAVING = "draft_saving", "填写信息"
    FILE_RECEIVING = "file_receiving", "上传附件"
    RECORD_COLLECTING = "record_collecting", "信息采集"
    RECORD_CHANGING = "record_changing", "信息变更"
    RECORD_CONFIRMING = "record_confirming", "信息无变化，确认"
    RECORD_CORRECTING = "record_correcting", "信息更正"
    # Waits for continuing education (R4.3), which places and lifts its holds in operations of its own.
    HOLD_CHANGING = "hold_changing", "锁定与解锁"
    REQUEST_SUBMITTING = "request_submitting", "提交申请"
    REQUEST_WITHDRAWING = "request_withdrawing", "撤回申请"
    REQUEST_DECIDING = "request_deciding", "审核申请"
    TRANSFER_OUT = "transfer_out", "申请调出"
    TRANSFER_WITHDRAWING = "transfer_withdrawing", "撤回调出"
    TRANSFER_CLAIMING = "transfer_claiming", "确认调入"
    TRANSFER_REVIEWING = "transfer_reviewing", "审核调转"
    ARCHIVE_PRINTING = "archive_printing", "打印档案"
    CHECK_RECORDING = "check_recording", "核验"
    EXCHANGE = "exchange", "与全国平台交换"
    MESSAGES_CHOOSING = "messages_choosing", "选择短信提醒"
    MESSAGES_STOPPING = "messages_stopping", "停发与恢复消息"
    EVALUATING = "evaluating", "评价"
    CASE_HANDLING = "case_handling", "领取与转交事项"
    CASE_DECIDING = "case_deciding", "作出决定"
    PARKED_DECIDING = "parked_deciding", "处理停放的消息"
    EXAM_WINDOW_CHANGING = "exam_window_changing", "登记考试报名时间"
    EXAM_CLIENT_CHANGING = "exam_client_changing", "登记考试报名系统"
    EXAM_RULE_CHANGING = "exam_rule_changing", "登记考试报名条件"
    PERSON_SHOWING = "person_showing", "显示完整内容"
    NOTE_WRITING = "note_writing", "写备注"
    STAFF_INVITING = "staff_inviting", "邀请工作人员"
    STAFF_JOINING = "staff_joining", "接受邀请"
    STAFF_CHANGING = "staff_changing", "变更工作人员"
    STAFF_SECURING = "staff_securing", "管理端登录与安全"
    CALENDAR_KEEPING = "calendar_keeping", "维护工作日历"
    SWITCHING = "switching", "运行开关"
