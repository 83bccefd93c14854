"""Material that made-up names are put together from. Any likeness to a person is chance."""

from __future__ import annotations

from random import Random

_SURNAMES: tuple[str, ...] = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏",
    "欧阳",
    "诸葛",
    "司马",
    "上官",
    "皇甫",
    "尉迟",
)
_WOMEN = tuple("英兰芳秀梅桂霞玉红娟静敏丽艳燕萍雪莲凤云琴婷欣怡悦涵梓萱琪瑶")
_MEN = tuple("伟强军建国明志勇杰涛斌波辉刚健林峰磊洋鹏飞宇浩博轩泽俊晨皓")
_EITHER = tuple("文春华永庆长安宁瑞嘉思子一宝德福")
_RARE = tuple("喆堃甡翀犇淼珺煊龑骉赟翾彧昶昇")
"""Characters that input methods hide; all inside GBK."""

BEYOND_GBK = tuple("䶮㛃㭎𠮷𬎆𫖯𬭩")
"""Characters that no chip of generation 1 to 3 can hold: Extension A, and beyond the BMP."""

_UYGHUR = (
    "阿卜杜拉",
    "麦麦提",
    "买买提明",
    "艾合买提",
    "阿依古丽",
    "古丽巴哈尔",
    "吐尔逊",
    "努尔麦麦提",
    "热合曼",
    "帕提古丽",
)
_MONGOLIAN = ("巴特尔", "乌云其木格", "苏日娜", "阿拉坦花", "那日苏", "格日勒图")
_TIBETAN = ("扎西", "卓玛", "次仁", "达瓦", "央金", "平措", "旺堆")


def surname(random: Random) -> str:
    return random.choice(_SURNAMES)


def given(random: Random, male: bool) -> str:
    """One or two characters, now and then a rare one."""
    own = _MEN if male else _WOMEN
    if random.random() < 0.02:
        return random.choice(_RARE)
    if random.random() < 0.15:
        return random.choice(own)
    return random.choice(_EITHER if random.random() < 0.4 else own) + random.choice(own)


def minority(random: Random) -> tuple[str, str]:
    """A name of another nation and the code of that nation (GB/T 3304)."""
    kind = random.randrange(3)
    if kind == 0:
        return f"{random.choice(_UYGHUR)}·{random.choice(_UYGHUR)}", "05"
    if kind == 1:
        return random.choice(_MONGOLIAN), "02"
    return random.choice(_TIBETAN) + random.choice(_TIBETAN), "04"


def chip_name(name: str, random: Random) -> str:
    """What an issuer's old software left on the chip: the name, or, where the chip cannot hold it, a gap or nothing."""
    if all(character not in BEYOND_GBK for character in name):
        return name
    if random.random() < 0.5:
        return ""
    return "".join("?" if character in BEYOND_GBK else character for character in name)
