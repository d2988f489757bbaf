"""The customers of somebody who left are still found by their name."""

from datetime import datetime

from sqlmodel import Session

from crm_core.customers import records
from crm_core.customers.records import Draft
from crm_core.people import staff
from crm_core.tags import segments
from tests.crm_core.conftest import Cast


def test_the_customers_of_a_leaver_are_a_segment(sqlite_session: Session, cast_sqlite: Cast, now: datetime) -> None:
    session, cast = sqlite_session, cast_sqlite
    customer = records.create(session, Draft("张三", owner="Alice"), viewer=cast.admin, now=now)
    staff.change(session, cast.staff["alice"], active=False)
    expression = segments.resolve(session, "负责人:Alice")
    found = session.exec(segments.matching(session, expression, viewer=cast.admin, now=now)).all()
    assert list(found) == [customer.id]
