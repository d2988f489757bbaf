"""What the daily digest says."""

from bot.language.phrase import Phrase

UNANSWERED = Phrase(zh="超过 {hours} 个工作小时没回复 {count}", en="Not answered for {hours} working hours: {count}")
UNANSWERED_LINE = Phrase(zh="#{id} {name}：{text}（{when}）", en="#{id} {name}: {text} ({when})")
LOST = Phrase(zh="昨天以来流失 {count}", en="Lost since yesterday: {count}")
CUSTOMER_LINE = Phrase(zh="#{id} {name}", en="#{id} {name}")
BIRTHDAY_LINE = Phrase(zh="{day} #{id} {name}", en="{day} #{id} {name}")
TEAM = Phrase(zh="团队", en="The team")
TEAM_LINE = Phrase(zh="{name}：{counts}", en="{name}: {counts}")
OVERDUE = Phrase(zh="逾期 {count}", en="{count} overdue")
TODAY = Phrase(zh="今天到期 {count}", en="{count} due today")
WAITING = Phrase(zh="没回复 {count}", en="{count} not answered")
GONE = Phrase(zh="流失 {count}", en="{count} lost")
SILENT = Phrase(zh="没有下一步 {count}", en="{count} without a next step")
OF = Phrase(zh="{name} 的待办", en="To-dos of {name}")
OF_COMMAND = Phrase(zh="待办 {name}", en="todo {name}")
NO_STEP = Phrase(zh="没有下一步", en="No next step")
NO_STEP_COMMAND = Phrase(zh="没有下一步", en="stale")
USAGE = Phrase(zh="日报", en="digest")
SUMMARY = Phrase(
    zh="今天要处理的一张卡片：逾期、今天到期、没回复、流失、生日", en="The card of each morning, as it is now"
)
NOTHING = Phrase(zh="今天没有要处理的事。", en="Nothing waits for you today.")
SETTING = Phrase(
    zh="每天几点发日报，这样设：成员 日报 8，不要就写：成员 日报 关。现在就看：日报",
    en="To set its hour: staff digest 8; for none: staff digest off. To see it now: digest",
)
FOOTER = Phrase(zh="发送 #号 看客户。", en="Send #number to open a customer.")
