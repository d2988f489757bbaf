"""Readings of Chinese names: several where surnames and heteronyms have several, folded where dialects differ.

The readings are pypinyin's (Apache-style MIT data); its table is read directly, because importing the package also
loads its dictionary of phrases: 50 MB and a third of a second that names do not need.
"""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import groupby, islice, product
from pathlib import Path

#: A name has at most this many combinations of readings.
MOST_READINGS = 4

#: Surnames of two characters; the rest of a name is the given name.
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒司空夏侯端木澹台公冶宗政濮阳淳于单于"
        "太叔申屠轩辕钟离闻人赫连万俟闾丘东郭南宫百里呼延独孤拓跋第五南门西门",
    )
)

_SURNAMES = {
    "单": "shan dan", "曾": "zeng ceng", "仇": "qiu chou", "解": "xie jie", "查": "zha cha", "盖": "ge gai",
    "朴": "piao pu", "区": "ou qu", "翟": "zhai di", "覃": "qin tan", "乐": "yue le", "缪": "miao mou",
    "种": "chong zhong", "黑": "he hei", "冼": "xian xi", "员": "yun yuan", "秘": "bi mi", "谌": "chen shen",
    "隗": "wei kui", "郗": "xi chi", "祭": "zhai ji", "折": "she zhe", "繁": "po fan", "召": "shao zhao",
    "洗": "xian xi", "佴": "nai er", "乜": "nie mie", "车": "che ju", "柏": "bai bo",
    "重": "chong zhong", "长": "zhang chang", "卜": "bu", "尉迟": "yu-chi wei-chi", "万俟": "mo-qi wan-si",
    "长孙": "zhang-sun chang-sun", "澹台": "tan-tai dan-tai", "单于": "chan-yu dan-yu",
}  # fmt: skip

_HETERONYMS = {
    "乐": "le yue", "长": "chang zhang", "重": "zhong chong", "行": "hang xing", "朝": "chao zhao", "茜": "xi qian",
    "莘": "shen xin", "晟": "sheng cheng", "调": "tiao diao", "传": "chuan zhuan", "藏": "zang cang",
    "降": "xiang jiang", "屏": "ping bing", "娜": "na nuo", "曾": "zeng ceng", "省": "sheng xing", "都": "du dou",
    "还": "huan hai", "觉": "jue jiao", "便": "bian pian", "参": "can shen", "称": "cheng chen", "盛": "sheng cheng",
    "颉": "jie xie", "率": "shuai lv", "柏": "bai bo", "单": "dan shan", "解": "jie xie", "阿": "a e",
    "会": "hui kuai", "厦": "xia sha", "大": "da dai", "弹": "dan tan", "佛": "fo fu", "系": "xi ji", "露": "lu lou",
    "绿": "lv lu", "六": "liu lu", "校": "xiao jiao", "强": "qiang jiang", "翟": "zhai", "仇": "qiu chou",
}  # fmt: skip

_RETROFLEX = re.compile(r"([zcs])h")
_BACK_NASAL = re.compile(r"([aei])ng")
_ROUND = re.compile(r"([ln])(?:yu|v)")


@lru_cache(maxsize=20_000)
def readings(name: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of a folded run of Chinese characters, one tuple per combination of readings.

    The first is the likeliest; the run is read as a name, so `单田芳` is `shan tian fang` first and `dan …` second.
    Characters without a reading stand for themselves.
    """
    surname = name[:2] if name[:2] in COMPOUND_SURNAMES else name[:1]
    heads = [tuple(reading.split("-")) for reading in _SURNAMES.get(surname, "").split()] or [()]
    rest = [_of_character(character) for character in (name[len(surname) :] if heads[0] else name)]
    combinations = (head + tail for tail in product(*rest) for head in heads)
    return tuple(dict.fromkeys(islice(combinations, MOST_READINGS)))


def syllables(text: str) -> list[str]:
    """How a text is said: the likeliest syllable of each Chinese character, other characters together as they are."""
    said = ((character, _of_character(character)[0]) for character in text)
    found: list[str] = []
    for kept, group in groupby(said, key=lambda one: one[0] == one[1]):
        sounds = [sound for _, sound in group]
        found += ["".join(sounds)] if kept else sounds
    return found


@lru_cache(maxsize=20_000)
def fuzzy(pinyin: str) -> str:
    """Joined pinyin without what dialects do not tell apart: zh/z, ch/c, sh/s, ang/an, eng/en, ing/in, lü/lu."""
    return _BACK_NASAL.sub(r"\1n", _RETROFLEX.sub(r"\1", _ROUND.sub(r"\1u", pinyin)))


def _of_character(character: str) -> tuple[str, ...]:
    listed = _HETERONYMS.get(character)
    if listed:
        return tuple(listed.split())
    return (_plain(_table().get(str(ord(character)), character)),)


@lru_cache(maxsize=20_000)
def _plain(listed: str) -> str:
    """The first of `lè,yuè` without its tone."""
    decomposed = unicodedata.normalize("NFD", listed.partition(",")[0]).replace("u\u0308", "v")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _table() -> dict[str, str]:
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise RuntimeError("the package pypinyin is missing: install crmbot again")
    table: dict[str, str] = json.loads(Path(package.origin).with_name("pinyin_dict.json").read_text("utf-8"))
    return table
