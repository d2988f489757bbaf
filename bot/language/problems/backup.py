"""Problems of `crm_core/backup`."""

from bot.language.phrase import Phrase

PROBLEMS: dict[str, Phrase] = {
    "backup_nothing": Phrase(
        zh="这个数据库还是空的，没有可备份的内容。请检查 [database] url。",
        en="There is nothing in this database to back up. Check [database] url.",
    ),
    "backup_missing": Phrase(zh="找不到备份 {file}。请检查路径。", en="There is no backup {file}. Check the path."),
    "backup_broken": Phrase(
        zh="{file} 不是完整的备份。请换一份；crmbot backup --check 可以校验。",
        en="{file} is not a whole backup. Take another one; crmbot backup --check reads one from end to end.",
    ),
    "backup_newer": Phrase(
        zh="这份备份来自更新的程序（{version}）。请先把程序升级到那个版本。",
        en="This backup comes from a newer program ({version}). Upgrade the program to that version first.",
    ),
    "backup_unfit": Phrase(
        zh="{file} 里的表 {table} 与它所说的版本对不上。请用做这份备份的程序来恢复。",
        en="In {file} the table {table} does not fit the version it names. Restore it with the program that made it.",
    ),
    "restore_not_empty": Phrase(
        zh="数据库里已经有 {rows} 行数据。请恢复到空库，或者确定要替换时加上 --force。",
        en="The database holds {rows} rows already. Restore into an empty one, or add --force to replace it.",
    ),
    "restore_running": Phrase(
        zh="还有 {nodes} 个程序在用这个数据库。请先停掉，一分钟后再试。",
        en="{nodes} running programs use this database. Stop them first, and try again a minute later.",
    ),
    "restore_in_use": Phrase(
        zh="有别的程序正在用这个数据库。请停掉它再试。",
        en="Another program is using this database. Stop it and try again.",
    ),
}
