"""What 群发/broadcast says of pictures and files."""

from bot.language.phrase import Phrase
from crm_core.enclosure import Kind

FIELD = Phrase(zh="附件", en="Files")
FILE = Phrase(zh="{name}（{size}，{looks}）", en="{name} ({size}, {looks})")
WITH = Phrase(zh="{text}（附件：{files}）", en="{text} (with {files})")
KINDS = {
    Kind.IMAGE: Phrase(zh="图片", en="picture"),
    Kind.VIDEO: Phrase(zh="视频", en="video"),
    Kind.FILE: Phrase(zh="文件", en="file"),
}
AS_FILE = Phrase(zh="在企业微信里以文件发出", en="on WeCom sent as a file")
GOT = Phrase(zh="收到附件 #{id}：{file}", en="Got file #{id}: {file}")
RECEIVED = Phrase(
    zh="要随群发发出，请写：群发 人群 附件 {numbers}: 内容",
    en="To send it along, write: broadcast AUDIENCE with file {numbers}: text",
)
NOT_GOT = Phrase(zh="{name}：{why}", en="{name}: {why}")
UNNAMED = Phrase(zh="附件", en="The file")
MISSING = Phrase(
    zh="{why}\n没有附件就不发，请换一个文件再试。",
    en="{why}\nNothing is sent without it: please try another file.",
)
HINT = Phrase(zh="把图片或文件发给我，就会一起发出。", en="Give me a picture or a file now, and it goes along.")
ATTACH_COMMAND = Phrase(zh="群发 加附件 {id}", en="broadcast attach {id}")
DETACH = Phrase(zh="去掉附件", en="Without files")
DETACH_COMMAND = Phrase(zh="群发 去附件 {id}", en="broadcast detach {id}")
