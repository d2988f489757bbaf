"""What the codes of the archive mean and where they are mended, for `/readyz`, the log and `crmbot doctor`."""

_CONSOLE = "管理工具 → 会话内容存档"

_MENDS = {
    10000: "the library does not take these parameters",
    10001: "the library cannot reach WeCom: check the network and the proxy",
    10002: "the library cannot read what WeCom answered",
    10003: "the library failed; it is tried again",
    10009: f"WeCom does not know the address of this machine: add it under {_CONSOLE} → 可信IP",
    10010: "what is asked for is older than WeCom keeps it",
    10011: "the library does not trust the certificate: put certificates of this system in order",
    40001: f"[wecom.archive] secret is wrong: copy it from {_CONSOLE} → Secret",
    40013: "[wecom] corp_id is wrong: copy it from 我的企业 → 企业信息 → 企业ID",
    301042: f"WeCom does not know the address of this machine: add it under {_CONSOLE} → 可信IP",
    301052: f"the licence of the archive is over: renew it under {_CONSOLE}",
    301053: f"the archive is not open: buy it and let members in under {_CONSOLE}",
    301058: "a page is too large even with few rows",
}


def mend_of(code: int) -> str:
    """A sentence for an administrator."""
    return f"{code}: {_MENDS.get(code, 'see the page 全局错误码')}"
