"""What looks like a time and is none: names, roads, prices, versions, phone numbers. Their places are blocked."""

import re

from bot.language.times.meaning import pattern

_SURNAMES = (
    "张王李赵刘陈杨黄吴徐孙胡朱林郭罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘董袁余叶蒋杜苏魏程吕丁沈姚卢傅钟姜"
    "崔谭廖范汪陆戴贾韦夏邱侯邹熊孟秦阎薛尹段雷黎史陶贺顾毛郝龚邵钱严赖覃洪莫孔汤"
)
#: Words of time that parents give as names: 张明天, 李国庆.
_GIVEN = "明天|今天|明日|国庆|建军|元旦|中秋|重阳|端午|七夕|立春|立夏|立秋|立冬|春分|夏至|冬至|清明|小年|小满|五一|八一"
#: What people write after 周一 when it is the day; anything else makes it a name (周一鸣, 周一凡).
_AFTER_DAY = (
    "开打给去来见交签发送寄提约谈问回跟联拜催收付确准安讨参出到做写看找叫请让把我你他她它咱和与同要有"
    "没不在上下早晚中午前后之以的是那这再就才先会将应必需得可能带买订报审汇总完结办处解"
    "退换续复检查核验试培面聊说讲通电视微短邮坐接取拿还借搬等全小例截止统更推启过向对由被从及或至到、"
    "凌傍夜半休放加整每零一二三四五六七八九十两点日号周记关进了吗吧呢"
)
_BEFORE_NAME = r"(?:^|(?<=[\s,，。:;、(@\"'])|(?<=[给找和跟与叫问约见让请把对向是为由替帮]))"

#: Over folded text; every match blocks what it covers.
_LOOKALIKES: tuple[re.Pattern[str], ...] = (
    pattern(rf"(?<![每这本下上隔逢双个两])周[一天](?![{_AFTER_DAY}])[\u4e00-\u9fff]"),
    pattern(rf"{_BEFORE_NAME}[{_SURNAMES}](?:{_GIVEN})(?!节|假|长假|小长假|[早晚上下中凌傍]|\s?\d)"),
    pattern(r"[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+"),
    pattern(
        r"(?<!\d)(?:\+?\d{1,3}[ -])?(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?0\d{2,3}\)?[ -]\d{7,8}"
        r"|400-?\d{3,4}-?\d{3,4})(?!\d)"
    ),
    pattern(r"(?<!\d)\+?\(?\d{3}\)?[ -.]\d{3}[ -.]\d{4}(?!\d)|\+\d{1,3}(?:[ -]?\d{2,4}){2,4}(?!\d)|\b\d{3}-\d{4}\b"),
    pattern(r"[¥$€£￥]\s?\d[\d,.]*|\b(?:usd|rmb|cny|eur)\s?\d[\d,.]*"),
    pattern(
        r"\d+(?:\.\d+)?\s?(?:折|万|亿|元|块|%|倍|美元|港币|公里|千米|厘米|毫米|平米|平方|公斤|千克|吨|度"
        r"|百分点|个百分点)"
    ),
    pattern(r"\d{1,2}点\d{1,2}[万亿折倍]|[一二三四五六七八九十]点[一二三四五六七八九十]{1,2}[万亿折倍]"),
    pattern(
        r"\bv?\d{1,4}\.\d{1,4}\.\d{1,6}(?:\.\d+)*(?!\d)(?<!(?:19|20)\d\d\.\d\.\d)(?<!(?:19"
        r"|20)\d\d\.\d\.\d\d)(?<!(?:19|20)\d\d\.\d\d\.\d)(?<!(?:19|20)\d\d\.\d\d\.\d\d)"
    ),
    pattern(r"\b(?:v|version|ver\.?|release)\s?\d[\w.-]*|版本\s?\d[\d.]*"),
    pattern(
        r"(?:单号|订单号?|编号|工号|合同号?|发票号?|尾号|卡号|账号|运单号?|流水号|房号|学号|座位?号|票号"
        r"|型号|批号)\s?(?:是|为|:)?\s?[a-z]*[\d-]+号?"
    ),
    pattern(
        r"\b(?:order|invoice|ticket|case|ref|po|no\.?|number|id|sku|room|suite|flight|gate|floor|building"
        r"|unit|section|chapter|page)\s?(?:\#|no\.?|id|number)?\s?:?\s?[a-z]{0,3}-?\d[\d/:-]*"
    ),
    pattern(r"\#\d+|\b[a-z]{1,5}-\d+(?:-\d+)*\b(?<!mid-\d)"),
    pattern(r"第\s?(?:\d+|[一二三四五六七八九十百两]+)\s?(?:点|号|届|次|期|章|页|位|条)"),
    pattern(
        r"[有早晚快慢大小高低好差便宜贵远近多少]\s?一点(?![一二三四五半整钟\d])|一点[一点]?[也都儿不没小]"
        r"|[早晚]点(?!\d)(?=$|[\s,，。!再说来去回到就走睡休发给联出做把吃])"
    ),
    pattern(
        r"[早晚中上下]午?[上]?[好安](?=$|[\s,，。!~啊呀,、]|[\u4e00-\u9fff])|good\s(?:morning|afternoon"
        r"|evening|night)|下午茶|早晚(?:会|要|都|得)|今晚报"
    ),
    pattern(r"score\s(?:is|was|of)?\s?\d+:\d+|ratio\s(?:is|was|of)?\s?\d+:\d+|(?:比例|比分)(?:是|为)?\s?\d+:\d+"),
    pattern(r"提前(?:了)?(?:\d+|[一二两三四五六七八九十半]+)个?(?:小时|分钟)"),
    pattern(r"\b24/7\b|\b24\s?x\s?7\b|7\*24|24小时(?![内后之以])|7x24"),
    pattern(r"今日头条|明日之星|昨日重现|后天性|618|双(?:十一|11)(?:大促|活动|价|订单|销量)"),
    pattern(
        r"周日报|(?:周末|节日|假期)(?:愉快|快乐)|星期五餐厅|每日(?:优鲜|经济|新闻|鲜)"
        r"|(?:今日|明天|明日|今天)(?:资本|集团|控股|股份|传媒|教育|系)"
    ),
    pattern(r"[一每]日[三两]餐|每人每[天月年日]|(?:返点|返利|佣金|提成|利率|扣点|折扣)\s?[\d一二两三四五六七八九]+点"),
    pattern(
        r"清明上河图|端午粽|春节档|中秋月饼|元宵(?:馅|丸)|圣诞(?:树|卡|老人|礼物|贺卡|帽|款)|元旦快乐"
        r"|(?:新年|春节|国庆|中秋节?|圣诞节?|元旦)快乐"
    ),
    pattern(r"\b(?:merry|happy)\s(?:christmas|new\syear|thanksgiving|halloween|easter|birthday|friday|monday)\b"),
    pattern(
        r"\bmonday\.com\b|\bblack\smonday\b|\bman\sfriday\b|\bfriday'?s\s(?:restaurant|bar)\b"
        r"|\bruby\stuesday\b|\bat\sthe\send\sof\sthe\sday\b,"
    ),
    pattern(r"\bone\sday\b|\bsome\sday\b|\bthe\sother\sday\b|\bday\s(?:one|1|by)\b|\b(?:these|nowa)\s?days\b"),
    pattern(
        r"\b(?:first|second|third|last)\s(?:time|thing\sto|year\sof)\b|\b(?:1st|2nd|3rd)\s(?:quarter"
        r"|floor|place|time|party)\b"
    ),
    pattern(
        r"[\d一二两三四五六七八九十]+\s?-\s?[\d一二两三四五六七八九十]+\s?(?:个|天|人|年|元|次|件|days"
        r"|people|hours|weeks|months|years)"
    ),
)


def blocked(folded: str) -> list[tuple[int, int]]:
    """The places that are no time, whatever a pattern sees in them."""
    return [match.span() for each in _LOOKALIKES for match in each.finditer(folded)]
