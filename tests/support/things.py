"""One thing of every kind that an address can name, for partner A and for partner B, and what gives B's away."""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.routing import Rule

from digital_inclusion.accounts.models import Invitation, RoleAssignment, Team, TeamMember
from digital_inclusion.connectivity.actions.applying import prepare_application
from digital_inclusion.connectivity.actions.ending import announce_end
from digital_inclusion.connectivity.actions.terms import note_subsidy
from digital_inclusion.connectivity.models import ProgramEnd
from digital_inclusion.connectivity.rules.terms import NewSubsidy
from digital_inclusion.devices.actions.donors import make_link
from digital_inclusion.devices.actions.handing_over import Signed, hand_over_scanned
from digital_inclusion.devices.actions.pledging import NewLot, note_lot
from digital_inclusion.devices.actions.recycling import certify_batch, scan_into_batch, send_batch
from digital_inclusion.devices.actions.repairs import note_repair
from digital_inclusion.devices.actions.requesting import ask_for_device
from digital_inclusion.devices.models import DonorLink, Sanitization
from digital_inclusion.devices.rules.requests import Wanted
from digital_inclusion.exchange.actions.answering import Work, upload_answer
from digital_inclusion.exchange.actions.asking import make_provider_file
from digital_inclusion.exchange.actions.uploading import upload_file
from digital_inclusion.foundation.audit.actions import record
from digital_inclusion.foundation.database import EVERYTHING, Scope, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.ids import new_code, new_token, token_digest
from digital_inclusion.funding.models import Payment
from digital_inclusion.households.models import Consent, Draft, Household
from digital_inclusion.matching.models import CandidatePair
from digital_inclusion.progress.actions.verifying import question_evidence
from digital_inclusion.progress.models import FactRow
from digital_inclusion.progress.queries.served import get_served
from digital_inclusion.progress.rules.deliveries import Evidence
from tests.factories.aftercare import begun, does, waste
from tests.factories.agenda import offers
from tests.factories.classes import asks_for_seat, joins, plans
from tests.factories.devices import STROKES, goes, is_ready, takes_in, takes_part
from tests.factories.help import asks, takes
from tests.factories.households import new_laptop, new_line
from tests.factories.media import certified, lists
from tests.factories.money import gives, makes_batch, sets_up
from tests.factories.offers import new_offer
from tests.factories.offers import offers as offered
from tests.factories.served import serve
from tests.factories.surveys import asks_survey, invitation_of, own_question
from tests.factories.world import SYSTEM, World
from tests.support import things_casework as casework
from tests.support.things_casework import FAMILY

STREET = {"a": "200 E Santa Clara St", "b": "151 W Mission St"}
DRAFTS = {"casework.discard_draft", "casework.found"}  # their author's alone
SEARCHES = {"casework.found"}
FILES = "exchange."
DEVICES = "devices."
CERTIFICATES = {"devices.show_certificate", "devices.certificate_paper"}
TRIES = {"devices.verify_sanitization", "devices.validate_sanitization"}
RECEIPTS = {"devices.show_receipt", "devices.show_signature"}
ANSWERS = {"devices.note_answer"}
OF_HOUSEHOLDS = {"devices.hand_over", "devices.hand_over_scanned", "devices.ask_for_device", *RECEIPTS, *ANSWERS}
REPAIRS = {"devices.show_repair", "devices.accept_repair", "devices.choose_device", "devices.close_repair"}
REQUESTS = {
    "devices.show_request", "devices.reserve_device", "devices.release_device", "devices.withdraw_request",
    "devices.book_appointment", "devices.cancel_appointment",
}  # fmt: skip
APPLICATIONS = {"connectivity.show_application", "connectivity.move_application", "connectivity.note_renewal"}
LINES = {"connectivity.note_terms", "connectivity.note_subsidy", "connectivity.end_subsidy"}
MESSAGES = {"casework.show_message", "casework.stop_message", "casework.decide_message"}
HANDED_ON = {
    "casework.show_referral", "casework.accept_referral", "casework.enroll_referred", "casework.take_back_referral",
    "casework.answer_referral",
}  # fmt: skip
OF_THE_WRITER = {"casework.change_note", "casework.strike_note", "casework.load_event_day", "casework.take_items"}
QUESTIONS = {"progress.show_question", "progress.answer"}


@dataclass
class Things:
    """What belongs to one partner, by the name that parameters of addresses have."""

    values: dict[str, Any] = field(default_factory=dict)
    draft: str = ""
    handed_on: str = ""  # a referral of its household to the city
    search: str = ""
    batch: str = ""
    device: str = ""
    certificate: str = ""
    wipe: str = ""
    repair: str = ""
    handed_over: int = 0
    request: str = ""
    application: str = ""
    message: str = ""
    message_id: int = 0
    questioned: int = 0
    provider_file: str = ""
    answer_code: str = ""
    answer: dict[str, Any] = field(default_factory=dict)  # what its jobs are told
    copy: int = 0  # a stored file for a company
    household_id: int = 0
    facts: list[int] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)  # words that nobody else may read

    def named_by(self, rule: Rule) -> dict[str, Any]:
        """Return the values of the route's parameters; an unknown name fails, so that new routes are thought of."""
        changed = self.values | self._instead(rule.endpoint)
        wanted = [name for name, converter in rule._converters.items() if type(converter).__name__ != "AnyConverter"]
        unknown = [name for name in wanted if name not in changed]
        assert not unknown, f"tests/support/things.py has no {unknown} for {rule}"
        return {name: changed[name] for name in wanted}

    def _instead(self, endpoint: str) -> dict[str, Any]:
        """Return what an endpoint names by another value than most: its code, its fact."""
        named: dict[str, Any] = {}
        for endpoints, code in (
            (DRAFTS, self.draft),
            (SEARCHES, self.search),
            (APPLICATIONS, self.application),
                                (MESSAGES, self.message),
            (HANDED_ON, self.handed_on),
        ):  # fmt: skip
            if endpoint in endpoints:
                named["code"] = code
        if endpoint.startswith(FILES):
            named["code"] = self._of_files(endpoint)
        if endpoint.startswith(DEVICES) and endpoint not in OF_HOUSEHOLDS:
            named["code"] = self._of_devices(endpoint)
        if endpoint in RECEIPTS | ANSWERS:
            named["number"] = self.handed_over
        if endpoint in LINES and self.facts:
            named["number"] = self.facts[1]
        if endpoint in QUESTIONS:
            named["fact"] = self.questioned
        return named

    def _of_files(self, endpoint: str) -> str:
        """Return the code that an address of files names: of a file for a company, an answer or an import."""
        if "provider_file" in endpoint:
            return self.provider_file
        return self.answer_code if "answer" in endpoint else self.batch

    def _of_devices(self, endpoint: str) -> str:
        """Return the code that an address of devices names: of a certificate, wipe, request, repair or unit."""
        codes = ((CERTIFICATES, self.certificate), (TRIES, self.wipe), (REQUESTS, self.request), (REPAIRS, self.repair))
        return next((code for endpoints, code in codes if endpoint in endpoints), self.device)


def make_things(world: World) -> dict[str, Things]:
    """Make everything for both partners, and the pair of their two households; commit."""
    made = {partner: _of(world, partner) for partner in ("a", "b")}
    use_scope(EVERYTHING)
    with write_transaction():
        low, high = sorted(one.household_id for one in made.values())
        pair = CandidatePair(record_a=low, record_b=high, because="", state="open", found_at=clock.now())
        session().add(pair)
        record("match.candidates_found", by=SYSTEM, pairs=1)
        session().flush()
        end = _add_end(world)
        for one in made.values():
            one.values["pair_id"] = pair.id
            one.values |= {"end": end.code, "end_id": end.id}
    use_scope(EVERYTHING)
    return made


def _add_end(world: World) -> ProgramEnd:
    """Enter the end of a program, which concerns whoever it pays for."""
    return announce_end(
        program="lifeline_federal", last_day=date(2026, 6, 30), announced_on=date(2026, 1, 1), source=None,
        programs=["lifeline_federal"], by=world.actor("program_manager"),
    )  # fmt: skip


def _of(world: World, partner: str) -> Things:
    made = Things()
    proof = Evidence(type="signed_hand_over", seen_by=f"Witness{partner}", seen_on=new_laptop().occurred_on,
                     reference=f"Paper-{partner}")  # fmt: skip
    household = serve(
        world,
        partner,
        name=FAMILY[partner],
        deliveries=(
            new_laptop(evidence=proof, unit=f"SERIAL{partner}777"),
            new_line(provider=f"Provider{partner}", price_cents=3000),
        ),
        reference=f"REF-{partner}-1",
    )
    made.household_id = household.id
    rows = session().scalars(
        select(FactRow).where(FactRow.record_id == household.id, FactRow.kind == "delivery").order_by(FactRow.number)
    )
    device, line = rows
    made.facts = [device.number, line.number]
    made.questioned = line.number
    made.values = {
        "code": household.code,
        "number": device.number,
        "fact": device.number,
        "key": device.document_key,
        "partner_id": world.partners[partner],
        "grant_id": world.grants[partner],
        "user_id": world.users[f"navigator_{partner}"],
        "name": "size",  # a question of the residents' check
        "place": 1,  # a data medium of a unit
        "line": "reused",  # of the balance
        "offer": offered(world, new_offer(f"Plan {partner}"))[0],
    }
    made.secrets = [FAMILY[partner].split()[1], f"Witness{partner}", f"Paper-{partner}", f"Provider{partner}",
                    f"REF-{partner}-1", household.code]  # fmt: skip
    with write_transaction():
        question_evidence(fact=line.number, sentence=f"Which bill {partner}?", by=world.actor("verifier"))
    use_scope(EVERYTHING)
    _add_subsidy(world, partner, made)
    _add_money(world, partner, made)
    _add_request(world, partner, made)
    _add_device(world, partner, made)
    _add_class(world, partner, made)
    _add_survey(world, partner, made)
    casework.add_event_day(world, partner, made)
    made.values["slot"] = offers(world, who=f"technician_{partner}", place=f"Depot of {partner}")[0]
    made.secrets += [made.values["slot"], f"Depot of {partner}"]
    _add_batch(world, partner, made)
    for add in (
        casework.add_note,
        casework.add_outreach,
        casework.add_grievance,
        casework.add_message,
        _add_file,
        _add_asked,
        _add_answer,
        _add_people,
        _add_lot,
        _add_repair,
        casework.add_task,
        casework.add_appointment,
        casework.add_referral,
        _add_application,
    ):
        with write_transaction():
            add(world, partner, made)
        use_scope(EVERYTHING)
    use_scope(EVERYTHING)
    return made


def _add_money(world: World, partner: str, made: Things) -> None:
    """Add a voucher for the line, the budget that pays it, and a batch that has its first month."""
    budget = sets_up(world, name=f"Budget of {partner}")
    home = made.values["code"], made.facts[1]
    voucher = gives(world, home, who=f"navigator_{partner}", budget=budget)
    batch = makes_batch(world)
    payment = session().scalars(select(Payment.id).where(Payment.voucher == voucher)).one()
    made.values |= {"budget": budget, "voucher": voucher, "pay_batch": batch, "payment": payment}
    made.secrets += [voucher, batch]  # whoever gives a voucher chooses among all budgets


def _add_class(world: World, partner: str, made: Things) -> None:
    """Add a class with a session that has begun, in which the family's head has a seat."""
    course, (lesson, *_later) = plans(
        world, who=f"navigator_{partner}", title=f"Class of {partner}", hours=-2, weeks=2, is_open=True
    )
    place = joins(world, course, made.values["code"], who=f"navigator_{partner}").place
    asked = asks_for_seat(world, course, name=f"Asker{partner}", contact=f"asker{partner}@example.org")
    made.values |= {"course": course, "lesson": lesson, "place_id": place.id, "asked": asked}
    made.secrets += [course, lesson, f"Class of {partner}", asked, f"Asker{partner}", f"asker{partner}@example.org"]


def _add_survey(world: World, partner: str, made: Things) -> None:
    """Add a survey that asks the household."""
    asked = {"title": f"Survey of {partner}", "partner_ids": [world.partners[partner]]}
    made.values["survey"] = asks_survey(world, own=[own_question()], **asked)
    made.values["invited"] = invitation_of(made.household_id).code
    made.secrets += [made.values["survey"], made.values["invited"], f"Survey of {partner}"]


def _add_file(world: World, partner: str, made: Things) -> None:
    """Add an uploaded file with a household that cannot go in."""
    text = f"Name,Birth date,Phone\nFile{FAMILY[partner]},31/02/2026,12\n"
    batch = upload_file(
        stream=io.BytesIO(text.encode()), filename=f"families-of-{partner}.csv", partner_id=world.partners[partner],
        limit=10_000, by=world.actor(f"navigator_{partner}"),
    )  # fmt: skip
    made.batch = batch.code
    made.secrets += [f"families-of-{partner}", batch.code, f"File{FAMILY[partner].split()[0]}"]


def _add_subsidy(world: World, partner: str, made: Things) -> None:
    """Add what a program pays toward the household's line."""
    paid = NewSubsidy(program="lifeline_federal", amount_cents=925, from_on=clock.today())
    noted = does(
        world, note_subsidy, who=f"navigator_{partner}", household_id=made.household_id, number=made.facts[1],
        subsidy=paid, programs=["lifeline_federal"],
    )  # fmt: skip
    made.values["subsidy_id"] = noted.id


def _add_asked(world: World, partner: str, made: Things) -> None:
    """Add a file for the company of the family's line."""
    by = world.actor(f"partner_lead_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    for consent in session().scalars(select(Consent).where(Consent.household_id == made.household_id)):
        consent.purposes = [*consent.purposes, "provider_check"]
    file = make_provider_file(provider=f"Provider{partner}", kind="csv", by=by)
    made.provider_file, made.copy = file.code, file.file_id
    made.secrets.append(file.code)


def _add_answer(world: World, partner: str, made: Things) -> None:
    """Add an answer of the company whose columns are not matched yet."""
    by = world.actor(f"partner_lead_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    text = f"Ref,Status\nANSWERED{partner}1,active\n"
    answer = upload_answer(
        stream=io.BytesIO(text.encode()), filename=f"answer-of-{partner}.csv", provider=f"Provider{partner}",
        answered_on=clock.today(), limit=10_000, by=by,
    )  # fmt: skip
    session().flush()
    made.answer_code, made.answer = answer.code, Work.on(answer, by).payload()
    made.secrets += [answer.code, f"answer-of-{partner}"]


def _add_request(world: World, partner: str, made: Things) -> None:
    """Add a request for help of the same family, which the partner has."""
    other = "b" if partner == "a" else "a"
    takes(world, partner)
    takes(world, other, takes_requests=False)
    made.values["reference"], _pin = asks(FAMILY[partner])
    takes(world, other)
    made.secrets.append(made.values["reference"])


def _add_lot(world: World, partner: str, made: Things) -> None:
    """Add a lot of one unit, promised by a donor."""
    by = world.actor(f"technician_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    lot = NewLot(donor=f"Donor{partner}", contact=f"donor{partner}@example.org")
    noted = note_lot(lot=lot, lines=f"Laptop, HP, 840, PROMISED{partner}99", chosen={}, by=by)
    made.values["lot"] = noted.code
    lead = world.actor(f"partner_lead_{partner}")
    made.secrets.append(make_link(lot=noted, besides=(), by=lead))
    made.values["link_id"] = session().scalars(select(DonorLink.id).order_by(DonorLink.id.desc())).all()[0]
    made.secrets += [f"Donor{partner}", f"donor{partner}@example.org", noted.code, f"PROMISED{partner}99"]


def _add_batch(world: World, partner: str, made: Things) -> None:
    """Add a batch of one unit that a recycler certified."""
    who = f"technician_{partner}"
    scrap, batch = waste(world, f"SCRAP{partner}7777", who=who), begun(world, who=who)
    does(world, scan_into_batch, who=who, code=batch, scanned=[scrap])
    does(world, send_batch, who=who, code=batch, sent_on=clock.today())
    does(world, certify_batch, who=who, code=batch, weight_g=1500, number=f"COR-{partner}-7",
         stream=io.BytesIO(b"%PDF-1.7"), filename="paper.pdf")  # fmt: skip
    made.values["batch"] = batch
    made.secrets += [batch, scrap, f"SCRAP{partner}7777", f"COR-{partner}-7"]


def _add_repair(world: World, partner: str, made: Things) -> None:
    """Add what the household wrote about a device that does not work."""
    household = session().get_one(Household, made.household_id)
    noted = note_repair(
        household=household, trouble="battery", words=f"Words of {partner}", contact=f"home{partner}@example.org",
        by=SYSTEM,
    )  # fmt: skip
    assert noted is not None
    made.repair = noted.code
    made.secrets += [noted.code, f"Words of {partner}", f"home{partner}@example.org"]


def _add_application(world: World, partner: str, made: Things) -> None:
    """Add an application that was prepared."""
    made.application = prepare_application(
        household=get_served(made.values["code"]), program="ca_lifeline", note=f"Plea of {partner}",
        by=world.actor(f"navigator_{partner}"),
    ).code  # fmt: skip
    made.secrets += [made.application, f"Plea of {partner}"]


def _add_device(world: World, partner: str, made: Things) -> None:
    """Add a donated unit with one wiped medium, and one that the household signed for."""
    who = f"technician_{partner}"
    made.device = takes_in(world, f"DONATED{partner}777", who=who)
    lists(world, made.device, f"DISK{partner}777", who=who)
    made.certificate = certified(world, made.device, partner=partner)
    wiped = select(Sanitization.code).where(Sanitization.certificate == made.certificate)
    made.wipe = session().scalars(wiped).one()
    made.secrets += [made.device, made.certificate, made.wipe, f"DONATED{partner}777", f"DISK{partner}777"]
    donor = takes_in(world, f"HARVEST{partner}777", who=who)
    goes(world, donor, "harvested", who=who)
    made.values["part"] = takes_part(world, donor, who=who)
    made.secrets += [donor, made.values["part"]]
    gone = is_ready(world, takes_in(world, f"SIGNED{partner}777", who=who, kind="tablet"), who=who)
    by = world.actor(f"navigator_{partner}")
    use_scope(Scope(partner_id=by.partner_id))
    with write_transaction():
        made.handed_over = hand_over_scanned(
            household_id=made.household_id, scanned=gone, on=clock.today(), signed=Signed(how="screen", seen_by="",
            strokes=STROKES), loan_due_on=None, grant_id=None, by=by,
        )  # fmt: skip
        wanted = Wanted(kind="desktop", needs=["battery"], note=f"Wish of {partner}")
        made.request = ask_for_device(household=get_served(made.values["code"]), wanted=wanted, by=by).code
    use_scope(EVERYTHING)
    made.secrets += [made.request, f"Wish of {partner}"]
    made.secrets += [gone, f"SIGNED{partner}777"]


def _add_people(world: World, partner: str, made: Things) -> None:
    """Add what belongs to people: a draft, a search, an invitation, a team, a role."""
    now, owner, user = clock.now(), world.partners[partner], world.users[f"navigator_{partner}"]
    made.draft, made.search = new_code(), new_code()
    made.secrets.append(f"Invited {partner}")
    made.values["token"] = new_token()
    invitation = Invitation(
        token_digest=token_digest(made.values["token"]), email=f"invited{partner}@example.org",
        name=f"Invited {partner}", partner_id=owner, role="navigator", created_at=now,
        expires_at=now + timedelta(days=7),
    )  # fmt: skip
    team = Team(partner_id=owner, name=f"Team of {partner}", created_at=now, members=[TeamMember(user_id=user)])
    draft = Draft(
        partner_id=owner, user_id=user, kind="enrollment", code=made.draft, created_at=now, updated_at=now,
        values={"members-0-name": [f"Draft{FAMILY[partner]}"]},
    )  # fmt: skip
    search = Draft(
        partner_id=owner, user_id=user, kind="search", code=made.search, created_at=now, updated_at=now,
        values={"words": [FAMILY[partner]]},
    )  # fmt: skip
    session().add_all([invitation, team, draft, search])
    session().flush()
    role = session().scalars(select(RoleAssignment).where(RoleAssignment.user_id == user)).one()
    made.values |= {"invitation_id": invitation.id, "team_id": team.id, "assignment_id": role.id}
    record("user.invited", by=SYSTEM, subject=invitation)
