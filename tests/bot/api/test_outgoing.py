"""What could not be delivered, and stopping everything, over REST."""

from datetime import timedelta

from sqlmodel import select

from crm_core.outreach.tables import Delivery, DeliveryState
from tests.bot.api.conftest import Rest
from tests.conftest import NOW


def test_what_was_given_up_is_listed_and_tried_again(rest: Rest) -> None:
    at = (NOW + timedelta(hours=3)).isoformat()
    assert rest.admin.post("/nudges", json={"staff": "Alice", "text": "call", "at": at}).status_code == 201
    with rest.database.writing() as session:
        delivery = session.exec(select(Delivery)).one()
        delivery.state, delivery.problem = DeliveryState.DEAD, "no answer"
        session.add(delivery)
    [item] = rest.admin.get("/deliveries/undelivered").json()["items"]
    assert (item["whom"], item["problem"], item["kind"]) == ("Alice", "no answer", "nudge")
    path = f"/deliveries/{item['delivery_id']}/retry"
    assert rest.reader.post(path).status_code == 403
    assert rest.admin.post(path).json() == {"delivery_id": item["delivery_id"], "state": "due"}
    again = rest.admin.post(path)
    assert (again.status_code, "GET /deliveries/undelivered" in again.json()["message"]) == (409, True)
    assert rest.admin.post("/deliveries/4711/retry").status_code == 404
    assert rest.admin.get("/deliveries/undelivered").json()["items"] == []


def test_everything_is_stopped_and_resumed_by_an_administrator(rest: Rest) -> None:
    assert rest.reader.get("/outgoing").status_code == 403
    assert rest.admin.get("/outgoing").json()["going"] is True
    stopped = rest.admin.post("/outgoing/pause").json()
    assert (stopped["going"], stopped["paused_by"]) == (False, "admin")
    assert rest.admin.post("/outgoing/resume").json()["going"] is True
