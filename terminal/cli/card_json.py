"""What ``card read`` says of a card: the fields of DESIGN §7, masked unless asked otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from cardio.record import CardRecord
from terminal import faults
from terminal.cli.output import Output
from terminal.fault_table.entry import PARTLY, REFUSED
from terminal.model import codes
from terminal.model.people import masked_values, plain_values
from terminal.text import Text


def card_document(
    record: CardRecord, output: Output, remarks: Sequence[BaseException], *, unmask: bool, fields_all: bool
) -> dict[str, object]:
    """The JSON document. Dates are ISO 8601, hex is upper case, what is blank or unreadable is null."""
    shown = plain_values(record) if unmask else masked_values(record)
    document: dict[str, object] = {
        "reader": record.reader,
        "atr": record.atr.hex().upper(),
        "generation": record.identity.generation,
        "algorithm": record.identity.algorithm.value,
        "version": record.version,
        "region": record.region,
        "card_id": record.identity.card_id.hex().upper() or None,
        "card_number": shown["card_number"],
        "card_class": record.card_class,
        "issuer": record.issuer.upper() if record.issuer else None,
        "issued_on": record.issued_on,
        "expires_on": record.expires_on,
        "holder": _holder(record, shown),
    }
    if fields_all:
        document["bank_account_last4"] = record.bank_account_last4
    document["authenticated"] = record.authenticated
    document["authenticated_by"] = record.authenticated_by
    document["faults"] = _each_once([output.fault_document(error) for error in remarks])
    return document


def _each_once(documents: list[dict[str, object]]) -> list[dict[str, object]]:
    """In their order, without what would be said twice."""
    return [document for at, document in enumerate(documents) if document not in documents[:at]]


def _holder(record: CardRecord, shown: dict[str, str | None]) -> dict[str, object] | None:
    holder = record.holder
    if holder is None:
        return None
    # Other programs rely on these fields as they were agreed: number, name and card number are masked, the rest is what
    # the chip holds. The birth date stays whole although it helps to guess the number (a screen, which a passer-by
    # sees, masks it too): who may run this command at a terminal may read the card.
    return {
        "social_security_number": shown["number"],
        "name": shown["name"],
        "sex": holder.sex,
        "sex_text": codes.sex(holder.sex),
        "nation": holder.nation,
        "nation_text": codes.nation(holder.nation),
        "birth_date": holder.birth_date,
        "birth_place": holder.birth_place,
    }


def card_exit_code(record: CardRecord) -> int:
    """0 when the reading is complete, 6 when faults left something out, 7 when the card is closed to everybody."""
    if record.rejected is not None:
        return REFUSED
    # What kept one key source from serving left nothing out when another one did.
    left_out = [error for error in record.errors if not faults.is_one_of(error, faults.BESIDE)]
    return PARTLY if left_out or not record.authenticated or record.holder is None else 0


_LABELS = {
    "reader": Text("读卡器", "Reader"),
    "generation": Text("代别", "Generation"),
    "algorithm": Text("算法", "Algorithm"),
    "version": Text("规范版本", "Version"),
    "region": Text("地区", "Region"),
    "card_id": Text("卡识别码", "Card id"),
    "card_number": Text("社保卡号", "Card number"),
    "issued_on": Text("发卡日期", "Issued on"),
    "expires_on": Text("有效期至", "Valid until"),
    "name": Text("姓名", "Name"),
    "social_security_number": Text("社会保障号码", "Social security number"),
    "sex_text": Text("性别", "Sex"),
    "nation_text": Text("民族", "Nation"),
    "birth_date": Text("出生日期", "Born on"),
    "bank_account_last4": Text("银行账号尾号", "Bank account ends in"),
    "authenticated_by": Text("真伪核验", "Proven by"),
}


_SOURCES = {
    "psam": Text("终端安全模块（PSAM）", "security module of the terminal (PSAM)"),
    "hsm": Text("中心加密机", "key store of the centre"),
    "sandbox": Text("演示密钥", "demonstration keys"),
}
"""Key sources in words; the JSON keeps their names."""


def print_card(document: dict[str, object], output: Output) -> None:
    """The same for people."""
    holder = document["holder"]
    flat = {**document, **(holder if isinstance(holder, dict) else {})}
    source = _SOURCES.get(str(flat["authenticated_by"]))
    if source is not None:
        flat["authenticated_by"] = source
    rows = ((label, output.plain(flat[name])) for name, label in _LABELS.items() if name in flat)
    output.facts((label, None if value is None else str(value)) for label, value in rows)
    found = document["faults"]
    for fault in found if isinstance(found, list) else []:
        output.line(f"! {fault['code']} {fault['message']} {fault['remedy']}")
