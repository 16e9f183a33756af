"""Budgets and payment batches: made by one, approved by another, handed to finance, settled by what was paid."""

import io
import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from digital_inclusion.foundation.database import EVERYTHING, db, session, use_scope, write_transaction
from digital_inclusion.foundation.kernel import clock
from digital_inclusion.foundation.kernel.errors import Conflict, DomainError, Invalid
from digital_inclusion.funding.actions.budgets import change_budget
from digital_inclusion.funding.actions.files import write_file
from digital_inclusion.funding.actions.payments import (
    approve_batch,
    settle_by_file,
    settle_payment,
    settle_rest,
    void_batch,
)
from digital_inclusion.funding.models import MoneyEntry, Payment, PaymentBatch
from digital_inclusion.funding.rules.payments import Settled
from tests.factories.aftercare import does
from tests.factories.money import FINANCE, MANAGER, gives, has_line, makes_batch, sets_up, sums
from tests.factories.world import World, add_user
from tests.support.casework import signed_in
from tests.support.pages import check_page, page_text, post_form


def batch_of(code: str) -> PaymentBatch:
    session().rollback()
    use_scope(EVERYTHING)
    return session().scalars(select(PaymentBatch).where(PaymentBatch.code == code)).one()


def payments(code: str) -> dict[str, Payment]:
    found = select(Payment).where(Payment.batch_id == batch_of(code).id).order_by(Payment.id)
    return {one.voucher: one for one in session().scalars(found)}


def ready(world: World, count: int = 3) -> tuple[str, str, list[str]]:
    """Return a budget, a batch of so many vouchers of $10 for three months, and their codes."""
    budget = sets_up(world)
    codes = [gives(world, has_line(world, name=f"Ana {letter}")) for letter in "ABC"[:count]]
    return budget, makes_batch(world), codes


def csv_of(*rows: str) -> io.BytesIO:
    return io.BytesIO("\n".join(("Voucher,Paid,Reason", *rows)).encode())


def settles(world: World, batch: str, *rows: str) -> int:
    done: int = does(world, settle_by_file, who=FINANCE, code=batch, stream=csv_of(*rows), filename="paid.csv")
    return done


def test_money_goes_from_promised_to_paid_and_back(world: World) -> None:
    budget, batch, (one, two, three) = ready(world)
    assert sums(budget) == (1_000_000, 9000, 0, 991_000)
    with pytest.raises(Conflict, match="Nothing can have been paid"):
        settles(world, batch, f"{one},10,")
    does(world, approve_batch, who=FINANCE, code=batch)
    assert sums(budget) == (1_000_000, 6000, 3000, 991_000)
    assert settles(world, batch, f"{one},7.50,late", f"{two},0,closed account") == 2
    assert sums(budget) == (1_000_000, 6000, 1750, 992_250)
    assert batch_of(batch).state == "approved"
    assert does(world, settle_rest, who=FINANCE, code=batch) == 1
    assert {code: (row.state, row.paid_cents) for code, row in payments(batch).items()} == {
        one: ("paid", 750), two: ("rejected", 0), three: ("paid", 1000),
    }  # fmt: skip
    assert batch_of(batch).state == "settled"
    number = payments(batch)[three].id
    does(world, settle_payment, who=FINANCE, code=batch, number=number, told=Settled(0, "sent back"))
    assert sums(budget) == (1_000_000, 6000, 750, 993_250)
    for again in (Settled(0, "again"), Settled(1000)):
        with pytest.raises(Conflict):
            does(world, settle_payment, who=FINANCE, code=batch, number=number, told=again)
    with pytest.raises(Conflict, match="is settled"):
        does(world, settle_rest, who=FINANCE, code=batch)


def test_batch_is_approved_once_and_never_by_its_maker(world: World) -> None:
    _budget, batch, _codes = ready(world, 1)
    with pytest.raises(Conflict, match="You made this batch"):
        does(world, approve_batch, who=MANAGER, code=batch)
    does(world, approve_batch, who=FINANCE, code=batch)
    add_user(world, "program_manager", "city", "second")
    with pytest.raises(Conflict, match="Finance approved this batch on .* It is approved once"):
        does(world, approve_batch, who="second", code=batch)
    with pytest.raises(Conflict, match="cannot become “Void”"):
        does(world, void_batch, who=MANAGER, code=batch)


def test_two_approve_at_once(app: Flask, world: World) -> None:
    budget, batch, _codes = ready(world, 2)
    add_user(world, "finance", "city", "second")
    barrier, told = threading.Barrier(2, timeout=30), list[str]()

    def approve(who: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                does(world, approve_batch, who=who, code=batch)
            except DomainError as error:
                told.append(error.sentence)
            finally:
                db.session.remove()

    both = [threading.Thread(target=approve, args=(who,)) for who in (FINANCE, "second")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1 and "It is approved once" in told[0]
    assert sums(budget)[2] == 2000


@pytest.mark.only_postgresql
def test_two_settle_one_payment_at_once(app: Flask, world: World) -> None:
    """Both look at the payment first, as the page does; the second hears that it is noted."""
    budget, batch, (code,) = ready(world, 1)
    does(world, approve_batch, who=FINANCE, code=batch)
    number = payments(batch)[code].id
    session().rollback()
    by, barrier, told = world.actor(FINANCE), threading.Barrier(2, timeout=30), list[str]()

    def settle(cents: int) -> None:
        with app.app_context():
            use_scope(EVERYTHING)
            try:
                with write_transaction():
                    seen = session().get_one(Payment, number)
                    barrier.wait()
                    assert seen.state == "due"
                    settle_payment(code=batch, number=number, told=Settled(cents, "less"), by=by)
            except DomainError as error:
                told.append(error.sentence)
            finally:
                db.session.remove()

    both = [threading.Thread(target=settle, args=(cents,)) for cents in (400, 700)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert told == ["What was paid is noted already."]
    paid = payments(batch)[code].paid_cents
    assert sums(budget)[2] == paid and paid in (400, 700)


def test_money_comes_back_though_the_full_payment_had_a_note(world: World) -> None:
    budget, batch, (code,) = ready(world, 1)
    does(world, approve_batch, who=FINANCE, code=batch)
    assert settles(world, batch, f"{code},10,on time") == 1
    number = payments(batch)[code].id
    does(world, settle_payment, who=FINANCE, code=batch, number=number, told=Settled(0, "sent back"))
    assert sums(budget)[2] == 0


def test_file_that_is_wrong_changes_nothing(world: World) -> None:
    budget, batch, (one, two) = ready(world, 2)
    does(world, approve_batch, who=FINANCE, code=batch)
    before = sums(budget)
    for rows, words in (
        ((f"{one},10,", f"{two},10.01,"), "Only \\$10.00 was approved"),
        ((f"{one},9,", f"{two},10,"), "Row 2, .*why it is less"),
        ((f"{one},10,", f"{one},10,"), "there twice"),
        ((f"{one},10,", "2222-2222,10,"), "not in this batch"),
        ((f"{one},10,", f"{two},ten,"), "Row 3: “ten” is no amount"),
        ((), "no rows"),
    ):
        with pytest.raises(Invalid, match=words):
            settles(world, batch, *rows)
    assert sums(budget) == before and {row.state for row in payments(batch).values()} == {"due"}
    assert settles(world, batch, f"{one},5,half") == 1
    with pytest.raises(Conflict, match="noted already"):
        settles(world, batch, f"{one},5,half")
    with pytest.raises(Conflict, match="Row 2: \\$5.00 is noted for"):
        settles(world, batch, f"{one},6,other", f"{two},10,")
    assert settles(world, batch, f"{one},5,half", f"{two},10,") == 1
    assert sums(budget)[2] == 1500


def test_file_for_finance_is_the_same_each_time(world: World) -> None:
    _budget, batch, codes = ready(world, 2)
    does(world, approve_batch, who=FINANCE, code=batch)
    first = {kind: write_file(batch_of(batch), kind) for kind in ("csv", "xlsx")}
    does(world, settle_rest, who=FINANCE, code=batch)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert {kind: write_file(batch_of(batch), kind) for kind in ("csv", "xlsx")} == first
    lines = first["csv"].decode("utf-8-sig").splitlines()
    assert lines[0] == "Batch,Payee,Voucher,Month,Amount,Fund,Budget" and len(lines) == 3
    assert {line.split(",")[2] for line in lines[1:]} == set(codes) and ",10.00,Fund of Testing," in lines[1]
    assert "Ana" not in first["csv"].decode()


def test_budget_never_falls_below_what_is_promised(world: World) -> None:
    budget, _batch, _codes = ready(world, 1)
    with pytest.raises(Invalid) as refused:
        does(world, change_budget, who=MANAGER, code=budget, amount_cents=2999)
    assert "$30.00 is promised or paid already. This is $0.01 too little" in refused.value.fields["amount"]
    does(world, change_budget, who=MANAGER, code=budget, amount_cents=3000)
    assert sums(budget) == (3000, 3000, 0, 0)


def test_entries_are_never_changed(world: World) -> None:
    sets_up(world)
    with pytest.raises(DBAPIError, match="append-only"):
        session().execute(update(MoneyEntry).values(cents=1))
    session().rollback()


def test_pages_from_budget_to_settled(client: FlaskClient, world: World) -> None:
    signed_in(client, world, MANAGER)
    check_page(client.get("/budgets"))
    check_page(client.get("/payments"))
    typed = {
        "fund": "Fund of Testing",
        "name": "Lines",
        "first_month": "2026-01",
        "last_month": "2039-12",
        "amount": "500",
    }
    for field, value in (
        ("last_month", "2025-12"),
        ("last_month", "9999-12"),
        ("first_month", "0000-01"),
        ("amount", "-1"),
    ):
        wrong = post_form(client, "/budgets/new", typed | {field: value})
        assert wrong.status_code == 400 and 'value="Lines"' in wrong.text, value
    made = post_form(client, "/budgets/new", typed)
    assert made.status_code == 303
    twice = post_form(client, "/budgets/new", typed)
    assert twice.status_code == 400 and "budget with this name" in page_text(twice)
    for odd in ("?month=9999-12", "?month=2026-13", "?of=nothing&month=%00", "?voucher=Rosa"):
        check_page(client.get(f"{made.location}/entries{odd}"))
    check_page(client.get("/payments/new?month=9999-12"))
    voucher = gives(world, has_line(world))
    signed_in(client, world, MANAGER)
    for path in ("", "/entries", "/entries?of=committed", "/amount"):
        check_page(client.get(made.location + path))
    too_little = post_form(client, f"{made.location}/amount", {"amount": "29.99"})
    assert too_little.status_code == 400 and "$0.01 too little" in page_text(too_little)
    page = client.get("/payments/new")
    check_page(page)
    assert "Make batch over $10.00" in page_text(page)
    batch = post_form(client, "/payments/new", {"month": f"{clock.today():%Y-%m}"}).location
    shown = client.get(batch)
    check_page(shown)
    assert "Somebody else has to" in page_text(shown) and "Approve payments" not in page_text(shown)
    assert client.get(f"{batch}/file/csv").status_code == 409
    assert post_form(client, f"{batch}/approve", {}, page=batch).status_code == 409
    signed_in(client, world, FINANCE)
    assert "Approve payments" in page_text(client.get(batch))
    assert post_form(client, f"{batch}/approve", {}, page=batch).status_code == 303
    assert post_form(client, f"{batch}/approve", {}, page=batch).status_code == 409
    check_page(client.get(batch))
    check_page(client.get("/payments"))
    assert client.get(f"{batch}/file/xlsx").data[:2] == b"PK"
    check_page(client.get(f"{batch}/settle"))
    wrong = post_form(client, f"{batch}/settle", {"file": (csv_of("2222-2222,10,"), "paid.csv")})
    check_page(wrong)
    assert wrong.status_code == 400 and "not in this batch" in page_text(wrong)
    number = payments(batch.rsplit("/", 1)[1])[voucher].id
    check_page(client.get(f"{batch}/{number}"))
    short = post_form(client, f"{batch}/{number}", {"paid": "4", "reason": ""})
    assert short.status_code == 400 and "why it is less" in page_text(short)
    assert post_form(client, f"{batch}/{number}", {"paid": "4", "reason": "part of the month"}).status_code == 303
    done = client.get(batch)
    check_page(done)
    assert "Settled" in page_text(done) and "part of the month" in page_text(done)
    check_page(client.get(f"{batch}/settle"))
    assert client.get(f"{batch}/{number + 999}").status_code == 404
    signed_in(client, world, "navigator_a")
    for path in (batch, "/payments", "/budgets", made.location):
        check_page(client.get(path))
    for path in (f"{batch}/settle", f"{batch}/file/csv", "/payments/new", "/budgets/new"):
        assert client.get(path).status_code == 403, path
