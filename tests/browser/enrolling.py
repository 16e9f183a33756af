"""The enrollment form filled in as a navigator does it."""

from itertools import count

from tests.browser.visiting import Visit

NUMBERS = count(200)
FIRST = ("Amara", "Bao", "Chidi", "Dolores", "Elif", "Farid", "Graciela", "Hana", "Imani", "Joaquin", "Kiet", "Lupe")
LAST = ("Okafor", "Villanueva", "Tesfaye", "Pham", "Singh", "Castillo", "Haddad", "Lam", "Moreno", "Abebe", "Kaur")


def somebody() -> str:
    """Return an invented name that nobody in this run has had."""
    number = next(NUMBERS)
    return f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]} {_letters(number)}"


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()


def fill_in(visit: Visit, name: str, *, phone: str | None = None, line: str | None = None) -> None:
    """Type a whole household; the form is open."""
    number = next(NUMBERS)
    visit.fill("Name", name)
    visit.fill("Month", "4")
    visit.fill("Day", "23")
    visit.fill("Year", "1980")
    visit.fill("Street address", line or f"{number} E Santa Clara St")
    visit.fill("ZIP code", "95113")
    visit.fill("Phone", phone or f"(408) 555-{number:04}")
    visit.choose("A computer")
    visit.choose("Internet at home")
    agree(visit)


def agree(visit: Visit) -> None:
    """Tick what they agree to and how they said it."""
    visit.choose("Keep our record, help us")
    visit.choose("Ask us in some months")
    visit.choose("Spoken, read aloud to them")


def enroll(visit: Visit, name: str | None = None, **given: str) -> tuple[str, str]:
    """Enroll a household through the form; return its name and code."""
    name = name or somebody()
    visit.open("/households/enroll")
    fill_in(visit, name, **given)
    visit.press("Enroll household")
    visit.headed("What next for this family")
    return name, visit.path.split("/")[2]
