"""What every section of the configuration is made of."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr


class Section(BaseModel):
    """A frozen part of the configuration; a setting it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def is_set(secret: SecretStr) -> bool:
    """Whether there is anything in it."""
    return bool(secret.get_secret_value())


def web_address(address: str) -> str:
    """With a slash in the end, so that paths can be put after it. Raises `ValueError`."""
    parts = urlsplit(address)
    if address and (parts.scheme not in {"http", "https"} or not parts.netloc):
        raise ValueError("this is no address: it begins with https://")
    return f"{address.rstrip('/')}/" if address else ""


def socket_address(address: str) -> str:
    """An address for WebSockets. Raises `ValueError`."""
    parts = urlsplit(address)
    if parts.scheme not in {"ws", "wss"} or not parts.netloc:
        raise ValueError("this is no address for sockets: it begins with wss://")
    return address
