"""What the REST API says itself, beside the problems of the core."""

from bot.language.phrase import Phrase

TOKEN_NEEDED = Phrase(
    zh="请带上 Authorization: Bearer <token>，token 是配置里 [[api.tokens]] 的一个。",
    en="Send 'Authorization: Bearer <token>' with a token of [[api.tokens]].",
)
TOO_LARGE = Phrase(zh="请求太大，最多 {limit}。", en="The request is too large: at most {limit}.")
NO_JSON = Phrase(zh="请求的内容不是有效的 JSON。", en="The body is no valid JSON.")
NUL = Phrase(zh="文字里不能有 NUL 字符", en="a NUL character is no text")
YEAR = Phrase(zh="年份要在 1970 到 2200 之间", en="the year is between 1970 and 2200")
