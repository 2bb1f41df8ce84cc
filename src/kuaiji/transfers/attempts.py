"""What moving between platforms counts for the limits (kuaiji.limits, docs/limits.md)."""

from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import DAY, Window

TRANSFER_CODE = Kind(
    name="transfer_code", windows=(Window(DAY, 5),), refusal="今天换新调转码的次数已够多，请 {wait}后再试"
)

CLAIM_GUESS = Kind(
    name="claim_guess",
    windows=(Window(DAY, 3),),
    refusal="该手机号今天对这份证件的调入验证已错多次，请 {wait}后再试，或改用办理调出的手机号",
    field="document_number",
)
CLAIM_GUESS_BY_ALL = Kind(
    name="claim_guess_by_all",
    windows=(Window(DAY, 10),),
    refusal="今天对这份证件的调入验证错误太多，调转码暂停使用 {wait}",
    field="transfer_code",
)

KINDS = (TRANSFER_CODE, CLAIM_GUESS, CLAIM_GUESS_BY_ALL)
