"""Words for payments: states, reasons of a return and what to do about them, accounts (domain.md §5.3)."""

from __future__ import annotations

from terminal.centre.contract import AccountKind, Beneficiary, PaymentState, ReturnReason
from terminal.text import Text

STATE = {
    PaymentState.APPROVED: Text("已审批", "Approved"),
    PaymentState.TO_PAY: Text("待发放", "To be paid"),
    PaymentState.AT_BANK: Text("银行处理中", "At the bank"),
    PaymentState.PAID: Text("已到账", "Paid"),
    PaymentState.RETURNED: Text("银行退回", "Returned by the bank"),
    PaymentState.TO_CORRECT: Text("待更正", "To be corrected"),
    PaymentState.REISSUED: Text("已重发", "Re-issued"),
    PaymentState.RECOVERED: Text("已追回", "Recovered"),
}

TONE = {
    PaymentState.APPROVED: "warning",
    PaymentState.TO_PAY: "warning",
    PaymentState.AT_BANK: "warning",
    PaymentState.PAID: "good",
    PaymentState.RETURNED: "bad",
    PaymentState.TO_CORRECT: "bad",
    PaymentState.REISSUED: "muted",
    PaymentState.RECOVERED: "muted",
}

ADVICE = {
    PaymentState.APPROVED: Text("不用办理，等待发放。", "Nothing to do; it will be paid."),
    PaymentState.TO_PAY: Text("不用办理，等待发放。", "Nothing to do; it will be paid."),
    PaymentState.AT_BANK: Text(
        "不用办理，一般 1 个工作日内到账。", "Nothing to do; usually credited within one working day."
    ),
    PaymentState.RETURNED: Text(
        "请到村（居）委会或乡镇核对账户信息。", "Have the account checked at the village or township office."
    ),
    PaymentState.TO_CORRECT: Text(
        "资料更正后会自动重发，请留意短信。", "It is sent again once corrected; watch for the SMS."
    ),
    PaymentState.REISSUED: Text(
        "这一笔已改为重新发放，金额只算一次。", "Sent again as another payment; the amount counts once."
    ),
    PaymentState.RECOVERED: Text("这一笔已按规定追回，不计入合计。", "Taken back by rule; it is in no total."),
}
"""What a person does about a payment in this state, where no reason says more. A payment that arrived needs nothing."""

UNTOLD = Text("已重发，重发记录不在所查年度", "Re-issued; the re-issue is not in the years shown")
"""State of a payment that was sent again as another one that the statement does not tell."""

UNTOLD_ADVICE = Text(
    "重发的那一笔这里查不到，先按待发放计；请向发放单位核实。",
    "The re-issue is not told here, so it counts as to be paid; ask the payer about it.",
)

COLUMNS = (STATE[PaymentState.PAID], STATE[PaymentState.RETURNED], STATE[PaymentState.TO_PAY])
"""What the columns of :class:`terminal.views.Total` are called, in its order: as the states themselves."""

CREDITED, PAID_OUT, APPROVED = Text("到账", "Credited"), Text("发放", "Paid out"), Text("审批", "Approved")
"""What the date of a payment is the date of."""

REASON = {
    ReturnReason.NAME_MISMATCH: Text("户名与账号不符", "Account name and number do not match"),
    ReturnReason.ACCOUNT_INVALID: Text("账户失效", "The account is no longer valid"),
    ReturnReason.ACCOUNT_FROZEN: Text("账户被冻结", "The account is frozen"),
    ReturnReason.ACCOUNT_CANCELLED: Text("账户已销户", "The account was closed"),
    ReturnReason.BANK_WRONG: Text("开户行信息错误", "The bank of the account is wrong"),
    ReturnReason.ID_EXPIRED: Text("身份证件已过期", "The identity document has expired"),
    ReturnReason.CARD_NOT_ACTIVATED: Text("社保卡金融账户未激活", "The card's bank account is not activated"),
    ReturnReason.IDENTITY_CHANGED: Text("身份信息变更后有一方未更新", "Identity changed in one of two systems only"),
}

REMEDY = {
    ReturnReason.NAME_MISMATCH: Text(
        "请带身份证和社保卡到村（居）委会或乡镇核对姓名、账号。",
        "Take identity card and social security card to the village or township office to check name and account.",
    ),
    ReturnReason.ACCOUNT_INVALID: Text(
        "请带身份证和社保卡到发卡银行恢复账户。", "Have the account restored at the issuing bank, with both cards."
    ),
    ReturnReason.ACCOUNT_FROZEN: Text(
        "请带身份证到发卡银行查明冻结原因。", "Ask the issuing bank why, with the identity card."
    ),
    ReturnReason.ACCOUNT_CANCELLED: Text(
        "请在发卡银行重新开通社保卡金融账户，再告知村（居）委会。",
        "Have the card's account opened again at the bank, then tell the village office.",
    ),
    ReturnReason.BANK_WRONG: Text(
        "请到村（居）委会或乡镇更正开户行。", "Have the bank corrected at the village or township office."
    ),
    ReturnReason.ID_EXPIRED: Text(
        "请先换领身份证，再到发卡银行更新证件信息。", "Renew the identity card, then have the bank update it."
    ),
    ReturnReason.CARD_NOT_ACTIVATED: Text(
        "请本人带身份证和社保卡到发卡银行柜台激活。",
        "The holder activates it in person at the bank's counter, with both cards.",
    ),
    ReturnReason.IDENTITY_CHANGED: Text(
        "请到社保卡服务窗口和发卡银行都更新身份信息。",
        "Have the identity updated both at a card service window and at the bank.",
    ),
}

ACCOUNT = {
    AccountKind.CARD: Text("社会保障卡 尾号 {last4}", "Social security card ending {last4}"),
    AccountKind.BANK_CARD: Text("银行卡 尾号 {last4}", "Bank card ending {last4}"),
    AccountKind.PASSBOOK: Text("存折 尾号 {last4}", "Passbook ending {last4}"),
}

BENEFICIARY = {
    Beneficiary.PERSON: Text("个人", "Person"),
    Beneficiary.HOUSEHOLD: Text("家庭（发给户主）", "Household (paid to its head)"),
}

UNIT_EN = {
    "亩": "mu",
    "人": "person",
    "台": "machine",
    "学期": "term",
    "季": "quarter",
    "年": "year",
    "户": "household",
    "月": "month",
    "次": "time",
}
"""Units of reckoning; one that is not here is shown as the centre gives it."""

CARD_SINCE = Text(
    "2024-10-15 起发到社保卡，以前的发到原账户。", "Paid to the card since 2024-10-15; before, to other accounts."
)
