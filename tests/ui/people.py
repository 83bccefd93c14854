"""Made-up holders, services and accounts for the screens: ordinary ones and hard cases."""

from __future__ import annotations

from dataclasses import replace

from terminal.text import Text
from terminal.views import (
    CardStatusView,
    CategoryTotal,
    Fact,
    FaultView,
    HealthLine,
    HolderView,
    PaymentLine,
    ServiceTile,
    SubsidyView,
    Total,
    YearTotal,
)

PROVEN = Text("卡片已核验", "Card verified")
UNPROVEN = Text("卡片真伪未核验", "Card not verified")

PLAIN = {"name": "张三丰", "number": "37999919620314127X", "birth_date": "1962-03-14", "card_number": "A12345678"}
PLAIN_LONG = {
    "name": "阿卜杜热西提·买买提艾力·库尔班江·吐尔逊",
    "number": "379999200002293845",
    "birth_date": "2000-02-29",
    "card_number": "B87654321",
}

HOLDER = HolderView(
    name="张**",
    number="379***********127X",
    sex=Text("男", "Male"),
    nation=Text("汉族", "Han"),
    birth_date="1962-**-**",
    card_number="A*****678",
    region=Text("山东省测试市测试县 (379999)", "Test County, Test City, Shandong (379999)"),
    generation=Text("第三代社保卡 · SM4", "Third generation · SM4"),
    issued_on="2021-06-18",
    expires_on="2031-06-18",
    authenticated=True,
    authenticity=PROVEN,
)
HOLDER_LONG = replace(
    HOLDER,
    name="阿******·买*****·库****·吐**",
    nation=Text("维吾尔族", "Uyghur"),
    generation=Text("第二代社保卡 · 3DES", "Second generation · 3DES"),
    authenticated=False,
    authenticity=UNPROVEN,
)
HOLDER_FREE = HolderView(
    name=None,
    number=None,
    sex=None,
    nation=None,
    birth_date=None,
    card_number=None,
    region=Text("山东省测试市测试县 (379999)", "Test County, Test City, Shandong (379999)"),
    generation=Text("第三代社保卡 · SM4", "Third generation · SM4"),
    issued_on="2021-06-18",
    expires_on="2031-06-18",
    authenticated=False,
    authenticity=UNPROVEN,
)

UNREACHABLE = FaultView(
    "N101",
    Text("连不上省中心", "The centre cannot be reached"),
    Text(
        "请检查网点网线或路由器；恢复后会自动继续。急办挂失请拨 12333。",
        "Check the network cable or router of the outlet; work goes on by itself once it is back. "
        "To report a loss call 12333.",
    ),
)
PARTLY = FaultView(
    "C304",
    Text("没有加密机，无法核验这张卡，姓名等信息暂不能读取", "This card cannot be proved, so its name is not read"),
    Text("中心恢复后点“重试”；着急的可持身份证到人工窗口办理。", 'Press "Try again" once the centre is back.'),
)
SEVERAL = FaultView(
    "C103",
    Text("几个读卡器里都有卡", "More than one reader has a card"),
    Text("请选择一张，或取走多余的卡。", "Choose one, or take the others out."),
)
MUTE = FaultView(
    "C109",
    Text("卡没有应答", "The card does not answer"),
    Text(
        "取出卡，擦净芯片，芯片朝前重新插到底；仍不行请换一个读卡器，或持身份证办理换卡。",
        "Take the card out, wipe its chip and put it in again, chip first; try another reader, or have it replaced.",
    ),
)

STATUS_TILE = ServiceTile(
    "card-status",
    Text("卡状态查询", "Card status"),
    Text("是否启用、挂失、到期，银行账户是否激活", "Enabled, lost or expired; whether the bank account is active"),
    "1",
)
SUBSIDY_TILE = ServiceTile(
    "subsidy-enquiry",
    Text("惠民惠农补贴查询", "Subsidies paid to you"),
    Text("明白账：哪年、哪项、多少钱、到没到账", "The plain account: year, item, amount, and whether it arrived"),
    "2",
)
TILES = (STATUS_TILE, SUBSIDY_TILE)
TILES_REFUSED = tuple(replace(tile, refused=UNREACHABLE) for tile in TILES)

CARD_STATUS = CardStatusView(
    facts=(
        Fact(Text("卡应用状态", "Card status"), Text("正常", "Normal"), "good"),
        Fact(Text("状态日期", "Since"), Text("2021-06-20", "2021-06-20")),
        Fact(Text("发卡日期", "Issued on"), Text("2021-06-18", "2021-06-18")),
        Fact(
            Text("有效期至", "Valid until"),
            Text("2031-06-18", "2031-06-18"),
            note=Text("卡到期不影响待遇资格", "Benefits do not end with the card"),
        ),
        Fact(Text("服务银行", "Bank"), Text("泰山农村商业银行", "Taishan Rural Commercial Bank")),
        Fact(Text("银行账户", "Bank account"), Text("尾号 5341，已激活", "Ending in 5341, active"), "good"),
    ),
    as_of="2026-11-23 09:12",
    advice=Text("卡可以正常使用，不需要办理任何手续。", "The card works; nothing needs to be done."),
)
CARD_STATUS_LOST = CardStatusView(
    facts=(
        Fact(
            Text("卡应用状态", "Card status"),
            Text("临时挂失", "Temporarily reported lost"),
            "bad",
            Text("2026-12-03 到期后自动恢复正常", "Becomes normal again by itself on 2026-12-03"),
        ),
        Fact(Text("状态日期", "Since"), Text("2026-11-18", "2026-11-18")),
        Fact(Text("有效期至", "Valid until"), Text("2026-12-20", "2026-12-20"), "warning"),
        Fact(Text("银行账户", "Bank account"), Text("尾号 5341，未激活", "Ending in 5341, not active"), "warning"),
    ),
    as_of="2026-11-23 09:12",
    advice=Text(
        "卡已临时挂失。找回了卡，请持卡和身份证办理解挂；没有找回，请尽快办理正式挂失和补领。",
        "The card is temporarily reported lost. Found again: have the report lifted with card and ID. "
        "Not found: report it formally and have it replaced.",
    ),
)

_CATEGORIES = (
    ("agri", Text("农业农村", "Agriculture")),
    ("civil", Text("民政救助", "Civil affairs and relief")),
    ("disabled", Text("残疾人", "Persons with disabilities")),
    ("family", Text("卫生健康", "Health and family")),
    ("forest", Text("自然资源和林业", "Natural resources and forestry")),
    ("jobs", Text("人社就业", "Employment")),
)

_CARD = Text("社保卡 尾号 5341", "Social security card ending in 5341")
_PASSBOOK = Text("存折 尾号 8806", "Passbook ending in 8806")
_PAID = Text("发放成功", "Paid")
_FACTS = (
    Fact(Text("发放单位", "Paid by"), Text("测试县财政局", "Finance Bureau of Test County")),
    Fact(Text("主管部门", "Department"), Text("农业农村局", "Agriculture and Rural Affairs")),
    Fact(Text("计补数量", "Quantity"), Text("8.6 亩 × ¥140.00", "8.6 mu × ¥140.00")),
    Fact(Text("审批日期", "Approved on"), Text("2025-05-12", "2025-05-12")),
    Fact(
        Text("账户", "Account"),
        _CARD,
        note=Text("2024-10-15 起发到社保卡", "Paid to the card since 2024-10-15"),
    ),
)


def _line(number: int, year: int, title: Text, category: str, amount: int, **other: object) -> PaymentLine:
    line = PaymentLine(
        payment_id=f"P{year}{number:03d}",
        year=year,
        batch=f"{year}{number % 12 + 1:02d}",
        title=title,
        category=category,
        amount=amount,
        state=_PAID,
        tone="good",
        date=f"{year}-{number % 12 + 1:02d}-16",
        account=_CARD if year >= 2025 else _PASSBOOK,
        hidden=False,
        reason=None,
        remedy=None,
        facts=_FACTS,
    )
    return replace(line, **other)  # type: ignore[arg-type]  # names are checked by dataclasses.replace itself


LINES = (
    _line(
        10,
        2025,
        Text("实际种粮农民一次性补贴", "One-off subsidy for grain growers"),
        "agri",
        38_520,
        state=Text("待发放", "To be paid"),
        tone="warning",
    ),
    _line(
        8,
        2025,
        Text("耕地地力保护补贴", "Farmland fertility protection subsidy"),
        "agri",
        120_400,
        state=Text("退回", "Returned"),
        tone="bad",
        reason=Text("户名与账号不符", "Name and account do not match"),
        remedy=Text(
            "请带身份证和社保卡到乡镇财政所核对户名，更正后由财政重新发放。",
            "Take ID and card to the township finance office; once corrected it is paid again.",
        ),
    ),
    _line(6, 2025, Text("残疾人补贴", "Disability subsidy"), "disabled", 9_000, hidden=True),
    _line(5, 2025, Text("农机购置与应用补贴", "Farm machinery subsidy"), "agri", 1_560_000),
    _line(
        4,
        2025,
        Text("公益林生态效益补偿", "Compensation for public-benefit forest"),
        "forest",
        21_075,
        state=Text("已补发", "Paid again"),
        tone="muted",
        reason=Text("原账户已注销", "The old account was closed"),
        remedy=Text("已于 2025-06-16 补发到社保卡，不用再办。", "Paid again on 2025-06-16 to the card."),
    ),
    _line(3, 2025, Text("80 周岁以上高龄津贴", "Allowance for the over-80s"), "civil", 20_000),
    _line(2, 2025, Text("独生子女父母奖励费", "Award for parents of an only child"), "family", 96_000),
)


def _year(year: int, *amounts: int) -> YearTotal:
    parts = tuple(
        CategoryTotal(code, name, Total(2, amount, 0, 0, 0, 0))
        for (code, name), amount in zip(_CATEGORIES, amounts, strict=True)
        if amount
    )
    paid = sum(part.total.paid for part in parts)
    failed = (1, 120_400, 1, 38_520) if year == 2025 else (0, 0, 0, 0)
    return YearTotal(year, Total(2 * len(parts), paid, *failed), parts)


YEARS = (
    _year(2025, 1_718_920, 20_000, 9_000, 96_000, 21_075, 0),
    _year(2024, 243_000, 240_000, 108_000, 96_000, 42_150, 180_000),
    _year(2023, 231_600, 240_000, 96_000, 96_000, 42_150, 0),
    _year(2022, 220_150, 0, 96_000, 96_000, 42_150, 0),
    _year(2021, 198_450, 0, 0, 96_000, 42_150, 0),
)
SUBSIDIES = SubsidyView(as_of="2026-11-23 09:12", years=YEARS, selected=2025, category=None, lines=LINES)
SUBSIDIES_EMPTY = SubsidyView(as_of="2026-11-23 09:12", years=(), selected=None, category=None, lines=())

HEALTH = (
    HealthLine(Text("读卡服务", "PC/SC service"), "ok", Text("正在运行", "running")),
    HealthLine(Text("读卡器", "Readers"), "ok", Text("1 台：Virtual PCD 00 00", "1: Virtual PCD 00 00")),
    HealthLine(Text("字体和字形", "Fonts and glyphs"), "ok", Text("思源黑体，齐全", "Noto Sans SC, complete")),
    HealthLine(Text("入网证书", "Identity"), "warning", Text("还有 20 天到期", "ends in 20 days")),
    HealthLine(Text("省中心", "Centre"), "fault", Text("", ""), UNREACHABLE),
    HealthLine(Text("时钟", "Clock"), "ok", Text("与中心相差 0.3 秒", "0.3 s from the centre")),
    HealthLine(Text("磁盘空间", "Disk space"), "ok", Text("剩余 41 GB", "41 GB free")),
    HealthLine(Text("版本", "Versions"), "ok", Text("终端 0.1.0，PySide6 6.11.3", "terminal 0.1.0, PySide6 6.11.3")),
)
