"""Template cards, as strict as their page (模板卡片消息)."""

import re
from collections.abc import Iterator

from tests.fakes.wecom.api.call import Args, Call
from tests.fakes.wecom.errors import Json, WeComError

INTERACTIVE = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})
TYPES = INTERACTIVE | {"text_notice", "news_notice"}
TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


def is_interactive(card: Json) -> bool:
    """With buttons, votes or picks: such a card has a response_code."""
    return card.get("card_type") in INTERACTIVE


def check(call: Call, card: Args, *, again: bool = False) -> Json:
    """The card; 40058, 40063 or 45002 for a bad one, 43012 without a callback URL. `again`: it replaces a card."""
    kind = card.text("card_type", needed=True)
    if kind not in TYPES:
        raise WeComError(40058, "card_type")
    _check_common(card)
    if kind in INTERACTIVE and not call.app.callback:
        raise WeComError(43012)
    if kind in INTERACTIVE or card.has("action_menu"):
        _check_task(call, card, again=again)
    CHECKS[kind](card)
    return card.values


def _check_task(call: Call, card: Args, *, again: bool) -> None:
    task_id = card.text("task_id", needed=not again)
    if task_id and not TASK_ID.fullmatch(task_id):
        raise WeComError(40058, "task_id")
    if not again and (call.app.agent_id, task_id) in call.state.task_ids:
        raise WeComError(40058, "task_id was used before")


def _check_common(card: Args) -> None:
    main = card.inner("main_title")
    main.text("title")
    main.text("desc")
    card.text("sub_title_text")
    source = card.inner("source")
    source.number("desc_color", 0, least=0, most=3)
    for row in card.objects("horizontal_content_list", most=6):
        row.text("keyname", needed=True)
        row.number("type", 0, least=0, most=3)
    for jump in card.objects("jump_list", most=3):
        jump.text("title", needed=True)
        _check_link(jump)
    menu = card.inner("action_menu")
    if menu.values:
        _check_keys(menu.objects("action_list", needed=True, most=3))
    if card.has("card_action"):
        _check_link(card.inner("card_action"))


def _check_link(link: Args) -> None:
    kind = link.number("type", 0, least=0, most=3)
    if kind == 1:
        link.text("url", needed=True, most=2048)
    if kind == 2:
        link.text("appid", needed=True)


def _check_title(card: Args) -> None:
    if not card.inner("main_title").has("title") and not card.has("sub_title_text"):
        raise WeComError(40063, "main_title.title")


def _check_notice(card: Args) -> None:
    _check_title(card)
    if card.inner("card_action", needed=True).number("type") not in {1, 2}:
        raise WeComError(40058, "card_action.type")


def _check_news(card: Args) -> None:
    _check_notice(card)
    if not card.has("card_image") and not card.has("image_text_area"):
        raise WeComError(40063, "card_image")
    ratio = card.inner("card_image").values.get("aspect_ratio", 1.3)
    if not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
        raise WeComError(40058, "aspect_ratio")
    card.objects("vertical_content_list", most=4)


def _check_buttons(card: Args) -> None:
    _check_title(card)
    buttons = card.objects("button_list", needed=True, most=6)
    for button in buttons:
        button.number("style", 1, least=1, most=4)
    _check_keys([one for one in buttons if one.number("type", 0, least=0, most=1) == 0])
    if card.has("button_selection"):
        _check_selection(card.inner("button_selection"), 10)


def _check_vote(card: Args) -> None:
    _check_title(card)
    box = card.inner("checkbox", needed=True)
    box.text("question_key", needed=True, most=1024)
    box.number("mode", 0, least=0, most=1)
    _check_options(box, 20)
    _check_submit(card)


def _check_picks(card: Args) -> None:
    _check_title(card)
    selections = card.objects("select_list", needed=True, most=3)
    _require_unique(one.text("question_key") for one in selections)
    for selection in selections:
        _check_selection(selection, 10)
    _check_submit(card)


def _check_selection(selection: Args, most: int) -> None:
    selection.text("question_key", needed=True, most=1024)
    options = _check_options(selection, most)
    chosen = selection.text("selected_id")
    if chosen and chosen not in options:
        raise WeComError(40058, "selected_id")


def _check_options(holder: Args, most: int) -> list[str]:
    options = holder.objects("option_list", needed=True, most=most)
    ids = [option.text("id", needed=True, most=128) for option in options]
    for option in options:
        option.text("text", needed=True)
    _require_unique(iter(ids))
    return ids


def _check_submit(card: Args) -> None:
    _check_keys([card.inner("submit_button", needed=True)])


def _check_keys(holders: list[Args]) -> None:
    for holder in holders:
        holder.text("text", needed=True)
    _require_unique(holder.text("key", needed=True, most=1024) for holder in holders)


def _require_unique(names: Iterator[str]) -> None:
    seen = list(names)
    if len(seen) != len(set(seen)):
        raise WeComError(40058, "keys must be unique")


CHECKS = {
    "text_notice": _check_notice,
    "news_notice": _check_news,
    "button_interaction": _check_buttons,
    "vote_interaction": _check_vote,
    "multiple_interaction": _check_picks,
}
