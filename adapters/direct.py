"""HTTP that goes the direct way, whatever proxies the environment names."""

import aiohttp


def open_session() -> aiohttp.ClientSession:
    """To be closed; each call says itself how long it may take."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, connect=5), trust_env=False)
