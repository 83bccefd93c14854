"""Refusals of the sandbox centre: each a problem type of the contract with the status it is sent with."""

from __future__ import annotations

from terminal.centre.contract import Problem, ProblemType

_STATUS: dict[ProblemType, tuple[int, str]] = {
    ProblemType.BAD_REQUEST: (400, "请求不符合接口约定"),
    ProblemType.CODE_REFUSED: (403, "注册码无效、已使用或已过期"),
    ProblemType.CERTIFICATE_REQUIRED: (401, "需要终端证书"),
    ProblemType.TERMINAL_REVOKED: (403, "终端已停用"),
    ProblemType.CARD_UNKNOWN: (404, "查无此卡"),
    ProblemType.PROOF_FAILED: (403, "卡片应答不正确"),
    ProblemType.VISIT_REQUIRED: (401, "需要先核验卡片"),
    ProblemType.VISIT_EXPIRED: (403, "本次核验已失效"),
    ProblemType.KEY_UNKNOWN: (403, "密钥地址不可用"),
    ProblemType.NOT_FOUND: (404, "接口不存在"),
    ProblemType.BUSY: (503, "系统繁忙"),
    ProblemType.INTERNAL: (500, "系统内部错误"),
}


class RefusedError(Exception):
    """Ends the handling of a request with a problem document."""

    def __init__(self, kind: ProblemType, detail: str = "", status: int | None = None) -> None:
        super().__init__(kind.value)
        usual, title = _STATUS[kind]
        self.status = status or usual
        self.document = Problem(type=kind.value, title=title, status=self.status, detail=detail)
