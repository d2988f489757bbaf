"""What administrators are told of the archive of conversations, and what cards say of consent."""

from bot.language.phrase import Phrase

BEHIND = Phrase(zh="会话存档读取中断", en="The archive of conversations is not being read")
BEHIND_TEXT = Phrase(
    zh="已经有 {hours} 小时的客户聊天没有读到。企业微信只保留 5 天，再过 {days} 天就会开始丢失。"
    "请看 /readyz 里 wecom_archive 写的原因，或运行 crmbot doctor。",
    en="For {hours} hours what customers wrote has not been read. WeCom keeps it five days, so in {days} days it "
    "begins to be lost. See the reason at /readyz under wecom_archive, or run crmbot doctor.",
)
LOST = Phrase(zh="有客户聊天已经丢失", en="Some of what customers wrote is lost")
LOST_TEXT = Phrase(
    zh="从 {since} 起没有读取会话存档，超过了企业微信保留的 5 天。现在已经继续读取；中间缺的部分只能在客户端里看。",
    en="Since {since} the archive was not read, longer than the five days WeCom keeps it. It is being read again; what "
    "is missing can only be seen in the client.",
)
KEY = Phrase(zh="会话存档用了新的公钥（版本 {version}）", en="The archive uses a new key (version {version})")
KEY_TEXT = Phrase(
    zh="这个版本的消息先原样存着，读不出来。请把它的私钥写进 [wecom.archive] private_keys，"
    '例如 "{version}:/路径/私钥.pem"，然后重启；之后会自动补读。',
    en="What is sealed with it is kept as it came and cannot be read yet. Add its private key to [wecom.archive] "
    'private_keys, such as "{version}:/path/key.pem", and start again; everything is then read.',
)
CONSENT = Phrase(zh="会话存档", en="Recording")
DECLINED = Phrase(zh="客户不同意（{when}）", en="the customer declined ({when})")
