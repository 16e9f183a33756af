"""The progress page and the lists behind its figures say what the ledger says, and each partner sees its own."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.households.models import Household
from digital_inclusion.progress.models import EntryRow, ReasonCell, Standing
from digital_inclusion.progress.queries.figures import ASPECTS
from tests.factories.served import confirm, last_posting
from tests.factories.world import SYSTEM, World, sign_in
from tests.integration.reporting.conftest import Book
from tests.support.pages import check_page, page_text, parse, text_of
from tests.support.statements import count_statements


def _ledger(milestone: str, aspect: str, partner: int | None = None) -> int:
    statement = select(func.coalesce(func.sum(EntryRow.sign), 0)).where(
        EntryRow.milestone == milestone, EntryRow.aspect == aspect, EntryRow.occurred_on <= clock.today()
    )
    if partner is not None:
        statement = statement.where(EntryRow.partner_id == partner)
    return int(session().scalar(statement) or 0)


def _shown(client: FlaskClient, url: str) -> dict[str, list[str]]:
    """Return the milestone table of the page: milestone -> its three figures."""
    page = check_page(client.get(url))
    table = next(one for one in page.iter("table") if "Every milestone" in text_of(one))
    rows = [[text_of(cell) for cell in row] for row in table.iter("tr")]
    return {row[0]: row[1:] for row in rows[1:]}


@pytest.mark.parametrize("who", ["program_manager", "navigator_a", "navigator_b", "auditor"])
def test_progress_shows_sums_of_the_ledger(client: FlaskClient, world: World, book: Book, who: str) -> None:
    partner = world.partners[who[-1]] if who[-2] == "_" else None
    shown = _shown(sign_in(client, world.users[who]), "/progress")
    names = {
        "connected": "Connected", "device": "Device", "connectivity": "Internet line", "skills": "Skills",
        "included": "Included", "connected_sustained": "Connected, sustained", "skills_sustained": "Skills, sustained",
    }  # fmt: skip
    use_scope(EVERYTHING)
    for milestone, name in names.items():
        wanted = [str(_ledger(milestone, aspect, partner)) for aspect in ("verified", "pending", "current")]
        assert shown[name][: len(ASPECTS[milestone])] == wanted[: len(ASPECTS[milestone])], name


def test_progress_prints_the_posting_it_is_known_at(client: FlaskClient, world: World, book: Book) -> None:
    text = page_text(sign_in(client, world.users["program_manager"]).get("/progress"))
    assert f"as known at posting {last_posting()}" in text


@pytest.mark.parametrize("who", ["program_manager", "partner_lead_a"])
@pytest.mark.parametrize("url", ["/progress", "/progress?district=3&milestone=device"])
def test_progress_takes_at_most_15_statements(
    client: FlaskClient, world: World, book: Book, who: str, url: str
) -> None:
    sign_in(client, world.users[who])
    client.get(url)
    with count_statements() as sent:
        assert client.get(url).status_code == 200
    assert len(sent) <= 15, "\n".join(sent)


@pytest.mark.parametrize("url", ["/progress/households", "/why-not-counted"])
def test_lists_take_at_most_15_statements(client: FlaskClient, world: World, book: Book, url: str) -> None:
    sign_in(client, world.users["program_manager"])
    client.get(url)
    with count_statements() as sent:
        assert client.get(url).status_code == 200
    pages = [one for one in sent if "audit_events" not in one]
    assert len(pages) <= 15, "\n".join(pages)


def test_progress_shows_a_partner_its_own_and_the_city_total(client: FlaskClient, world: World, book: Book) -> None:
    page = sign_in(client, world.users["navigator_a"]).get("/progress")
    text = page_text(page)
    assert "Partner B" not in text
    assert "3 of 50,000" in text  # the whole city's: A's one, B's one, the shared one
    assert client.get(f"/progress?partner={world.partners['b']}").status_code == 404


def test_progress_filtered_by_partner_shows_that_partner(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["program_manager"])
    shown = _shown(client, f"/progress?partner={world.partners['b']}")
    assert shown["Connected"][0] == "2"  # its own, and the shared one that its line completed


def test_progress_ignores_filters_that_make_no_sense(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["program_manager"])
    assert client.get("/progress?milestone=nonsense&district=&partner=x").status_code == 200
    assert client.get("/progress/households?month=2026-99&aspect=none&after=x").status_code == 200
    assert client.get("/why-not-counted?reason=nonsense&owner=x&district=" + "9" * 99).status_code == 200


def _codes(client: FlaskClient, url: str) -> Iterator[str]:
    for link in parse(client.get(url)).iter("a"):
        place = link.get("href", "")
        if place.startswith("/households/") and place.count("/") == 2 and place.count("-") == 1:
            yield place.rsplit("/", 1)[1]


@pytest.mark.parametrize("aspect", ["verified", "pending", "current"])
@pytest.mark.parametrize("who", ["program_manager", "navigator_a", "navigator_b"])
def test_list_counted_has_a_row_for_each_of_the_figure(
    client: FlaskClient, world: World, book: Book, aspect: str, who: str
) -> None:
    sign_in(client, world.users[who])
    codes = list(_codes(client, f"/progress/households?milestone=connected&aspect={aspect}"))
    use_scope(EVERYTHING)
    partner = world.partners[who[-1]] if who[-2] == "_" else None
    assert len(codes) == _ledger("connected", aspect, partner) == len(set(codes))
    owners = set(session().scalars(select(Household.partner_id).where(Household.code.in_(codes))))
    assert partner is None or owners <= {partner}


def test_list_counted_of_a_month_holds_what_arose_in_it(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["program_manager"])
    assert len(list(_codes(client, "/progress/households?month=2026-01"))) == 3
    assert not list(_codes(client, "/progress/households?month=2026-02"))


def test_list_counted_of_another_partner_is_not_found(client: FlaskClient, world: World, book: Book) -> None:
    sign_in(client, world.users["navigator_a"])
    assert client.get(f"/progress/households?partner={world.partners['b']}").status_code == 404
    assert client.get(f"/why-not-counted?partner={world.partners['b']}").status_code == 404


def test_why_not_counted_names_the_next_proof_and_whose_turn_it_is(
    client: FlaskClient, world: World, book: Book
) -> None:
    sign_in(client, world.users["program_manager"])
    page = client.get("/why-not-counted")
    check_page(page)
    text = page_text(page)
    assert "Nora Noline" in text and "Internet at home is missing" in text
    assert "Wei Waiting" in text and "waits to be checked" in text
    assert "Ana Connected" not in text and "Sam Shared" not in text
    only = page_text(client.get("/why-not-counted?owner=verifier"))
    assert "Wei Waiting" in only and "Nora Noline" not in only


def test_why_not_counted_shows_a_partner_its_own(client: FlaskClient, world: World, book: Book) -> None:
    text = page_text(sign_in(client, world.users["navigator_b"]).get("/why-not-counted"))
    assert "Nora" not in text and "Wei" not in text


def test_why_not_counted_shows_a_navigator_their_own_caseload(client: FlaskClient, world: World, book: Book) -> None:
    use_scope(EVERYTHING)
    with write_transaction():
        moved = session().scalars(select(Household).where(Household.code == book.waiting_a.code)).one()
        moved.navigator_id = world.users["partner_lead_a"]
        record("caseload.handed_over", by=SYSTEM)
    sign_in(client, world.users["navigator_a"])
    every, mine = client.get("/why-not-counted"), client.get("/why-not-counted?whose=mine")
    check_page(mine)
    assert "Wei Waiting" in page_text(every) and "Nora Noline" in page_text(every)
    text = page_text(mine)
    assert "Nora Noline" in text and "Wei Waiting" not in text and "Households 1" in text
    assert "Your turn 1" in text
    headings = [text_of(heading) for heading in parse(mine).iter("th")]
    assert "Partner" not in headings and "Whose turn" in headings  # there is only one partner to be seen
    assert "whose=mine" in mine.get_data(as_text=True)  # its figures and filters stay within the caseload
    assert "Nothing is missing here" in page_text(client.get("/why-not-counted?whose=mine&owner=verifier"))
    manager = page_text(sign_in(client, world.users["program_manager"]).get("/why-not-counted?whose=mine"))
    assert "Wei Waiting" in manager and "Partner A" in manager and "My caseload" not in manager


def test_reason_cells_are_the_standings_counted(world: World, book: Book) -> None:
    def cells() -> dict[tuple[int, str, str], int]:
        rows = session().execute(
            select(ReasonCell.partner_id, ReasonCell.district, ReasonCell.reason, ReasonCell.households)
        )
        return {(partner, district, reason): number for partner, district, reason, number in rows if number}

    def counted() -> dict[tuple[int, str, str], int]:
        key = (Standing.partner_id, Standing.district, Standing.reason)
        rows = session().execute(select(*key, func.count()).where(Standing.reason.is_not(None)).group_by(*key))
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    assert cells() == counted() and len(cells()) == 2
    confirm(world, *book.waiting_a.delivery_facts)
    assert cells() == counted() and len(cells()) == 1
