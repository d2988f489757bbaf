"""What a browser is told at the addresses where people look for a page and there is none: where everything is."""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

_HERE = """\
crmbot is running; there is no page here. crmbot 在运行，这个地址没有网页。

/healthz        it is alive 存活
/readyz         it is ready, and how each platform is 是否就绪、各平台状态
/metrics        figures 指标
/openapi.json   every field of the REST API below /api/v1, for any OpenAPI viewer 接口的每个字段，用 OpenAPI 工具查看
docs/api.md     how to call it, in the source 怎么调用，见源码

The web chat: [console] web = true in config.toml, for trying out on your own machine.
网页聊天：在 config.toml 里写 [console] web = true，只用于在自己电脑上试用。
"""


def routes(paths: tuple[str, ...]) -> APIRouter:
    """These paths, each with the same plain text that loads nothing; 404, for what was asked for is not there."""
    router = APIRouter(include_in_schema=False)

    async def here() -> PlainTextResponse:
        return PlainTextResponse(_HERE, status_code=404, headers={"X-Content-Type-Options": "nosniff"})

    for path in paths:
        router.add_api_route(path, here)
    return router
