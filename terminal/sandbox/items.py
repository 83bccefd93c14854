"""Subsidy items of the sandbox: names and keepers as published, rates and rules made up but coherent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from terminal.centre.contract import Beneficiary, SubsidyItem
from terminal.sandbox.english import ENGLISH
from terminal.sandbox.person import Person, Traits

FIRST_RATE_YEAR = 2022


@dataclass(frozen=True)
class Due:
    """One entitlement: ``tenths`` of ``unit``, at ``rate`` fen for one unit (a multiple of 10)."""

    tenths: int
    unit: str
    rate: int


Rule = Callable[[Person, date], Due | None]


@dataclass(frozen=True)
class Item:
    """:param months: when it is paid. :param day: of approval. :param lag: days from approval to payment.
    :param household: paid to the head only, for all.
    """

    code: str
    name: str
    name_en: str
    category: str
    department: str
    basis: str
    months: tuple[int, ...]
    day: int
    lag: int
    rule: Rule
    sensitive: bool = False
    household: bool = False

    @property
    def beneficiary(self) -> Beneficiary:
        return Beneficiary.HOUSEHOLD if self.household else Beneficiary.PERSON

    def described(self) -> SubsidyItem:
        """As the contract tells it."""
        category_name, category_name_en = CATEGORIES[self.category]
        return SubsidyItem(
            code=self.code,
            name=self.name,
            name_en=self.name_en,
            category=self.category,
            category_name=category_name,
            category_name_en=category_name_en,
            department=self.department,
            basis=self.basis,
            department_en=ENGLISH[self.department],
            basis_en=ENGLISH[self.basis],
            sensitive=self.sensitive,
        )


CATEGORIES = {
    "elders": ("老年福利", "Elders"),
    "livelihood": ("民生保障", "Livelihood"),
    "family": ("家庭发展", "Family"),
    "farming": ("农业生产", "Farming"),
    "forestry": ("林业生态", "Forestry"),
    "housing": ("住房安居", "Housing"),
    "honour": ("优待抚恤", "Service and honour"),
    "work": ("就业培训", "Work and training"),
    "rural": ("乡村发展", "Rural development"),
}
"""Neutral words: a category never reveals what a sensitive item would."""

MONTHLY = tuple(range(1, 13))
QUARTERLY = (3, 6, 9, 12)
HALF_YEARLY = (5, 11)


def _each(rate: int, unit: str, test: Callable[[Person, date], bool], *, step: int = 0, tenths: int = 10) -> Rule:
    """``tenths`` of a unit for whoever passes ``test``; the rate grows by ``step`` fen a year."""

    def rule(person: Person, on: date) -> Due | None:
        return Due(tenths, unit, rate + step * (on.year - FIRST_RATE_YEAR)) if test(person, on) else None

    return rule


def _area(rate: int, measure: Callable[[Traits], int], *, step: int = 0) -> Rule:
    """So much for each mu."""

    def rule(person: Person, on: date) -> Due | None:
        tenths = measure(person.traits)
        return Due(tenths, "亩", rate + step * (on.year - FIRST_RATE_YEAR)) if tenths else None

    return rule


def _aged(person: Person, on: date) -> Due | None:
    """高龄津贴: from 80, more from 90, most from 100."""
    age = person.age(on)
    rate = next((rate for least, rate in ((100, 50000), (90, 20000), (80, 10000)) if age >= least), 0)
    return Due(10, "月", rate) if rate else None


def _adult(person: Person, on: date) -> bool:
    return person.age(on) >= 18


def _year(person_year: int, on: date) -> bool:
    return person_year == on.year


ITEMS: tuple[Item, ...] = (
    Item("LN01", "高龄津贴", "Old-age allowance", "elders",
         "民政部门", "山东省老年人权益保障条例第三十一条",
         MONTHLY, 3, 17, _aged),
    Item("LN02", "经济困难老年人养老服务补贴", "Care-service subsidy for elders in need", "elders",
         "民政部门", "山东省老年人权益保障条例第三十六条",
         QUARTERLY, 8, 16, _each(24000, "季", lambda p, on: p.traits.needs_care and p.age(on) >= 60), sensitive=True),
    Item("LN03", "经济困难老年人护理补贴", "Nursing subsidy for elders in need", "elders",
         "民政部门", "山东省老年人权益保障条例第三十六条",
         QUARTERLY, 8, 16, _each(30000, "季", lambda p, on: p.traits.needs_care and p.age(on) >= 75), sensitive=True),
    Item("MZ01", "困难残疾人生活补贴", "Living subsidy for disabled people in need", "livelihood",
         "民政部门、残联", "山东省实施残疾人保障法办法第四十七条",
         MONTHLY, 18, 14, _each(15200, "月", lambda p, _: bool(p.traits.disability) and p.traits.poor, step=800),
         sensitive=True),
    Item("MZ02", "重度残疾人护理补贴", "Nursing subsidy for severely disabled people", "livelihood",
         "民政部门、残联", "国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见",
         MONTHLY, 18, 14, _each(13800, "月", lambda p, _: p.traits.disability in (1, 2), step=600), sensitive=True),
    Item("MZ03", "农村最低生活保障金", "Rural minimum living allowance", "livelihood",
         "民政部门", "社会救助暂行办法第九条",
         MONTHLY, 5, 15, _each(48000, "月", lambda p, _: p.traits.poor and p.traits.farmer, step=2000),
         sensitive=True, household=True),
    Item("MZ04", "城市最低生活保障金", "Urban minimum living allowance", "livelihood",
         "民政部门", "社会救助暂行办法第九条",
         MONTHLY, 5, 15, _each(62000, "月", lambda p, _: p.traits.poor and p.traits.urban, step=2000),
         sensitive=True, household=True),
    Item("MZ05", "特困人员供养金", "Support for people without means", "livelihood",
         "民政部门", "社会救助暂行办法第十四条",
         MONTHLY, 5, 15, _each(81000, "月", lambda p, _: p.traits.destitute, step=3000), sensitive=True),
    Item("MZ06", "孤儿基本生活费", "Basic living allowance for orphans", "livelihood",
         "民政部门", "孤儿基本生活保障制度",
         MONTHLY, 10, 12, _each(150000, "月", lambda p, on: p.traits.orphan and p.age(on) < 18, step=5000),
         sensitive=True),
    Item("MZ07", "事实无人抚养儿童基本生活费", "Basic living allowance for children without support", "livelihood",
         "民政部门", "关于进一步加强事实无人抚养儿童保障工作的意见",
         MONTHLY, 10, 12, _each(150000, "月", lambda p, on: p.traits.unsupported and p.age(on) < 18, step=5000),
         sensitive=True),
    Item("MZ08", "临时救助金", "One-off relief", "livelihood",
         "民政部门", "社会救助暂行办法",
         (4,), 12, 6, _each(200000, "次", lambda p, on: _year(p.traits.hardship_year, on) and _adult(p, on)),
         sensitive=True),
    Item("MZ09", "困境儿童生活补贴", "Living subsidy for children in difficulty", "livelihood",
         "民政部门", "国务院关于加强困境儿童保障工作的意见",
         MONTHLY, 10, 12, _each(60000, "月", lambda p, on: p.traits.struggling_child and p.age(on) < 18),
         sensitive=True),
    Item("WJ01", "农村计划生育家庭奖励扶助金", "Family-planning reward", "family",
         "卫生健康部门", "山东省人口与计划生育条例第二十六条",
         (7,), 10, 20, _each(96000, "年", lambda p, on: p.traits.one_child and p.traits.farmer and p.age(on) >= 60)),
    Item("WJ02", "计划生育家庭特别扶助金", "Special family support", "family",
         "卫生健康部门", "山东省人口与计划生育条例第二十六条",
         (7,), 10, 20, _each(1080000, "年", lambda p, on: p.traits.lost_child and p.age(on) >= 49), sensitive=True),
    Item("WJ03", "独生子女父母奖励费", "Reward for parents of one child", "family",
         "卫生健康部门", "山东省人口与计划生育条例第二十六条",
         (11,), 6, 25, _each(12000, "年", lambda p, on: p.traits.one_child and p.age(on) >= 60)),
    Item("NY01", "耕地地力保护补贴", "Farmland fertility subsidy", "farming",
         "农业农村部门", "耕地地力保护补贴政策",
         (6,), 5, 15, _area(12500, lambda t: t.land, step=150), household=True),
    Item("NY02", "农机购置与应用补贴", "Farm-machinery subsidy", "farming",
         "农业农村部门", "山东省农业机械化促进条例第二十七条",
         (9,), 14, 20, _each(860000, "台", lambda p, on: _year(p.traits.machine_year, on) and _adult(p, on))),
    Item("NY03", "农机燃油补贴", "Farm-machinery fuel subsidy", "farming",
         "农业农村部门", "山东省农业机械化促进条例第二十八条",
         (10,), 11, 18, _each(32000, "年", lambda p, on: 0 < p.traits.machine_year <= on.year)),
    Item("NY04", "实际种粮农民一次性补贴", "One-off subsidy for grain growers", "farming",
         "农业农村部门", "实际种粮农民一次性补贴政策",
         (8,), 2, 16, _area(1850, lambda t: t.land if t.land >= 30 else 0, step=60), household=True),
    Item("NY05", "棉花目标价格补贴", "Cotton price subsidy", "farming",
         "发展改革部门", "棉花目标价格补贴政策",
         (12,), 1, 22, _area(21000, lambda t: t.cotton), household=True),
    Item("NY06", "农作物良种补贴", "Improved-seed subsidy", "farming",
         "农业农村部门", "良种补贴政策",
         (10,), 16, 21, _area(1000, lambda t: t.land if t.farmer else 0), household=True),
    Item("NY07", "渔业发展补助", "Fishery subsidy", "farming",
         "农业农村部门", "渔业发展支持政策",
         (11,), 9, 24, _each(420000, "年", lambda p, on: p.traits.fisher and _adult(p, on))),
    Item("LY01", "公益林生态效益补偿", "Public-forest compensation", "forestry",
         "自然资源部门", "山东省森林资源条例第十二条",
         (9,), 4, 18, _area(1600, lambda t: t.forest), household=True),
    Item("LY02", "退耕还林补助", "Farmland-to-forest subsidy", "forestry",
         "自然资源部门", "退耕还林条例",
         (12,), 1, 20, _area(12500, lambda t: t.returned_land), household=True),
    Item("LY03", "林木良种补贴", "Improved tree-seed subsidy", "forestry",
         "自然资源部门", "山东省森林资源条例第十五条",
         (5,), 13, 17, _each(150000, "年", lambda p, on: p.traits.tree_nursery and _adult(p, on))),
    Item("ZJ01", "农村危房改造补助", "Unsafe-house renovation", "housing",
         "住房城乡建设部门", "村务公开条例第七条",
         (10,), 18, 20, _each(2400000, "户", lambda p, on: _year(p.traits.unsafe_house_year, on)), household=True),
    Item("TY01", "优抚对象抚恤补助", "Service pension", "honour",
         "退役军人事务部门", "军人抚恤优待条例",
         MONTHLY, 6, 14, _each(68000, "月", lambda p, on: p.traits.veteran and p.age(on) >= 60, step=2400)),
    Item("RS01", "社会保险补贴", "Social-insurance subsidy", "work",
         "人力资源社会保障部门", "山东省就业促进条例",
         QUARTERLY, 12, 18, _each(174000, "季", lambda p, on: p.traits.self_employed and _adult(p, on), step=6000)),
    Item("RS02", "公益性岗位补贴", "Public-post subsidy", "work",
         "人力资源社会保障部门", "山东省就业促进条例",
         MONTHLY, 20, 12, _each(190000, "月", lambda p, on: p.traits.public_post and _adult(p, on), step=10000)),
    Item("RS03", "职业培训补贴", "Training subsidy", "work",
         "人力资源社会保障部门", "山东省就业促进条例",
         (5,), 20, 15, _each(180000, "人", lambda p, on: _year(p.traits.course_year, on) and _adult(p, on))),
    Item("SL01", "大中型水库移民后期扶持资金", "Reservoir resettlement support", "rural",
         "水利部门", "大中型水库移民后期扶持政策",
         QUARTERLY, 10, 18, _each(15000, "季", lambda p, _: p.traits.resettled)),
    Item("XC01", "雨露计划补助", "Vocational-student grant", "rural",
         "农业农村部门", "雨露计划职业教育补助政策",
         HALF_YEARLY, 16, 20, _each(150000, "学期", lambda p, on: p.traits.scholar and 15 <= p.age(on) <= 22)),
)  # fmt: skip
