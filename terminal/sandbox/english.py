"""The English of what the sandbox's items name: departments, the rules they rest on, banks.

One table, so that an item is still one line: the same department and the same regulation stand behind many.
"""

from __future__ import annotations

ENGLISH = {
    # departments
    "民政部门": "Civil Affairs",
    "民政部门、残联": "Civil Affairs; Disabled Persons' Federation",
    "卫生健康部门": "Health",
    "农业农村部门": "Agriculture and Rural Affairs",
    "发展改革部门": "Development and Reform",
    "自然资源部门": "Natural Resources",
    "住房城乡建设部门": "Housing and Urban-Rural Development",
    "退役军人事务部门": "Veterans Affairs",
    "人力资源社会保障部门": "Human Resources and Social Security",
    "水利部门": "Water Resources",
    # rules
    "山东省老年人权益保障条例第三十一条": "Shandong Regulations on the Rights of the Elderly, art. 31",
    "山东省老年人权益保障条例第三十六条": "Shandong Regulations on the Rights of the Elderly, art. 36",
    "山东省实施残疾人保障法办法第四十七条": (
        "Shandong Measures for the Law on the Protection of Disabled Persons, art. 47"
    ),
    "国务院关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见": (
        "State Council Opinions on living and nursing subsidies for disabled persons"
    ),
    "社会救助暂行办法": "Interim Measures for Social Assistance",
    "社会救助暂行办法第九条": "Interim Measures for Social Assistance, art. 9",
    "社会救助暂行办法第十四条": "Interim Measures for Social Assistance, art. 14",
    "孤儿基本生活保障制度": "Basic living security for orphans",
    "关于进一步加强事实无人抚养儿童保障工作的意见": "Opinions on support for children without de facto care",
    "国务院关于加强困境儿童保障工作的意见": "State Council Opinions on support for children in difficulty",
    "山东省人口与计划生育条例第二十六条": "Shandong Regulations on Population and Family Planning, art. 26",
    "耕地地力保护补贴政策": "Farmland fertility subsidy policy",
    "山东省农业机械化促进条例第二十七条": "Shandong Regulations on Agricultural Mechanisation, art. 27",
    "山东省农业机械化促进条例第二十八条": "Shandong Regulations on Agricultural Mechanisation, art. 28",
    "实际种粮农民一次性补贴政策": "One-off subsidy policy for grain growers",
    "棉花目标价格补贴政策": "Cotton target price subsidy policy",
    "良种补贴政策": "Improved seed subsidy policy",
    "渔业发展支持政策": "Fisheries support policy",
    "山东省森林资源条例第十二条": "Shandong Regulations on Forest Resources, art. 12",
    "山东省森林资源条例第十五条": "Shandong Regulations on Forest Resources, art. 15",
    "退耕还林条例": "Regulations on Returning Farmland to Forest",
    "村务公开条例第七条": "Regulations on Openness of Village Affairs, art. 7",
    "军人抚恤优待条例": "Regulations on Pensions and Preferential Treatment for Servicemen",
    "山东省就业促进条例": "Shandong Regulations on Employment Promotion",
    "大中型水库移民后期扶持政策": "Later-stage support policy for reservoir resettlers",
    "雨露计划职业教育补助政策": "Yulu Programme vocational education policy",
    # banks
    "演示农村商业银行": "Demonstration Rural Commercial Bank",
    "演示储蓄银行": "Demonstration Savings Bank",
}
