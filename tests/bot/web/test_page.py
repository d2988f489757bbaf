"""The web chat in a real browser."""

import base64
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, FilePayload, Page, Route, expect, sync_playwright

from crm_core.chat import Button, ButtonStyle, Card, Field, OutboundMessage, Quote
from tests.running import Running

#: A picture of one dot.
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_UPLOADS = "**/console/files?*name=*"
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "the page tests need Chromium: make browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained about: errors, and what the policy kept it from loading."""
    return []


@pytest.fixture
def page(browser: Browser, running_program: Running, complaints: list[str]) -> Iterator[Page]:
    """The page as Alice sees it on a wide screen, in English."""
    with browser.new_context(viewport={"width": 1200, "height": 760}, timezone_id="Asia/Shanghai") as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(running_program.url)
        page.get_by_role("button", name="EN").click()
        expect(page.get_by_role("radio", checked=True)).to_be_attached()  # from now on what is said comes live
        yield page
    assert complaints == []


def bot_says(program: Running, card: Card, room: str = "direct:alice", only_for: str = "") -> None:
    program.call(program.program.console.send(OutboundMessage(room, card, only_for=only_for)))


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def be(page: Page, name: str) -> None:
    page.get_by_role("radiogroup").get_by_text(name, exact=True).click()


def enter(page: Page, room: str) -> None:
    page.get_by_role("navigation").get_by_role("button", name=room).click()


def test_a_question_is_answered(page: Page) -> None:
    write(page, "help")

    expect(page.locator(".mine .card-text")).to_have_text("help")
    expect(page.locator(".theirs .card")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("")


def test_a_card_shows_its_parts_and_a_button_posts_its_command(page: Page, running_program: Running) -> None:
    card = Card(
        title="张三",
        fields=(Field("Stage", "lead"),),
        quotes=(Quote("张三", "Wed 10:20", "got the quote"),),
        items=("1  one", "2  two"),
        buttons=(Button("Commands", "help", ButtonStyle.PRIMARY), Button("Other", "undo")),
        footer="customer #1",
    )
    bot_says(running_program, card)

    shown = page.locator(".card").first
    for part in ("张三", "Stage", "lead", "got the quote", "2  two", "customer #1"):
        expect(shown).to_contain_text(part)
    shown.get_by_role("button", name="Commands").click()

    expect(page.get_by_text("Alice pressed “Commands”")).to_be_visible()
    expect(shown.get_by_role("button", name="Commands")).to_have_class("button primary done")
    expect(page.locator(".card")).to_have_count(2)


def test_the_page_follows_what_is_said(page: Page, running_program: Running) -> None:
    for number in range(30):
        bot_says(running_program, Card(text=f"line {number}"))
    expect(page.get_by_role("log").get_by_text("line 29")).to_be_in_viewport()

    write(page, "help")
    expect(page.locator(".card-title")).to_be_in_viewport()

    page.locator("#scroll").evaluate("box => box.scrollTo(0, 0)")
    bot_says(running_program, Card(text="one more"))
    page.get_by_role("button", name="New messages").click()
    expect(page.get_by_role("log").get_by_text("one more")).to_be_in_viewport()


def test_a_tall_answer_that_overtakes_the_line_stays_at_its_beginning(page: Page) -> None:
    held: list[tuple[Route, APIResponse]] = []
    page.route("**/console/lines", lambda route: held.append((route, route.fetch())))
    write(page, "help")
    expect(page.locator(".card-title")).to_be_in_viewport()

    [(route, answer)] = held
    with page.expect_response("**/console/lines"):
        route.fulfill(response=answer)
    expect(page.locator(".pending")).to_have_count(0)
    expect(page.locator(".card-title")).to_be_in_viewport()


def test_markup_in_a_message_is_only_text(page: Page, running_program: Running, complaints: list[str]) -> None:
    markup = "<img src=x onerror=alert(1)><b>bold</b>"
    bot_says(running_program, Card(title=markup, fields=(Field(markup, markup),), items=(markup,), footer=markup))
    write(page, markup)

    expect(page.locator(".mine .card-text")).to_have_text(markup)
    expect(page.locator(".card-title")).to_have_text(markup)
    assert page.locator(".log img, .log b b, .log script").count() == 0


def test_enter_sends_and_shift_enter_begins_a_line(page: Page) -> None:
    line = page.get_by_role("textbox")
    line.fill("one")
    line.press("Shift+Enter")
    line.press_sequentially("two")
    expect(line).to_have_value("one\ntwo")

    line.press("Enter")
    expect(page.locator(".mine .card-text")).to_have_text("one\ntwo", use_inner_text=True)


def test_enter_chooses_a_word_while_an_input_method_composes(page: Page) -> None:
    line = page.get_by_role("textbox")
    line.fill("zhang")
    line.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    line.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})

    expect(line).to_have_value("zhang")
    expect(page.locator(".mine")).to_have_count(0)


def test_rooms_and_people_are_switched(page: Page) -> None:
    enter(page, "Team East")
    write(page, "good morning")
    expect(page.locator(".mine .card-text")).to_have_text("good morning")

    be(page, "Bob")
    expect(page.get_by_role("heading", level=1)).to_have_text("Team East")
    expect(page.locator(".theirs .card-text")).to_have_text("good morning")

    be(page, "Charlie")
    expect(page.get_by_role("navigation").get_by_role("button")).to_have_count(1)
    expect(page.get_by_text("good morning")).to_have_count(0)


def test_a_nudge_arrives_live_and_counts_as_unread_elsewhere(page: Page, running_program: Running) -> None:
    bot_says(running_program, Card(text="⏰ call 李四"))
    expect(page.locator(".fresh")).to_contain_text("call 李四")

    enter(page, "Team East")
    bot_says(running_program, Card(text="⏰ call 王五"))
    expect(page.get_by_label("1 unread")).to_be_visible()
    expect(page).to_have_title("(1) crmbot")

    enter(page, "crmbot")
    expect(page.get_by_text("call 王五").last).to_be_visible()
    expect(page.get_by_label("1 unread")).to_have_count(0)
    expect(page).to_have_title("crmbot")


def test_what_is_for_one_reader_says_so_and_is_not_shown_to_others(page: Page, running_program: Running) -> None:
    bot_says(running_program, Card(text="secret"), room="group:east", only_for="alice")
    enter(page, "Team East")
    expect(page.get_by_role("log")).to_contain_text("Only you see this")

    be(page, "Bob")
    expect(page.get_by_role("heading", level=1)).to_have_text("Team East")
    expect(page.get_by_role("log")).not_to_contain_text("secret")


def file(name: str, mime: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": mime, "buffer": content}


def test_a_picture_is_given_with_a_line_and_shown_to_the_others(page: Page) -> None:
    enter(page, "Team East")
    page.locator("#file").set_input_files(file("dot.png", "image/png", _DOT))
    expect(page.locator("#picked")).to_contain_text("dot.png")
    write(page, "the poster")
    expect(page.locator(".mine .files")).to_be_visible()
    be(page, "Bob")
    enter(page, "Team East")
    picture = page.locator(".theirs .files img")
    expect(picture).to_have_attribute("alt", "dot.png")
    expect(picture).to_have_js_property("naturalWidth", 1)


def said_as_alice_and_then_bob(page: Page, text: str) -> Route:
    """Alice says it with a picture, whose upload waits, and the page becomes Bob."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(_UPLOADS, hold)
    enter(page, "Team East")
    page.locator("#file").set_input_files(file("dot.png", "image/png", _DOT))
    write(page, text)
    expect(page.locator("#picked")).to_be_hidden()
    be(page, "Bob")
    return held[0]


def test_a_line_is_said_by_who_wrote_it_though_its_file_is_uploaded_after_the_page_became_another(page: Page) -> None:
    upload = said_as_alice_and_then_bob(page, "the leaflet")
    enter(page, "Team East")
    upload.continue_()
    expect(page.locator(".theirs", has_text="the leaflet")).to_be_visible()


def test_a_line_that_fails_after_the_page_became_another_waits_for_who_wrote_it(
    page: Page, complaints: list[str]
) -> None:
    upload = said_as_alice_and_then_bob(page, "the leaflet")
    upload.abort()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team East")
    expect(page.get_by_text("the leaflet")).to_have_count(0)
    be(page, "Alice")
    expect(page.get_by_text("Not sent")).to_be_visible()
    page.unroute(_UPLOADS)
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".mine .files")).to_be_visible()
    expect(page.get_by_text("Not sent")).to_have_count(0)
    complaints.clear()


def test_a_file_that_cannot_go_is_refused_when_it_is_picked(page: Page) -> None:
    page.locator("#file").set_input_files(file("film.mp4", "video/mp4", bytes(20 * 2**20 + 1)))
    expect(page.get_by_role("alert")).to_have_text("film.mp4: too large, at most 20 MB; it was not added")
    expect(page.locator("#picked")).to_be_hidden()
    page.locator("#file").set_input_files(file("empty.txt", "text/plain", b""))
    expect(page.get_by_role("alert")).to_have_text("empty.txt: this file is empty; it was not added")
    page.get_by_role("button", name="中").click()
    page.locator("#file").set_input_files(file("empty.txt", "text/plain", b""))
    expect(page.get_by_role("alert")).to_have_text("empty.txt：这个文件是空的，没有添加")
    page.locator("#file").set_input_files(file("a.txt", "text/plain", b"hello"))
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#picked")).to_contain_text("a.txt")


def test_a_file_is_taken_out_again_or_sent_alone(page: Page) -> None:
    for name in ("a.txt", "b.txt"):
        page.locator("#file").set_input_files(file(name, "text/plain", b"hello"))
    page.get_by_role("button", name="Remove: a.txt").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".mine .files a")).to_have_text("b.txt (5 B)")


def test_the_page_speaks_both_languages(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
    expect(page.get_by_role("button", name="todo")).to_be_visible()

    page.get_by_role("button", name="中").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("button", name="待办")).to_be_visible()

    page.reload()
    expect(page.get_by_role("button", name="待办")).to_be_visible()


def test_a_hint_is_sent_or_put_into_the_field(page: Page) -> None:
    page.get_by_role("button", name="remind me…").click()
    expect(page.get_by_role("textbox")).to_have_value("remind me in 1 minute to call Dave")

    page.get_by_role("button", name="help", exact=True).click()
    expect(page.locator(".mine .card-text")).to_have_text("help")


def test_a_line_that_was_not_sent_can_be_sent_again(page: Page, complaints: list[str]) -> None:
    page.route("**/console/lines", lambda route: route.abort())
    write(page, "hello")
    expect(page.get_by_text("Not sent")).to_be_visible()

    page.unroute("**/console/lines")
    page.get_by_role("button", name="Retry").click()
    expect(page.get_by_text("Not sent")).to_have_count(0)
    expect(page.locator(".mine .card-text")).to_have_text("hello")
    complaints.clear()


@pytest.mark.parametrize("width", [360, 390, 768])
def test_nothing_is_wider_than_the_screen(page: Page, running_program: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    long = "w" * 300
    bot_says(running_program, Card(title=long, text=long, fields=(Field(long, long),), items=(long,), footer=long))
    expect(page.locator(".card")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.getElementById('scroll').scrollWidth") <= width


def test_on_a_phone_the_chats_are_behind_a_button(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    rooms = page.get_by_role("navigation")
    expect(rooms).to_be_hidden()

    page.get_by_role("button", name="Open the list of chats").click()
    enter(page, "Team East")
    expect(rooms).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Team East")


def test_messages_stand_under_their_day(page: Page) -> None:
    write(page, "help")

    expect(page.get_by_role("separator")).to_have_text("Today")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.keyboard.press("Tab")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox").focus()
    page.keyboard.type("help")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".mine .card-text")).to_have_text("help")


def test_the_page_of_the_api_loads_nothing_from_elsewhere(browser: Browser, running_program: Running) -> None:
    with browser.new_context() as context:
        page, asked = context.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{running_program.url}/docs")
        expect(page.get_by_text("/api/v1/customers", exact=True).first).to_be_visible()
        elsewhere = [url for url in asked if not url.startswith((f"{running_program.url}/", "data:"))]
        assert elsewhere == []
