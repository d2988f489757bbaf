"""`crmbot sequence`, with the files that the pages about it show."""

import re
from pathlib import Path

import pytest
from sqlmodel import select

from bot.cli import main
from bot.language import sequence_lines
from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.database import Database
from crm_core.outreach.sequences import plans
from crm_core.outreach.sequences.plans import StepKind, Unit
from crm_core.outreach.sequences.tables import Sequence, SequenceState, SequenceVersion
from crm_core.outreach.tables import Delivery
from crm_core.people import staff
from crm_core.people.tables import Role
from crm_core.people.viewer import of_staff
from tests.conftest import NOW

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {"en": DOCS / "sequences.md", "zh": DOCS / "sequences.zh-CN.md"}


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Path:
    with sqlite_database.writing() as session:
        alice = staff.add(session, "Alice", role=Role.SALES, now=NOW, language="en")
        staff.add(session, "李四", role=Role.SALES, now=NOW, language="zh")
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="en")
        records.create(session, Draft(name="张三", stage="lead"), viewer=viewer, now=NOW)
    file = tmp_path / "config.toml"
    file.write_text(f'[database]\nurl = "{sqlite_database.url}"\n', encoding="utf-8")
    return file


def shown(language: str, fence: str) -> str:
    """The first block of this kind on the page."""
    found = re.search(rf"```{fence}\n(.*?)```", PAGES[language].read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def take(settings: Path, text: str, *options: str, by: str = "Alice") -> int:
    file = settings.with_name("sequences.toml")
    file.write_text(text, encoding="utf-8")
    return main(["sequence", str(file), "--config", str(settings), "--as", by, *options])


@pytest.mark.parametrize("language", PAGES)
def test_the_file_on_the_page_and_the_lines_on_the_page_say_the_same(
    settings: Path, sqlite_database: Database, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(settings, shown(language, "toml")) == 0
    assert "version 1: 3 steps, not switched on; 1 would enter now." in capsys.readouterr().out
    with sqlite_database.reading() as session:
        plan = plans.of(session.exec(select(SequenceVersion)).one())
    lines = sequence_lines.read(shown(language, "").partition("\n")[2])
    assert plan.stages == lines.stages
    assert [(step.kind, step.wait, step.if_no_reply) for step in plan.steps] == [
        (step.kind, step.wait, step.if_no_reply) for step in lines.steps
    ]
    assert (plan.steps[1].wait.unit, plan.steps[2].kind) == (Unit.WORKDAYS, StepKind.NUDGE)


def test_given_again_it_changes_nothing_and_with_on_it_runs(settings: Path, sqlite_database: Database) -> None:
    text = shown("en", "toml")
    assert take(settings, text) == 0
    assert take(settings, text, "--on") == 0
    with sqlite_database.reading() as session:
        sequence = session.exec(select(Sequence)).one()
        assert (sequence.state, sequence.version) == (SequenceState.ON, 1)


def test_where_very_many_would_enter_with_on_somebody_else_is_asked(
    settings: Path, sqlite_database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with settings.open("a", encoding="utf-8") as file:
        file.write("[broadcasts]\napproval_above = 1\n")
    with sqlite_database.writing() as session:
        alice = of_staff(session, staff.named(session, "Alice"), timezone="Asia/Shanghai", language="en")
        records.create(session, Draft(name="李雷", stage="lead"), viewer=alice, now=NOW)
        staff.add(session, "Bob", role=Role.ADMIN, now=NOW, handle=("console", "bob"))
    assert take(settings, shown("en", "toml"), "--on") == 0
    assert "2 would enter, so a colleague has to agree; asked: Bob." in capsys.readouterr().out
    with sqlite_database.reading() as session:
        assert session.exec(select(Sequence)).one().state is SequenceState.DRAFT
        assert session.exec(select(Delivery)).one().body["notice"] == "sequence_approval"


def test_switched_on_by_somebody_else_its_author_who_asked_is_told(settings: Path, sqlite_database: Database) -> None:
    with sqlite_database.writing() as session:
        alice = staff.named(session, "Alice")
        staff.add_handle(session, alice, "console", "alice")
        staff.add(session, "Bob", role=Role.ADMIN, now=NOW, handle=("console", "bob"))
        viewer = of_staff(session, alice, timezone="Asia/Shanghai", language="en")
        records.create(session, Draft(name="李雷", stage="lead"), viewer=viewer, now=NOW)
    before = settings.read_text(encoding="utf-8")
    settings.write_text(f"{before}[broadcasts]\napproval_above = 1\n", encoding="utf-8")
    assert take(settings, shown("en", "toml"), "--on") == 0
    settings.write_text(before, encoding="utf-8")
    assert take(settings, shown("en", "toml"), "--on", by="Bob") == 0
    with sqlite_database.reading() as session:
        told = session.exec(select(Delivery).where(Delivery.recipient == "alice")).one()
        assert (told.body["notice"], told.body["by"]) == ("sequence_taken_over", "Bob")


@pytest.mark.parametrize(
    "text",
    ["[[sequence", '[[sequence]]\nname = "x"', '[[sequence]]\nname = "x"\nsteps = [{ wait = "soon", message = "Hi" }]'],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    settings: Path, sqlite_database: Database, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(settings, text) == 1
    assert capsys.readouterr().err.startswith("crmbot: ")
    with sqlite_database.reading() as session:
        assert session.exec(select(Sequence)).all() == []


STEPS = '[[sequence]]\nname = "x"\nsteps = [{ message = "Hi" }, { %s }]'


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            STEPS % "massage = 1",
            "sequence 第 1 项，steps 第 2 项，massage：没有这一项",
            "steps no. 2, massage: there is no",
        ),
        (
            STEPS % 'message = "Hi", if_no_reply = "x"',
            "第 2 项，if_no_reply：这里要写 true",
            "steps no. 2, if_no_reply: true",
        ),
        (
            STEPS % 'message = "Hi", wait = "soon"',
            "第 2 步什么时候做，看不懂：「soon」",
            'When step 2 is due is not clear: "soon"',
        ),
        ('[[sequence]]\nname = "x"', "sequence 第 1 项，steps：缺少这一项", "sequence no. 1, steps: this is missing"),
        ("[[sequence]]\nname = x", "第 2 行第 8 列：写法不对", "line 2, column 8: this is not written right"),
        ("[[sequence", "文件结尾：写法不对", "at the end of the file: this is not written right"),
        ("name = 1\nname = 2\n#", "第 2 行第 9 列：同一项写了两次", "line 2, column 9: the same is written twice"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_both_languages_and_counted_from_one(
    settings: Path, text: str, zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(settings, text) == 1
    assert en in capsys.readouterr().err
    assert take(settings, text, by="李四") == 1
    assert zh in capsys.readouterr().err
