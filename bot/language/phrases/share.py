"""What 分享 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(zh="分享 查 Acme\n分享 历史 Acme", en="share find Acme\nshare history Acme")
SUMMARY = Phrase(
    zh="在群里用：把查到的内容给所有人看，前提是人人都有权看",
    en="in a group: show what was looked up to everybody, if all of them may see it",
)
SHARED_BY = Phrase(zh="{name} 分享", en="Shared by {name}")
WHAT = Phrase(zh="分享什么？例如：分享 查 Acme", en="Share what? For example: share find Acme")
ONLY_READING = Phrase(
    zh="只能分享查看类的内容，例如：分享 查 Acme、分享 历史 Acme",
    en="Only what is looked up can be shared, for example: share find Acme, share history Acme",
)
ONLY_IN_GROUPS = Phrase(
    zh="这里只有你和我。请在要给大家看的群里发送：分享 查 名字",
    en="Only you and I are here. Send share find NAME in the group that is to see it.",
)
OUTSIDERS = Phrase(
    zh="这里有客户、访客或公司外的人，不能在这里显示客户资料，所以没有分享。",
    en="Customers, guests or people from outside the company read here, so nothing was shared.",
)
NOT_ALL = Phrase(
    zh="这里有同事没有权限看这些资料，所以没有分享。请私下发给可以看的人。",
    en="Some colleagues here may not see this, so nothing was shared. Send it to those who may, in private.",
)
