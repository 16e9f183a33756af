"""Media are listed, wiped, verified and validated; a unit is clean when each has a certificate of its present round."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from digital_inclusion.devices.actions.listing_media import list_medium
from digital_inclusion.devices.models import Sanitization
from digital_inclusion.devices.queries.media import list_taken_out, list_to_validate, waiting_media
from digital_inclusion.devices.rules.erasures import SeenMedium
from digital_inclusion.foundation.database import session, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from tests.factories.devices import device, goes, grades, takes_in
from tests.factories.media import certified, lists, takes_out, validates, verifies, wipes
from tests.factories.world import World


def tried(code: str) -> Sanitization:
    session().rollback()
    return session().query(Sanitization).where(Sanitization.code == code).one()


def test_first_try_takes_a_unit_out_of_quarantine_and_the_last_certificate_makes_it_clean(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", "WD-2222222B")
    done = wipes(world, code, 1)
    assert device(code).state == "sanitizing"
    verifies(world, done)
    number = validates(world, done)
    assert number is not None and device(code).state == "sanitizing"
    certified(world, code, 2)
    assert device(code).state == "sanitized"


def test_list_declared_last_moves_the_unit_on_too(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", "WD-2222222B")
    certified(world, code, 1)
    takes_out(world, code, 2)
    assert (device(code).state, device(code).media_listed) == ("sanitizing", False)
    lists(world, code)
    assert device(code).state == "sanitized"


def test_medium_found_later_needs_the_list_again(world: World) -> None:
    code = takes_in(world)
    lists(world, code)
    goes(world, code, "sanitized", "testing")
    with write_transaction():
        list_medium(code=code, medium=SeenMedium(kind="card"), by=world.actor("technician_a"))
    assert device(code).media_listed is False
    lists(world, code)
    grades(world, code, "F5")
    with pytest.raises(Invalid, match="no certificate"):
        goes(world, code, "ready")


def test_medium_listed_twice_or_in_another_unit_is_refused(world: World) -> None:
    code, other = takes_in(world), takes_in(world, "PF-99-ZZZ")
    lists(world, code, "WD-1111111A")
    with pytest.raises(Invalid, match="on the list already"):
        lists(world, code, "wd 1111111 a")
    with pytest.raises(Invalid, match=code):
        lists(world, other, "WD1111111A")
    with pytest.raises(Invalid, match="spreadsheet"):
        lists(world, other, "6.37E+15")
    takes_out(world, code)
    lists(world, other, "WD1111111A")


def test_medium_taken_out_needs_its_own_end(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", "WD-2222222B", "WD-3333333C")
    for place in (1, 2, 3):
        takes_out(world, code, place)
    lists(world, code)
    technician = world.actor("technician_a")
    assert len(list_taken_out(by=technician)) == len(waiting_media(device(code))) == 3
    cleared = wipes(world, code, 1, technique="overwrite", why="it stays here")
    verifies(world, cleared)
    validates(world, cleared)
    shredded = wipes(world, code, 2, technique="shred")
    with pytest.raises(Invalid):
        verifies(world, shredded, how="full")
    verifies(world, shredded, how="seen")
    with pytest.raises(Invalid):
        validates(world, shredded, destination="reuse")
    validates(world, shredded, destination="destroyed")
    lists(world, takes_in(world, "PF-99-ZZZ"), "WD-3333333C")  # lives on in another unit
    assert [medium.serial for medium in list_taken_out(by=technician)] == ["WD-1111111A"]
    with pytest.raises(Conflict):
        takes_out(world, code, 1)


def test_medium_that_stayed_here_may_have_been_destroyed_while_its_unit_was_away(world: World) -> None:
    came, now = clock.now() - timedelta(days=20), clock.now()
    with clock.frozen(came):
        code = takes_in(world)
        lists(world, code, "WD-1111111A", "WD-2222222B")
        takes_out(world, code, 1)
    goes(world, code, "lost", "quarantined")
    wipes(world, code, 1, technique="shred", at=now - timedelta(days=9))
    with pytest.raises(Invalid):
        wipes(world, code, 2, technique="shred", at=now - timedelta(days=9))


def test_certificates_are_of_one_round(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    certified(world, code)
    forgotten = wipes(world, code)
    verifies(world, forgotten)
    goes(world, code, "testing", "repair", "quarantined")
    assert (device(code).round, device(code).media_listed) == (2, False)
    with pytest.raises(Conflict, match="come back"):
        validates(world, forgotten)
    lists(world, code)
    with pytest.raises(Invalid):
        goes(world, code, "sanitized")
    certified(world, code)
    assert device(code).state == "sanitized"


def test_who_wiped_or_verified_never_validates(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    done = wipes(world, code)
    verifies(world, done)
    with pytest.raises(NotAllowed):
        validates(world, done, who="technician_a")
    one = tried(done)
    validator = world.users["sanitization_validator_a"]
    for column in ("performed_by", "verified_by"):
        honest = getattr(one, column)
        with write_transaction():
            setattr(one, column, validator)
            session().info["audited"] = True
        with pytest.raises(Conflict, match="yourself"):
            validates(world, done)
        with write_transaction():
            setattr(tried(done), column, honest)
            session().info["audited"] = True
    with pytest.raises(IntegrityError), write_transaction():  # the database stands behind it
        found = tried(done)
        found.verdict, found.validated_at, found.validated_by = "accept", clock.now(), found.performed_by
        session().info["audited"] = True
    session().rollback()


@pytest.mark.parametrize("verdict", ["repeat", "escalate"])
def test_what_is_not_accepted_leaves_the_unit_where_it_is(world: World, verdict: str) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    done = wipes(world, code)
    verifies(world, done)
    assert validates(world, done, verdict) is None
    assert device(code).state == "sanitizing"
    with pytest.raises(Conflict, match="decided"):
        validates(world, done)


def test_failed_try_or_verification_never_gets_a_certificate(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    failed = wipes(world, code, succeeded=False)
    with pytest.raises(Conflict, match="failed"):
        verifies(world, failed)
    unverified = wipes(world, code)
    with pytest.raises(Conflict):
        validates(world, unverified)
    verifies(world, unverified, verified=False)
    with pytest.raises(Conflict):
        validates(world, unverified)
    with pytest.raises(Conflict, match="verified already"):
        verifies(world, unverified)
    assert device(code).state == "sanitizing"
    assert list_to_validate(by=world.actor("sanitization_validator_a")) == []


def test_weaker_than_purge_needs_a_reason_and_an_old_wipe_proves_nothing(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", kind="ssd")
    with pytest.raises(Invalid) as weak:
        wipes(world, code, technique="secure_erase")
    assert "weaker_reason" in weak.value.fields
    with pytest.raises(Invalid) as nothing:
        wipes(world, code, technique="degauss")
    assert "technique" in nothing.value.fields
    for day in (-2, 2):
        with pytest.raises(Invalid) as wrong:
            wipes(world, code, technique="block_erase", at=clock.now() + timedelta(days=day))
        assert "performed_at" in wrong.value.fields
    done = tried(wipes(world, code, technique="secure_erase", why="it stays in our own lab"))
    assert (done.method, done.weaker_reason) == ("clear", "it stays in our own lab")


def test_other_partners_unit_is_not_found_and_who_only_reads_changes_nothing(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    done = wipes(world, code)
    for attempt in (
        lambda: lists(world, code, who="technician_b"),
        lambda: takes_out(world, code, who="technician_b"),
        lambda: wipes(world, code, who="technician_b"),
        lambda: verifies(world, done, who="technician_b"),
        lambda: validates(world, done, who="sanitization_validator_b"),
    ):
        with pytest.raises(NotFound):
            attempt()
    with pytest.raises(NotAllowed):
        wipes(world, code, who="navigator_a")
    with pytest.raises(NotFound):
        wipes(world, code, 7)
    assert tried(done).verified is None


def test_unit_that_is_lost_takes_no_wipe(world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    goes(world, code, "lost")
    for attempt in (lambda: wipes(world, code), lambda: lists(world, code)):
        with pytest.raises(DomainError):
            attempt()
