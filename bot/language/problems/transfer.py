"""Problems of `crm_core/transfer`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "customer_duplicate_row": Phrase(
        zh="{value} 在第 {row} 行已有（{name}），请删去一行。",
        en="{value} is on row {row} already ({name}): take one of them out.",
    ),
    "file_missing": Phrase(zh="找不到文件 {file}。请检查路径。", en="There is no file {file}. Check the path."),
    "file_type": Phrase(
        zh="不认识 {file} 的格式。客户用 .csv 或 .xlsx，聊天记录用 .jsonl 或 Slack 导出的 .zip。",
        en="{file} is of no known kind. Use .csv or .xlsx for customers, .jsonl or a Slack export (.zip) for messages.",
    ),
    "file_too_large": Phrase(
        zh="{file} 太大（上限 200 MB、100 万行）。请分成几个文件。",
        en="{file} is too large (at most 200 MB and a million rows). Split it into several files.",
    ),
    "file_empty": Phrase(
        zh="{file} 里没有数据。第一行应为列名，下面每行一个客户。",
        en="{file} holds no rows. The first row names the columns; every row below is one customer.",
    ),
    "file_encoding": Phrase(
        zh="看不懂 {file} 的文字编码。请另存为 UTF-8 的 CSV。",
        en="The text encoding of {file} is not readable. Save it as CSV in UTF-8.",
    ),
    "file_broken": Phrase(
        zh="{file} 已损坏或受密码保护。请重新导出。",
        en="{file} is damaged or protected by a password. Export it again.",
    ),
    "file_bomb": Phrase(
        zh="{file} 解压后大得离谱，已拒绝。请检查来源，或分成几个文件。",
        en="{file} would unpack to something absurdly large and is refused. Check where it comes from, or split it.",
    ),
    "file_unwritable": Phrase(
        zh="写不了 {file}。请检查文件夹是否存在、有没有权限。",
        en="{file} cannot be written. Check that its folder is there and may be written to.",
    ),
    "export_type": Phrase(
        zh="不会写 {file} 这种格式。客户用 .csv 或 .xlsx，消息用 .jsonl。",
        en="{file} is of no kind that can be written. Use .csv or .xlsx for customers, .jsonl for messages.",
    ),
    "import_no_name": Phrase(
        zh="没有一列像是姓名（{headings}）。用 --map 列名=姓名 指定一列。",
        en="No column looks like a name ({headings}). Say which one: --map HEADING=name.",
    ),
    "import_heading_unknown": Phrase(
        zh="文件里没有这一列：{heading}。请照抄第一行的列名。",
        en="The file has no column {heading}. Write the heading as it stands in the first row.",
    ),
    "import_cell_too_long": Phrase(
        zh="「{heading}」这一格太长（上限 10000 字）。请缩短。",
        en="The cell under {heading} is too long (at most 10,000 characters). Shorten it.",
    ),
    "import_calculation": Phrase(
        zh="「{heading}」这一格像是公式。请改成普通文字，或在前面加一个单引号（.rejects.csv 里换掉前面的“（公式）”）。",
        en="The cell under {heading} looks like a formula. Write plain text, or put an apostrophe before it"
        ' (in .rejects.csv, in place of "(formula)").',
    ),
    "import_moment_invalid": Phrase(
        zh="看不懂时间 {text}。请写成 2026-11-18 或 2026-11-18 10:20。",
        en="The time {text} is not readable. Write it as 2026-11-18 or 2026-11-18 10:20.",
    ),
    "history_not_slack": Phrase(
        zh="{file} 不是 Slack 的标准导出（里面没有 channels.json）。请在 Slack 的工作区设置里重新导出。",
        en="{file} is not a standard Slack export (there is no channels.json in it). Export it in Slack again.",
    ),
    "history_empty": Phrase(
        zh="{file} 里没有可读的消息。格式见 docs/import-export.md。",
        en="{file} holds no message that can be read. docs/import-export.md shows the form.",
    ),
    "history_line": Phrase(
        zh="第 {line} 行不是一条消息（{reason}）。格式见 docs/import-export.md。",
        en="Line {line} is not a message ({reason}). docs/import-export.md shows the form.",
    ),
}
