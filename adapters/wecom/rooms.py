"""What rooms of WeCom are called: a direct chat with a member of staff by their userid."""

_DIRECT = "direct:"


def direct(userid: str) -> str:
    """The chat of one member of staff with us, by whichever door."""
    return f"{_DIRECT}{userid}"


def is_direct(room_id: str) -> bool:
    return room_id.startswith(_DIRECT)


def userid_in(room_id: str) -> str:
    """Whose direct chat it is; "" for another room."""
    return room_id.removeprefix(_DIRECT) if is_direct(room_id) else ""
