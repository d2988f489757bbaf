"""Files are uploaded once for everybody, and what nobody uses any more is forgotten."""

from adapters.wecom.uploads import Uploads, media_id_in
from tests.adapters.cupboard import PDF, PNG, Cupboard
from tests.adapters.wecom.calling import Calling, calling


def test_the_id_of_an_upload_is_forgotten_when_it_is_of_no_use() -> None:
    async def work(at: Calling) -> None:
        shelf = Cupboard()
        old, new = shelf.put("报价单.pdf", PDF), shelf.put("poster.png", PNG)
        at.far.will("media/upload", *({"errcode": 0, "media_id": f"m{number}"} for number in range(3)))
        uploads = Uploads(at.transport(), shelf, at.notes, at.clock)
        assert [media_id_in(await uploads.body(file)) for file in (old, old)] == ["m0", "m0"]
        at.clock.forward(days=2, hours=12)
        assert media_id_in(await uploads.body(new)) == "m1"
        assert len(await at.notes.all("upload")) == 2
        at.clock.forward(hours=13)
        assert media_id_in(await uploads.body(new)) == "m1"
        assert len(await at.notes.all("upload")) == 2
        at.clock.forward(days=2)
        assert media_id_in(await uploads.body(new)) == "m2"
        assert len(await at.notes.all("upload")) == 1

    calling(work)
