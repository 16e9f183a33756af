"""The certificate shows the chain, hides other partners' links, and carries a fingerprint that can be compared."""

import hashlib
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from digital_inclusion.casework.actions.enrolling import EnrolledHousehold
from digital_inclusion.foundation.audit.models import AuditEvent
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope
from digital_inclusion.progress.queries.certificates import certificate_of
from digital_inclusion.progress.rules.deliveries import Evidence
from tests.factories.households import ENROLLED_ON, new_laptop
from tests.factories.served import row_of, serve
from tests.factories.world import World, sign_in
from tests.integration.reporting.conftest import Book
from tests.support.pages import check_page, page_text


def _code(made: EnrolledHousehold) -> str:
    use_scope(EVERYTHING)
    return row_of(made).code


def test_certificate_shows_every_link_to_the_city(client: FlaskClient, world: World, book: Book) -> None:
    page = sign_in(client, world.users["auditor"]).get(f"/households/{_code(book.shared_a)}/certificate")
    check_page(page)
    text = page_text(page)
    assert "1. Laptop, Jan 10, 2026" in text and "2. Internet line, Jan 12, 2026" in text
    assert "Signed hand-over form" in text and "Lan" in text and "R-1" in text
    assert "confirmed by Fiscal Agent of Testing on Feb 1, 2026" in text
    assert "100/20 Mbps in force from Mar 14, 2024" in text
    assert "not asked" in text and "a new device has none" in text
    assert "Partner A" in text and "Partner B" in text


def test_certificate_shows_a_partner_its_own_links_and_others_by_day_alone(
    client: FlaskClient, world: World, book: Book
) -> None:
    page = sign_in(client, world.users["navigator_b"]).get(f"/households/{_code(book.shared_b)}/certificate")
    text = page_text(page)
    assert "1. Done by another partner, Jan 10, 2026" in text and "Laptop" not in text
    for hidden in ("Partner A", "Lan", "R-1", "Signed hand-over form", _code(book.shared_a)):
        assert hidden not in text, hidden
    assert "Bay Fiber" not in text and "100/20 Mbps" in text


def test_certificate_of_another_partners_household_is_not_found(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["navigator_b"])
    for ending in ("", ".pdf", ".json"):
        assert client.get(f"/households/{_code(book.connected_a)}/certificate{ending}").status_code == 404


def test_certificate_json_hashes_to_the_fingerprint_on_page_and_copies(
    client: FlaskClient, world: World, book: Book
) -> None:
    sign_in(client, world.users["navigator_b"])
    place = f"/households/{_code(book.shared_b)}/certificate"
    data = client.get(f"{place}.json").data
    fingerprint = hashlib.sha256(data).hexdigest()
    assert fingerprint in page_text(client.get(place))
    assert "R-1" not in data.decode() and "Partner A" not in data.decode()
    links = json.loads(data)["links"]
    assert [link["own"] for link in links] == [False, True]
    assert {name for name, value in links[0].items() if value not in (None, False)} == {"place", "on"}
    sign_in(client, world.users["auditor"])
    assert fingerprint in page_text(client.get(place))  # among the fingerprints of the partners' copies


def test_certificate_fingerprint_survives_an_erasure_of_personal_columns(world: World, book: Book) -> None:
    from digital_inclusion.progress.models import FactRow

    record = row_of(book.connected_a).id
    before = certificate_of(record, partner_id=None).chain
    for fact in session().scalars(select(FactRow).where(FactRow.record_id == record)):
        fact.evidence_seen_by = fact.evidence_reference = fact.note = None
    session().flush()
    after = certificate_of(record, partner_id=None).chain
    assert before.links[0].evidence != after.links[0].evidence
    assert before.fingerprint == after.fingerprint
    session().rollback()


def test_certificate_pdf_is_tagged_and_carries_the_fingerprint(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    response = client.get(f"/households/{_code(book.connected_a)}/certificate.pdf")
    assert response.status_code == 200 and response.data.startswith(b"%PDF")
    assert b"/StructTreeRoot" in response.data and b"pdfuaid" in response.data


@pytest.mark.parametrize("name", ["王小明 to 李红", "Zeynep 😀", "مريم", "ગીતા"])
def test_certificate_pdf_opens_whatever_people_are_called(client: FlaskClient, world: World, name: str) -> None:
    """Fonts that can draw every name are nowhere; a proof that does not open would be worse than one without tags."""
    proof = Evidence(type="signed_hand_over", seen_by=name, seen_on=ENROLLED_ON, reference=name)
    made = serve(world, "a", deliveries=(new_laptop(evidence=proof),))
    sign_in(client, world.users["auditor"])
    page = client.get(f"/households/{_code(made)}/certificate")
    assert name in page_text(page)
    paper = client.get(f"/households/{_code(made)}/certificate.pdf")
    assert paper.status_code == 200 and paper.data.startswith(b"%PDF")


def test_certificate_opened_is_audited(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"]).get(f"/households/{_code(book.connected_a)}/certificate")
    session().rollback()
    event = session().scalars(select(AuditEvent).where(AuditEvent.name == "certificate.opened")).one()
    assert (event.user_id, event.subject_id) == (world.users["auditor"], row_of(book.connected_a).id)


def test_certificate_of_a_household_that_does_not_count_says_so(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["auditor"])
    text = page_text(client.get(f"/households/{_code(book.waiting_a)}/certificate"))
    assert "Pending" in text and "none yet" in text
