"""The pages of media, wipes, certificates and erasure reports, as people use them."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from digital_inclusion.devices.models import DataMedium, Sanitization
from digital_inclusion.foundation.database import session
from digital_inclusion.foundation.kernel import clock
from tests.factories.devices import device, goes, takes_in
from tests.factories.media import certified, lists, takes_out, validates, verifies, wipes
from tests.factories.world import World
from tests.support.casework import signed_in
from tests.support.pages import check_page, hidden_fields, page_text, post_form
from tests.support.shared import shared_file

REPORTS = "/devices/erasure-reports"


def tries() -> list[Sanitization]:
    session().rollback()
    return list(session().query(Sanitization).order_by(Sanitization.id))


def local_now() -> str:
    return clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")


def test_from_an_empty_list_to_a_certificate(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    signed_in(client, world, "technician_a")
    page = f"/devices/{code}/media"
    shown = client.get(page)
    check_page(shown)
    assert "The list is not complete yet" in page_text(shown)
    wrong = post_form(client, page, {"kind": "hdd", "serial": "6.37E+15"})
    assert wrong.status_code == 400 and "A spreadsheet turned the serial number" in page_text(wrong)
    assert post_form(client, page, {"kind": "ssd", "serial": "S3Z9NB0K123456X", "size_gb": "500"}).status_code == 303
    assert post_form(client, f"{page}/complete", page=page).status_code == 303
    form = f"{page}/1/sanitize"
    check_page(client.get(form))
    typed = {"technique": "secure_erase", "tool": "hdparm", "performed_at": local_now(), "succeeded": "yes"}
    weak = post_form(client, form, typed)
    check_page(weak)
    assert weak.status_code == 400 and "Say why Clear is enough here" in page_text(weak)
    assert post_form(client, form, typed | {"technique": "block_erase"}).status_code == 303
    assert device(code).state == "sanitizing"
    done = tries()[0].code
    look = f"/devices/sanitizations/{done}/verify"
    check_page(client.get(look))
    assert post_form(client, look, {}).status_code == 400
    assert post_form(client, look, {"verification": "sample", "verified": "yes"}).status_code == 303
    assert post_form(client, look, {"verification": "sample", "verified": "yes"}).status_code == 409

    signed_in(client, world, "sanitization_validator_a")
    queue = client.get("/devices/validate")
    check_page(queue)
    assert "S3Z9NB0K123456X" in page_text(queue) and "Technician A" in page_text(queue)
    decide = f"/devices/sanitizations/{done}/validate"
    check_page(client.get(decide))
    assert post_form(client, decide, {"verdict": "repeat"}).status_code == 400
    assert post_form(client, decide, {"verdict": "accept"}).status_code == 400
    assert post_form(client, decide, {"verdict": "accept", "destination": "reuse"}).status_code == 303
    assert device(code).state == "sanitized"
    assert "Nothing waits" in page_text(client.get("/devices/validate"))
    number = tries()[0].certificate
    for address in (page, f"/devices/{code}"):
        shown = client.get(address)
        check_page(shown)
        assert f"/devices/certificates/{number}" in shown.get_data(as_text=True)


def test_certificate_has_the_fields_of_the_standard(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    number = certified(world, code)
    signed_in(client, world, "auditor")
    page = client.get(f"/devices/certificates/{number}")
    check_page(page)
    words = page_text(page)
    for said in ("Disk 1", "WD-1111111A", "Hard disk", code, "5CD1234ABC", "Purge", "ATA secure erase", "hdparm 9.65",
                 "Every part was read back", "Used again in the program", "Technician A", "Sanitization Validator A",
                 "Main", "Partner A"):  # fmt: skip
        assert said in words, said
    paper = client.get(f"/devices/certificates/{number}.pdf")
    assert paper.mimetype == "application/pdf" and paper.data.startswith(b"%PDF-") and b"pdfuaid" in paper.data
    signed_in(client, world, "technician_b")
    for ending in ("", ".pdf"):
        assert client.get(f"/devices/certificates/{number}{ending}").status_code == 404


def test_medium_is_corrected_until_something_is_noted_on_it(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A", "WD-2222222B")
    signed_in(client, world, "technician_a")
    form = f"/devices/{code}/media/1/correct"
    shown = client.get(form)
    check_page(shown)
    assert 'value="WD-1111111A"' in shown.get_data(as_text=True) and 'value="500"' in shown.get_data(as_text=True)
    twice = post_form(client, form, {"kind": "ssd", "serial": "WD2222222B"})
    assert twice.status_code == 400 and "on the list already" in page_text(twice)
    assert post_form(client, form, {"kind": "ssd", "serial": "WD-1111111C", "size_gb": "256"}).status_code == 303
    first = device(code).media[0]
    assert (first.kind, first.serial_key, first.size_mb, device(code).media_listed) == (
        "ssd",
        "WD1111111C",
        256_000,
        True,
    )
    wipes(world, code, technique="block_erase")
    assert post_form(client, form, {"kind": "hdd"}).status_code == 409


def test_other_partners_media_are_not_found(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    done = wipes(world, code)
    signed_in(client, world, "technician_b")
    for address in (
        f"/devices/{code}/media",
        f"/devices/{code}/media/1/sanitize",
        f"/devices/sanitizations/{done}/verify",
    ):
        assert client.get(address).status_code == 404
    assert code not in page_text(client.get("/devices/media"))
    verifies(world, done)
    signed_in(client, world, "sanitization_validator_b")
    assert client.get(f"/devices/sanitizations/{done}/validate").status_code == 404
    assert "Nothing waits" in page_text(client.get("/devices/validate"))


@pytest.mark.parametrize("who", ["navigator_a", "auditor", "program_manager", "sanitization_validator_a"])
def test_who_only_reads_sees_media_and_changes_nothing(client: FlaskClient, world: World, who: str) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    signed_in(client, world, who)
    page = client.get(f"/devices/{code}/media")
    check_page(page)
    assert "Add a medium" not in page_text(page) and "Take it out" not in page_text(page)
    assert client.get(f"/devices/{code}/media/1/sanitize").status_code == 403
    assert client.get(REPORTS).status_code == 403


def test_replayed_forms_change_nothing_twice(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    signed_in(client, world, "technician_a")
    page, kept = f"/devices/{code}/media", {"_once": "the-same-form"}
    for _twice in range(2):
        assert post_form(client, page, {"kind": "card"} | kept).status_code == 303
    assert session().query(DataMedium).count() == 1
    assert post_form(client, f"{page}/1/remove", kept, page=page).status_code == 303
    again = client.post(f"{page}/1/remove", data=post_data(client, page))
    assert again.status_code == 409
    out = client.get("/devices/media")
    check_page(out)
    assert code in page_text(out) and "Memory card" in page_text(out)
    check_page(client.get(page))


def post_data(client: FlaskClient, page: str) -> dict[str, str]:
    return {"csrf_token": hidden_fields(client.get(page), page)["csrf_token"]}


def send(client: FlaskClient, *files: tuple[str, bytes], why: str = "") -> TestResponse:
    data: dict[str, Any] = {
        "files": [(io.BytesIO(content), name) for name, content in files],
        "weaker_reason": why,
    }
    shown = client.get(REPORTS)
    return client.post(REPORTS, data=data | hidden_fields(shown, REPORTS), content_type="multipart/form-data")


def log(serial: str, *, status: str = " Erased ", day: datetime | None = None) -> bytes:
    stamp = clock.local(day or clock.now()).strftime("%Y/%m/%d %H:%M:%S")
    errors = 0 if "Erased" in status else 1
    return f"""\
[{stamp}]  notice: Found /dev/sda, ATA, Disk, 500 GB, S/N={serial}
[{stamp}]  notice: Invoking method 'PRNG Stream' on /dev/sda
[{stamp}]  notice: Finished final round 1 of 1 on /dev/sda
******************************** Error Summary *********************************
       sda |           {errors} |                    0 |                    0
********************************* Drive Status *********************************
       sda |{status}| 140 MB/s | 01:58:58 | Disk/{serial}
[{stamp}] Total Throughput 140 MB/s, PRNG Stream, 1R+B+VL
""".encode()


def test_log_is_noted_once_and_the_tool_s_verification_is_not_the_persons(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    signed_in(client, world, "technician_a")
    check_page(client.get(REPORTS))
    weak = send(client, ("a.log", log("WD-1111111A")))
    check_page(weak)
    assert "Say why Clear is enough" in page_text(weak) and tries() == []
    noted = send(client, ("a.log", log("wd 1111111a")), why="it stays in our lab")
    check_page(noted)
    assert code in page_text(noted) and "Noted" in page_text(noted)
    (done,) = tries()
    at = done.performed_at
    assert (done.source, done.method, done.verification, done.verified) == ("nwipe", "clear", "tool", None)
    assert done.performed_by == world.users["technician_a"] and device(code).state == "sanitizing"
    again = send(client, ("b.log", log("wd 1111111a", day=at)), why="it stays in our lab")
    assert "Read before, nothing changed" in page_text(again) and len(tries()) == 1


FAR = {"type": "EraseCrypto", "severity": "Info", "endTime": "0001-01-01T00:00:00+14:00",
       "device": {"serialNumber": "WD-1111111A"}}  # fmt: skip


def test_file_says_why_each_part_is_not_noted(client: FlaskClient, world: World) -> None:
    ours, theirs = takes_in(world), takes_in(world, "PF-99-ZZZ", who="technician_b")
    lists(world, ours, "WD-1111111A")
    lists(world, theirs, "WD-2222222B", who="technician_b")
    signed_in(client, world, "technician_a")
    shown = send(
        client,
        ("theirs.log", log("WD-2222222B")),
        ("failed.log", log("WD-1111111A", status="-FAILED-")),
        ("old.log", log("WD-1111111A", day=datetime(2020, 1, 1, tzinfo=UTC))),
        ("binary.bin", b"\x00\x01\x02"),
        ("empty.log", b""),
        ("far.json", json.dumps([FAR]).encode()),
        why="lab",
    )
    check_page(shown)
    words = page_text(shown)
    for said in ("No medium with this serial number", "Noted as failed", "before the device came to us",
                 "not a text file", "The file is empty", "The time in the file cannot be"):  # fmt: skip
        assert said in words, said
    assert theirs not in words and [one.succeeded for one in tries()] == [False]
    nothing = send(client)
    assert nothing.status_code == 400 and "Choose at least one file" in page_text(nothing)
    many = send(client, *[("a.log", b"x")] * 21)
    assert many.status_code == 400 and "between one and 20 files" in page_text(many)
    rows = b"serial,technique,tool,when,result\n" + b"WD-1,overwrite,dd,2026-03-01,failed\n" * 501
    long = send(client, ("list.csv", rows))
    assert long.status_code == 400 and "more than 500 entries" in page_text(long)


SNAPSHOTS = {
    "complete.export.snapshot.json": ("B8OAAS048287", ["E2024242CV86HJ", "WD-WX11A80W7430"], 3),
    "erase-sectors-2-hdd.snapshot.yaml": ("foo", ["WD-WCAV29008961", "WD-WCAV27984668"], 2),
}


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_snapshot_lists_the_media_of_its_unit_and_notes_its_erasures(
    client: FlaskClient, world: World, name: str
) -> None:
    content = shared_file(f"uploads/{name}").read_bytes()
    serial, media, number = SNAPSHOTS[name]
    with clock.frozen(datetime(2018, 7, 3, 8, tzinfo=UTC)):
        code = takes_in(world, serial)
    signed_in(client, world, "technician_a")
    shown = send(client, (name, content), why="it stays in our lab")
    check_page(shown)
    assert "List of media complete" in page_text(shown)
    assert [one.serial for one in device(code).media] == media
    assert device(code).media_listed and device(code).state == "sanitizing" and len(tries()) == number
    again = send(client, (name, content), why="it stays in our lab")
    assert page_text(again).count("Read before, nothing changed") == number
    assert len(device(code).media) == len(media) and len(tries()) == number


def test_snapshot_of_another_unit_than_the_mediums(client: FlaskClient, world: World) -> None:
    content = shared_file("uploads/erase-sectors-2-hdd.snapshot.yaml").read_bytes()
    with clock.frozen(datetime(2018, 7, 3, 8, tzinfo=UTC)):
        code, other = takes_in(world, "foo"), takes_in(world, "PF-99-ZZZ")
        lists(world, other, "WD-WCAV29008961")
    signed_in(client, world, "technician_a")
    words = page_text(send(client, ("one.yaml", content), why="lab"))
    assert f"This medium is listed in device {other}" in words and "not in the one that the file describes" in words
    assert not device(code).media_listed and [one.medium.serial for one in tries()] == ["WD-WCAV27984668"]


def test_report_read_before_proves_nothing_after_a_return(client: FlaskClient, world: World) -> None:
    code = takes_in(world)
    lists(world, code, "WD-1111111A")
    report = log("WD-1111111A")
    signed_in(client, world, "technician_a")
    send(client, ("a.log", report), why="lab")
    done = tries()[0].code
    verifies(world, done, how="tool")
    assert validates(world, done) is not None
    goes(world, code, "testing", "repair", "quarantined")
    assert "Read before, nothing changed" in page_text(send(client, ("a.log", report), why="lab"))
    takes_out(world, code)
    assert "waits for its end" in page_text(client.get(f"/devices/{code}/media"))
