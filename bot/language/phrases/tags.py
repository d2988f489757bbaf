"""What 标签 and 分组 say."""

from bot.language.phrase import Phrase

TAG_USAGE = Phrase(
    zh="标签 名字 +标签 -标签\n标签 张三 VIP\n标签 张三 +VIP -潜力\n把王五标成VIP\n标签",
    en="tag NAME +TAG -TAG\ntag Acme VIP\ntag Acme +VIP -prospect\nmark Acme as VIP\ntag",
)
TAG_SUMMARY = Phrase(zh="打标签、去标签；不写名字列出所有标签", en="tag and untag; without a name all tags")
TAG_WORD = Phrase(zh="标签", en="tag")
TAGGED = Phrase(zh="{name}：加上 {tags}", en="{name}: added {tags}")
UNTAGGED = Phrase(zh="{name}：去掉 {tags}", en="{name}: removed {tags}")
HAS_ALREADY = Phrase(zh="本来就有 {tags}", en="{tags} was there already")
HAS_NOT = Phrase(zh="本来就没有 {tags}", en="{tags} was not there")
NOW = Phrase(zh="现在的标签：{tags}", en="Tags now: {tags}")
NONE_NOW = Phrase(zh="{name}现在没有标签", en="{name} has no tags")
ALL_TAGS = Phrase(zh="所有标签", en="All tags")
NO_TAGS = Phrase(zh="还没有标签。例如：标签 张三 VIP", en="There are no tags yet. For example: tag Acme VIP")
COUNTED = Phrase(zh="{name}（{count}）", en="{name} ({count})")
MORE_TAGS = Phrase(zh="还有 {count} 个", en="and {count} more")
