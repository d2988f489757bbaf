"""What a browser is told where no web chat is served: where everything is."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

_HERE = """\
crmbot is running; there is no page here. crmbot 在运行，这个地址没有网页。

/healthz        it is alive 存活
/readyz         it is ready, and how each platform is 是否就绪、各平台状态
/metrics        figures 指标
/docs           every field of the REST API below /api/v1 接口的每个字段

The web chat: [console] web = true in config.toml, for trying out on your own machine.
网页聊天：在 config.toml 里写 [console] web = true，只用于在自己电脑上试用。
"""


def router() -> APIRouter:
    """`/`; 404, for what was asked for is not there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def here() -> PlainTextResponse:
        return PlainTextResponse(_HERE, status_code=404, headers={"X-Content-Type-Options": "nosniff"})

    return router
