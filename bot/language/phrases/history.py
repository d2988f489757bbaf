"""What 历史 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="历史 名字 [词]\n历史 张三\n历史 张三 报价\n历史 报价\n谁提到过发票",
    en="history NAME [WORDS]\nhistory Acme\nhistory Acme invoice\nhistory invoice\nwho mentioned the invoice",
)
SUMMARY = Phrase(
    zh="往来记录和搜索；加一个词在里面搜索，不写名字搜索全部聊天",
    en="what was said and done, and search in it; with a word, search in it; without a name, in every chat",
)
WORD = Phrase(zh="历史", en="history")
TITLE = Phrase(zh="{name} 的历史", en="History of {name}")
EMPTY = Phrase(zh="{name} 还没有任何记录。", en="Nothing is on record for {name} yet.")
SEARCHED = Phrase(zh="「{query}」的聊天记录", en='Messages with "{query}"')
SEARCHED_IN = Phrase(zh="{name}：「{query}」", en='{name}: "{query}"')
NOTHING = Phrase(zh="没有找到提到「{query}」的聊天。", en='No message mentions "{query}".')
NOTHING_IN = Phrase(zh="{name} 的记录里没有提到「{query}」。", en='Nothing about "{query}" with {name}.')
EARLIER = Phrase(zh="更早", en="Earlier")
EARLIER_COMMAND = Phrase(zh="历史 {what} 早于 {cursor}", en="history {what} before {cursor}")
SAID_TO = Phrase(zh="{who}（{customer}）", en="{who} ({customer})")

EDITED = Phrase(zh="{text}（已编辑）", en="{text} (edited)")
TAKEN_BACK = Phrase(zh="（已撤回）{text}", en="(taken back) {text}")
FILE = Phrase(zh="[文件 {name}]", en="[file {name}]")
KINDS = {
    "note": Phrase(zh="备注：{text}", en="Note: {text}"),
    "nudge": Phrase(zh="提醒：{text}", en="Reminder: {text}"),
    "broadcast": Phrase(zh="群发：{text}", en="Broadcast: {text}"),
    "created": Phrase(zh="新建了这个客户", en="Created this customer"),
    "renamed": Phrase(zh="改名：{before} → {after}", en="Renamed: {before} → {after}"),
    "stage": Phrase(zh="阶段：{before} → {after}", en="Stage: {before} → {after}"),
    "tier": Phrase(zh="等级：{before} → {after}", en="Tier: {before} → {after}"),
    "owner": Phrase(zh="负责人：{before} → {after}", en="Owner: {before} → {after}"),
    "tagged": Phrase(zh="加标签 {after}", en="Tagged {after}"),
    "untagged": Phrase(zh="去标签 {before}", en="Untagged {before}"),
    "merged": Phrase(zh="合并：{before} → {after}", en="Merged: {before} → {after}"),
    "unmerged": Phrase(zh="撤销合并：{before}", en="Merge undone: {before}"),
    "linked": Phrase(zh="关联会话 {after}", en="Linked the conversation {after}"),
    "unlinked": Phrase(zh="取消关联会话 {before}", en="Unlinked the conversation {before}"),
    "opted_out": Phrase(zh="退订", en="Opted out"),
    "opted_in": Phrase(zh="恢复订阅", en="Opted in again"),
}
