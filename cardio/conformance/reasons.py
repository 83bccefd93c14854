"""Why a case is not applicable, in Chinese: the reports are filed with people who read that first."""

from __future__ import annotations

import re
from typing import Final

_REASONS: Final = tuple(
    (re.compile(pattern), chinese)
    for pattern, chinese in (
        (r"may change the card or use up tries; not asked for", "可能写卡或消耗次数，未要求执行"),
        (r"no PIN was given", "未提供密码"),
        (r"the card refused the PIN that was given; it is not shown again", "卡拒绝了所提供的密码，不再出示"),
        (r"(\d) try left of the PIN, none is risked", r"密码只剩 \1 次，不冒险"),
        (r"a wrong PIN is not counted; see (\w+)", r"错误密码不计次，见 \1"),
        (r"free on this generation", "本代卡可自由读"),
        (r"no such rule on this generation", "本代卡无此规则"),
        (r"from generation (\d)", r"第 \1 代起才有"),
        (r"no HSM( has proven this card)?", "没有加密机证实此卡"),
        (r"no HSM is needed on this generation", "本代卡不需加密机"),
        (r"the card is not genuine; see (\w+)", r"卡未通过真伪核验，见 \1"),
        (r"no PSAM, HSM or other key source has proven this card", "没有 PSAM、加密机或其他密钥来源证实此卡"),
        (r"nobody did with the card what was asked", "无人按提示插拔卡片"),
        (r"nobody (pulls|takes).*", "无人插拔卡片"),
        (r"the (?:HSM|key source) has no (\S+)( for us)?", r"密钥来源不提供 \1"),
        (r"the (?:HSM|key source) makes no such command for us", "密钥来源不生成此命令"),
        (r"the key source has no such key \((-\d+)\)", r"密钥来源没有此密钥（\1）"),
        (r"the PIN does not open DF01 EF05 here", "密码不能打开 DF01 EF05"),
        (r"the card holds already what would be written", "卡内已是要写入的值"),
        (r"the given PIN is not taken.*", "卡不接受所提供的密码"),
        (r"the key does not open the file here", "密钥不能打开该文件"),
        (r"the second step gives nothing to seal; see F16 and F30", "第二步没有给出待加密的内容，见 F16、F30"),
        (r"PUK is refused(?: \((\w+)\))?", r"PUK 被拒绝"),
        (r"needs (\d) tries(?: of the PIN)?, the card has (\w+)", r"需要 \1 次密码机会，卡有 \2 次"),
        (r"the card has nothing there \((\w+)\)", r"卡内没有（\1）"),
        (r"the card has no key (\S+)", r"卡内没有密钥 \1"),
        (r"no other key to compare with", "没有可对照的其他密钥"),
        (r"would lock a key or block the card for good", "将永久锁定密钥或卡，只对可换新的卡执行"),
        (r"nothing here unblocks the PIN; see (\w+)", r"无法解锁密码，见 \1"),
        (r"PIN UNBLOCK is refused \((\w+)\); see (\w+)", r"PIN UNBLOCK 被拒绝（\1），见 \2"),
        (r"the card refused the key (\S+) before", r"卡此前拒绝过密钥 \1"),
        (r"(\S+) cannot be read \((-?\d+)\)", r"\1 不可读（\2）"),
        (r"(\w+) -> (\w{4}) beforehand", r"准备命令 \1 的应答为 \2"),
    )
)


def in_chinese(found: str) -> str:
    """The same in Chinese; empty where it is codes and words of the card alone."""
    for pattern, chinese in _REASONS:
        if match := pattern.fullmatch(found):
            return match.expand(chinese)
    return ""
