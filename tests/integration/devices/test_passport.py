"""The passport tells the whole chain of a unit, and each reader no more than they may see."""

import io

from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.correcting import end_thing
from digital_inclusion.devices.actions import recycling
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from tests.factories.aftercare import begun, does, goes_home, weighs
from tests.factories.devices import device, goes, grades, specifies, takes_in
from tests.factories.media import certified, lists, takes_out
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text


def _chain(world: World) -> tuple[str, str, list[str]]:
    """Return tag, household code and certificates of a unit that went home, came back and was recycled."""
    tag = takes_in(world, "CHAIN1234A")
    lists(world, tag, "WD-CHAIN1")
    proofs = [certified(world, tag)]
    goes(world, tag, "testing")
    grades(world, tag, "F5")
    specifies(world, tag)
    goes(world, tag, "ready")
    household, number = goes_home(world, tag)
    does(world, end_thing, who="navigator_a", household_id=household, number=number, ended_on=clock.today(),
         reason="returned")  # fmt: skip
    lists(world, tag)
    proofs.append(certified(world, tag))
    takes_out(world, tag)
    lists(world, tag)
    weighs(world, tag, 1900, 250)
    batch = begun(world)
    does(world, recycling.scan_into_batch, code=batch, scanned=[tag])
    does(world, recycling.send_batch, code=batch, sent_on=clock.today())
    does(world, recycling.certify_batch, code=batch, weight_g=1700, number="COR-9", stream=io.BytesIO(b"%PDF-1.7"),
         filename="paper.pdf")  # fmt: skip
    use_scope(EVERYTHING)
    code = session().scalars(select(Household.code).where(Household.id == household)).one()
    return tag, code, [*proofs, batch]


def test_passport_tells_the_whole_chain(client: FlaskClient, world: World) -> None:
    tag, household, proofs = _chain(world)
    assert device(tag).state == "recycled"
    signed_in(client, world, "navigator_a")
    page = client.get(f"/devices/{tag}/passport")
    check_page(page)
    told = page_text(page)
    assert all(one in told for one in (tag, "CHAIN1234A", household, "COR-9", "Bay Recycling", *proofs))
    assert "It was returned" in told and "taken out" in told and "0.25 kg" in told and "of an earlier time" in told
    order = [told.index(f" {word} ") for word in ("Received", "Being wiped", "In a home", "Returned")]
    assert order == sorted(order)
    assert f"/devices/{tag}/passport" in client.get(f"/devices/{tag}").get_data(as_text=True)


def test_passport_names_no_household_to_who_may_not_see_it(client: FlaskClient, world: World) -> None:
    tag, household, _proofs = _chain(world)
    signed_in(client, world, "technician_a")
    page = client.get(f"/devices/{tag}/passport")
    check_page(page)
    assert household not in page.get_data(as_text=True) and "a household" in page_text(page)
    for who in ("auditor", "program_manager"):
        check_page(signed_in(client, world, who).get(f"/devices/{tag}/passport"))
    assert signed_in(client, world, "technician_b").get(f"/devices/{tag}/passport").status_code == 404
    assert signed_in(client, world, "verifier").get(f"/devices/{tag}/passport").status_code == 403
