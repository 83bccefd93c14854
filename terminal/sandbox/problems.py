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
    ProblemType.OPERATION_REQUIRED: (403, "这个密钥要指明所办业务"),
    ProblemType.KEY_UNKNOWN: (403, "密钥地址不可用"),
    ProblemType.TERMINAL_OTHER: (403, "不是本终端的业务"),
    ProblemType.HEAD_SIGNATURE: (403, "批次签名不正确"),
    ProblemType.LOG_GAP: (409, "缺少前面的业务"),
    ProblemType.LOG_FORKED: (409, "与中心的记录不一致"),
    ProblemType.LOG_IN_PROGRESS: (409, "前一批正在处理"),
    ProblemType.EPOCH_PENDING: (409, "等待中心人员核准"),
    ProblemType.OPERATION_CHANGED: (422, "同一笔业务的内容不同"),
    ProblemType.OPERATION_REFUSED: (422, "有一笔业务无法接收"),
    ProblemType.SUITE_OTHER: (422, "密码算法套件与入网时确定的不同"),
    ProblemType.TOO_LARGE: (413, "请求过大"),
    ProblemType.CURSOR_UNKNOWN: (409, "查询位置不被认识"),
    ProblemType.STATE_DIFFERS: (412, "双方所知的业务状态不同"),
    ProblemType.LENT_ALREADY: (409, "此人已由另一台终端承办"),
    ProblemType.NOT_FOUND: (404, "接口不存在"),
    ProblemType.BUSY: (503, "系统繁忙"),
    ProblemType.INTERNAL: (500, "系统内部错误"),
}


class RefusedError(Exception):
    """Ends the handling of a request with a problem document."""

    def __init__(
        self,
        kind: ProblemType,
        detail: str = "",
        status: int | None = None,
        *,
        expected: int | None = None,
        operation: int | None = None,
    ) -> None:
        super().__init__(kind.value)
        usual, title = _STATUS[kind]
        self.status = status or usual
        self.document = Problem(
            type=kind.value, title=title, status=self.status, detail=detail, expected=expected, operation=operation
        )
