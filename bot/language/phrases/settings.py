"""What 我的设置 says."""

from bot.language.phrase import Phrase

USAGE = Phrase(
    zh="我的设置\n我的设置 时区 Asia/Tokyo\n我的设置 语言 英文\n我的设置 日报 8点",
    en="settings\nsettings zone Asia/Tokyo\nsettings language en\nsettings digest 8",
)
SUMMARY = Phrase(zh="看和改自己的语言、时区、日报时间", en="see and change your language, time zone and digest hour")
TITLE = Phrase(zh="{name} 的设置", en="Settings of {name}")
