"""Journey 5: a file as partners have it: matched, corrected, checked, enrolled, refused rows back, undone."""

import csv
import io
from itertools import count

from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Open
from tests.browser.enrolling import somebody
from tests.browser.visiting import Visit

FILES = count(1)
COLUMNS = ("Case", "Client", "DOB", "Street", "ZIP", "Cell", "SSN", "Laptop given", "Laptop tag", "Remarks")
IN_TIME, PAUSE = 60_000, 200  # milliseconds: for the worker to come round, between two looks


def _file(names: list[str]) -> tuple[FilePayload, str]:
    """Return a file with these heads and one row that cannot be: born on February 31."""
    number, text = next(FILES), io.StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(COLUMNS)
    for place, name in enumerate(names):
        born = "02/31/1980" if place == len(names) - 1 else "04/23/1980"
        rows.writerow(
            [f"F{number}-{place}", name, born, f"{number}{place} Story Rd", "95122", f"(408) 555-{number:02}{place:02}",
             "123-45-6789", "10/05/2026", f"TAG-{number}-{place}", "=2+3 likes video calls"]
        )  # fmt: skip
    name = f"clients-{number}.csv"
    return FilePayload(name=name, mimeType="text/csv", buffer=text.getvalue().encode("cp1252")), name


def _upload(navigator: Visit, names: list[str]) -> str:
    """Upload the file and stop at its columns; return the file's name."""
    payload, name = _file(names)
    navigator.open("/imports")
    navigator.follow("Upload a file")
    navigator.press("Upload file", status=400)
    navigator.sees("Choose a file.")
    navigator.page.locator("input[type=file]").set_input_files(payload)
    navigator.press("Upload file")
    navigator.headed("Match the columns")
    return name


def _wait(navigator: Visit, words: str) -> None:
    """Wait for the worker; the page renews itself, or a person does."""
    for _try in range(IN_TIME // PAUSE):
        if words in " ".join(navigator.main.inner_text().split()):
            break
        navigator.page.wait_for_timeout(PAUSE)
        navigator.page.reload()
    navigator.check()
    navigator.sees(words)


def _give_day(navigator: Visit) -> None:
    """Give all rows the day of enrollment that the file does not tell, and wait until they are checked again."""
    expect(navigator.main.get_by_role("button", name="Enroll households")).to_have_count(0)
    navigator.fill("Day of enrollment for these rows", "2026-10-01")
    navigator.press("Check again with this day")
    _wait(navigator, "What would happen")


def test_import_from_upload_to_undo(visit: Open) -> None:
    navigator, names = visit("navigator_a"), [somebody() for _row in range(5)]
    file = _upload(navigator, names)
    navigator.sees("These columns are never stored", "SSN")
    assert "123-45-6789" not in navigator.page.content()
    row = navigator.main.get_by_role("row").filter(has_text="Remarks")
    row.get_by_role("combobox").select_option(label="Leave this column out")
    navigator.press("Check the rows")
    _wait(navigator, "What would happen")
    navigator.sees("5 rows")
    navigator.follow("exist")
    navigator.headed("Rows to look at")
    navigator.sees("02/31/1980")
    navigator.page.go_back()
    _give_day(navigator)
    expect(navigator.field("Signed consent is on file as of")).to_be_hidden()
    navigator.choose("I attest that each household in this file signed")
    navigator.press("Enroll households", status=400)
    navigator.fill("Signed consent is on file as of", "2026-10-01")
    navigator.press("Enroll households")
    _wait(navigator, "What changed")
    navigator.follow("See the new households")
    navigator.sees("Households 4", names[0])
    navigator.open("/imports")
    navigator.follow(file)
    with navigator.page.expect_download() as download:
        navigator.main.get_by_role("link", name="Download the refused rows").click()
    back = download.value.path().read_text(encoding="utf-8-sig")
    assert names[4] in back and names[0] not in back and "Reasons" in back
    assert "123-45-6789" not in back
    _found(navigator, names[0], 1)
    navigator.open("/imports")
    navigator.follow(file)
    navigator.follow("Take the whole file back")
    navigator.sees("out of the count")
    navigator.main.get_by_role("button").first.click()
    _wait(navigator, "This file was taken back")


def _found(navigator: Visit, name: str, times: int) -> None:
    navigator.open("/households/find")
    navigator.fill("Name, phone, address, code or device tag", name)
    navigator.press("Find")
    expect(navigator.main.get_by_role("link", name=name)).to_have_count(times)


def test_import_of_the_same_file_again_creates_nothing(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    payload, _name = _file([somebody(), somebody()])
    for again in (False, True):
        navigator.open("/imports/new")
        navigator.page.locator("input[type=file]").set_input_files(payload)
        navigator.press("Upload file")
        if again:
            navigator.sees("You uploaded this very file before.")
        navigator.press("Check the rows")
        _wait(navigator, "What would happen")
        if not again:
            _give_day(navigator)
            navigator.choose("I attest that each household in this file signed")
            navigator.fill("Signed consent is on file as of", "2026-10-01")
            navigator.press("Enroll households")
            _wait(navigator, "What changed")
    navigator.sees("New households 0")


def test_import_without_scripts_goes_on_by_refresh(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a", scripts=False)
    _upload(navigator, [somebody(), somebody()])
    navigator.press("Check the rows")
    _wait(navigator, "What would happen")


def test_import_of_a_picture_says_that_it_is_no_table(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    navigator.open("/imports/new")
    picture = FilePayload(name="scan.csv", mimeType="text/csv", buffer=b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    navigator.page.locator("input[type=file]").set_input_files(picture)
    navigator.press("Upload file", status=400)
    navigator.sees("There is a problem")


def test_template_can_be_downloaded(visit_at_desk: Open) -> None:
    navigator = visit_at_desk("navigator_a")
    navigator.open("/imports/new")
    for words in ("Excel (.xlsx)", "CSV"):
        with navigator.page.expect_download() as download:
            navigator.main.get_by_role("link", name=words).click()
        assert download.value.suggested_filename.startswith("households-template")
