"""Problems of `crm_core/files`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "attachment_empty": Phrase(zh="这个文件是空的，请换一个。", en="This file is empty. Take another one."),
    "attachment_too_large": Phrase(
        zh="文件太大，最多 {limit} MB。请压缩，或者在内容里写链接。",
        en="The file is too large: at most {limit} MB. Compress it, or put a link into the text.",
    ),
    "attachments_too_many": Phrase(
        zh="一次群发最多带 {limit} 个附件。请去掉一些，或合成一个文件。",
        en="A broadcast takes {limit} files at most. Leave some out, or put them into one.",
    ),
    "attachment_gone": Phrase(
        zh="这个文件已经不在了（没发出的文件只保留一段时间）。请重新发给我。",
        en="This file is not kept any more: those nobody sends are thrown away after a while. Give it to me again.",
    ),
    "attachment_not_found": Phrase(
        zh="没有找到你的附件 #{id}。请把文件再发给我一次。",
        en="There is no file #{id} of yours. Give it to me once more.",
    ),
    "attachment_none": Phrase(
        zh="最近一天你没有给我发过文件。请先把图片或文件发给我。",
        en="You gave me no file within a day. Send me the picture or the file first.",
    ),
    "attachment_fewer": Phrase(
        zh="最近一天你只发过 {count} 个文件。请把其余的也发给我。",
        en="You gave me only {count} within a day. Send me the others, too.",
    ),
    "attachment_not_fetched": Phrase(
        zh="文件没有取到，请过一会儿再发一次；还不行请让管理员运行 crmbot doctor。",
        en="The file could not be fetched. Send it again in a while; if it persists, have an administrator run doctor.",
    ),
}
