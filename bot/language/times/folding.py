"""One form for matching: narrow, simplified, lower case, of the same length, so that positions stay true."""

_TRADITIONAL = (
    "點後個鐘鍾時號週禮兩倆農曆歷節國慶聖誕萬億過內從開間終結陽勞動雙臘閏幾這會給復歲將於約來樓線裏裡"
    "邊寫報簽電話訂發總員單編機廳館馬車庫倉門戶貴無為當晝淩遲隔連續復雞兒親師軍驚蟄黃後"
)
_SIMPLIFIED = (
    "点后个钟钟时号周礼两俩农历历节国庆圣诞万亿过内从开间终结阳劳动双腊闰几这会给复岁将于约来楼线里里"
    "边写报签电话订发总员单编机厅馆马车库仓门户贵无为当昼凌迟隔连续复鸡儿亲师军惊蛰黄后"
)

_NARROW: dict[int, int] = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_SIGNS = {ord(wide): narrow for wide, narrow in zip("\u3000\u00a0\t\r\n’‘“”—–−〜～~", "     ''\"\"------", strict=True)}
_TABLE: dict[int, int | str] = {
    **_NARROW,
    **_SIGNS,
    **{ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
    **{ord(upper): upper.lower() for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{0xFF21 + offset: chr(0x61 + offset) for offset in range(26)},
}


def fold(text: str) -> str:
    """The text in the form the patterns are written for; `len(fold(text)) == len(text)`."""
    return text.translate(_TABLE)
