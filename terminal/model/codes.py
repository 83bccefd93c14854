"""Code lists of the card: sex, nation, region (card.md §9). An unknown code is shown as it is, never guessed."""

from __future__ import annotations

from terminal.text import Text

SEX = {
    "0": Text("未知", "Unknown"),
    "1": Text("男", "Male"),
    "2": Text("女", "Female"),
    "9": Text("未说明", "Not stated"),
}
"""GB/T 2261.1."""

_NATIONS = """
01 汉族 Han|02 蒙古族 Mongol|03 回族 Hui|04 藏族 Tibetan|05 维吾尔族 Uygur|06 苗族 Miao|07 彝族 Yi|08 壮族 Zhuang|
09 布依族 Bouyei|10 朝鲜族 Korean|11 满族 Manchu|12 侗族 Dong|13 瑶族 Yao|14 白族 Bai|15 土家族 Tujia|16 哈尼族 Hani|
17 哈萨克族 Kazak|18 傣族 Dai|19 黎族 Li|20 傈僳族 Lisu|21 佤族 Va|22 畲族 She|23 高山族 Gaoshan|24 拉祜族 Lahu|
25 水族 Sui|26 东乡族 Dongxiang|27 纳西族 Naxi|28 景颇族 Jingpo|29 柯尔克孜族 Kirgiz|30 土族 Tu|31 达斡尔族 Daur|
32 仫佬族 Mulao|33 羌族 Qiang|34 布朗族 Blang|35 撒拉族 Salar|36 毛南族 Maonan|37 仡佬族 Gelao|38 锡伯族 Xibe|
39 阿昌族 Achang|40 普米族 Pumi|41 塔吉克族 Tajik|42 怒族 Nu|43 乌孜别克族 Uzbek|44 俄罗斯族 Russian|45 鄂温克族 Ewenki|
46 德昂族 Deang|47 保安族 Bonan|48 裕固族 Yugur|49 京族 Gin|50 塔塔尔族 Tatar|51 独龙族 Derung|52 鄂伦春族 Oroqen|
53 赫哲族 Hezhen|54 门巴族 Monba|55 珞巴族 Lhoba|56 基诺族 Jino|57 穿青人 Chuanqing|97 其他 Other|
98 外国血统中国籍人士 Chinese national of foreign descent|99 其他 Other
"""


def _nations() -> dict[str, Text]:
    rows = (row.strip().split(" ", 2) for row in _NATIONS.replace("\n", "").split("|"))
    return {code: Text(zh, en) for code, zh, en in rows}


NATION = _nations()
"""GB/T 3304, with the codes that business systems add."""

PROVINCE = "37"
TEST_REGIONS = "3799"
"""Region codes that nobody was given; made-up cards and people carry them."""

_REGIONS = {
    "370000": Text("山东省", "Shandong"),
    "370100": Text("济南市", "Jinan"),
    "370200": Text("青岛市", "Qingdao"),
    "370300": Text("淄博市", "Zibo"),
    "370400": Text("枣庄市", "Zaozhuang"),
    "370500": Text("东营市", "Dongying"),
    "370600": Text("烟台市", "Yantai"),
    "370700": Text("潍坊市", "Weifang"),
    "370800": Text("济宁市", "Jining"),
    "370900": Text("泰安市", "Tai'an"),
    "371000": Text("威海市", "Weihai"),
    "371100": Text("日照市", "Rizhao"),
    "371200": Text("莱芜市（现属济南）", "Laiwu (now Jinan)"),
    "371300": Text("临沂市", "Linyi"),
    "371400": Text("德州市", "Dezhou"),
    "371500": Text("聊城市", "Liaocheng"),
    "371600": Text("滨州市", "Binzhou"),
    "371700": Text("菏泽市", "Heze"),
    "379900": Text("山东省本级", "Shandong, provincial level"),
}

GENERATION = {
    1: Text("第一代", "First generation"),
    2: Text("第二代", "Second generation"),
    3: Text("第三代", "Third generation"),
}


def sex(code: str | None) -> Text | None:
    """The word for a sex code; an unknown code stands for itself; blank gives ``None``."""
    return None if code is None else SEX.get(code, Text(code, code))


def nation(code: str | None) -> Text | None:
    """The word for a nation code, ``1`` as well as ``01``; an unknown code stands for itself."""
    return None if code is None else NATION.get(code.rjust(2, "0"), Text(code, code))


def is_test_region(code: str) -> bool:
    return code.startswith(TEST_REGIONS) and code != "379900"


def is_foreign_region(code: str) -> bool:
    """Whether the region lies outside this province."""
    return not code.startswith(PROVINCE)


def region(code: str | None) -> Text | None:
    """The city of a six-digit code; where it is not in the list, the code itself, and whether it is ours."""
    if code is None:
        return None
    if is_test_region(code):
        return Text(f"演示地区（{code}）", f"Demonstration region ({code})")
    known = _REGIONS.get(code) or _REGIONS.get(f"{code[:4]}00")
    if known is not None:
        return known
    return Text(f"外省（{code}）", f"Another province ({code})") if is_foreign_region(code) else Text(code, code)
