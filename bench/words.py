"""The words that made-up enterprises, groups and projects are called by."""


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read "zh:en, zh:en"."""
    found = (pair.strip().partition(":") for pair in text.split(","))
    return tuple((zh, en) for zh, _, en in found)


CITIES = pairs(
    "青岛:Qingdao, 山东:Shandong, 莱西:Laixi, 平度:Pingdu, 胶州:Jiaozhou, 即墨:Jimo, "
    "济南:Jinan, 烟台:Yantai, 北京:Beijing, 上海:Shanghai, 深圳:Shenzhen, 广州:Guangzhou, "
    "苏州:Suzhou, 杭州:Hangzhou, 宁波:Ningbo, 无锡:Wuxi, 南京:Nanjing, 合肥:Hefei, 武汉:Wuhan, "
    "长沙:Changsha, 成都:Chengdu, 重庆:Chongqing, 西安:Xi'an, 天津:Tianjin, 大连:Dalian, "
    "沈阳:Shenyang, 厦门:Xiamen, 福州:Fuzhou, 东莞:Dongguan, 佛山:Foshan"
)
# Most are founded where they invest.
CITY_WEIGHTS = (300, 60, 25, 25, 25, 25, *(30 for _ in range(4)), *(8 for _ in range(20)))
SYLLABLES = pairs(
    "海:hai,瑞:rui,达:da,鑫:xin,源:yuan,华:hua,泰:tai,盛:sheng,恒:heng,信:xin,博:bo,宇:yu,天:tian,"
    "润:run,德:de,隆:long,创:chuang,智:zhi,联:lian,佳:jia,锐:rui,诚:cheng,丰:feng,远:yuan,中:zhong,"
    "科:ke,能:neng,星:xing,辰:chen,凯:kai,顺:shun,金:jin,鼎:ding,正:zheng,通:tong,安:an,康:kang,"
    "利:li,尔:er,思:si,维:wei,普:pu,克:ke,斯:si,特:te,美:mei,昌:chang,兴:xing,业:ye,国:guo,和:he,"
    "平:ping,东:dong,方:fang,新:xin,世:shi,明:ming,光:guang,亚:ya,欧:ou,亿:yi,百:bai,万:wan,嘉:jia,"
    "祥:xiang,福:fu,宏:hong,伟:wei,景:jing,云:yun,航:hang,阳:yang,清:qing,澳:ao,莱:lai,雅:ya,"
    "晟:sheng,昊:hao,腾:teng,飞:fei,奥:ao,迪:di,贝:bei"
)
# By the place of the cluster in the plan.
INDUSTRIES = (
    pairs(
        "集成电路:Integrated Circuits, 半导体:Semiconductor, 光电:Optoelectronics, 芯片:Chips, "
        "新型显示:Display, 智能装备:Intelligent Equipment, 机器人:Robotics, 软件:Software, "
        "自动化设备:Automation, 数字科技:Digital Technology, 信息技术:Information, "
        "传感技术:Sensors, 超高清视频:Ultra-HD Video, 工业互联网:Industrial Internet, "
        "电子材料:Electronic Materials, 精密机械:Precision Machinery"
    ),
    pairs(
        "新能源汽车:New Energy Vehicle, 汽车零部件:Auto Parts, 动力电池:Power Battery, "
        "汽车电子:Automotive Electronics, 电机:Electric Motor, 新能源:New Energy, "
        "储能:Energy Storage, 充电设备:Charging Equipment, 车身:Car Body, 氢能:Hydrogen, "
        "汽车内饰:Auto Interiors, 轻量化材料:Lightweight Materials"
    ),
    pairs(
        "智能家电:Smart Appliances, 家居:Home, 智能家居:Smart Home, 制冷设备:Refrigeration, "
        "智能终端:Smart Terminal, 电器:Electric Appliances, 模具:Moulds, 压缩机:Compressor, "
        "数据通信:Data Communication, 厨卫:Kitchen and Bath"
    ),
)
FORMS = (
    ("有限公司", "Co., Ltd."),
    ("科技有限公司", "Technology Co., Ltd."),
    ("股份有限公司", "Corp."),
    ("集团有限公司", "Group Co., Ltd."),
)
FORM_WEIGHTS = (60, 27, 10, 3)
PROJECTS = pairs(
    "生产基地:production base, 研发中心:R&D centre, 产业园:industrial park, 扩建:extension, "
    "智能工厂:smart factory, 总部:headquarters, 供应链:supply chain, 技术改造:upgrade"
)
ORIGINS = ("CN", "DE", "JP", "KR", "US", "HK", "TW", "SG", "FR", "GB", "IT", "NL", "CH", "SE", "AU")
ORIGIN_WEIGHTS = (820, 32, 30, 34, 24, 26, 10, 8, 5, 4, 2, 2, 1, 1, 1)
# Yuan per unit at the start, from where each drifts.
CURRENCIES = (("USD", 6.9614), ("EUR", 7.7949), ("HKD", 0.8942), ("JPY", 0.06409))
CURRENCY_WEIGHTS = (6, 3, 2, 1)
RATE_SOURCE = "PBC central parity"
TAGS = (
    *["重点项目", "绿色通道", "用地紧张", "外资", "专精特新", "上市企业", "需走访", "配套企业"],
    *["follow-up", "land", "supplier", "listed", "visit", "key-account", "export"],
)
WHY_PAUSED = ("Waiting for land", "Financing is late", "Market has changed", "等待用地指标")
WHY_RESUMED = ("Land was granted", "Financing is in place", "用地已落实")
WHY_WITHDRAWN = ("The investor went elsewhere", "Financing failed", "投资方放弃")
WHY_REVERSED = ("Entered twice", "Belongs to another project", "重复录入")
WHY_CORRECTED = ("Typed wrong", "The contract says otherwise", "金额录入有误")
WHY_CUT = ("The contract was cut", "The second phase was dropped", "合同变更")
WHY_RETURNED = ("The page names another amount", "Which contract?", "请补充合同")
WHO_SAYS = ("中国电子信息行业联合会", "山东省工业和信息化厅", "China Automotive Association")
PRESS = ("news", "qingdao", "epaper", "sd", "finance", "auto", "it", "www")
