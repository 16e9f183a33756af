"""Files of invented people to measure imports with."""

import csv
from datetime import date, timedelta
from pathlib import Path
from random import Random

HEADERS = (
    "Client ID", "First Name", "Last Name", "Date of Birth", "Address", "Apt", "City", "ZIP", "Phone", "Email",
    "Language", "Enrolled On", "Consent Date", "Member 2 Name", "Member 2 Birth Date", "Device Type", "Device Source",
    "Serial Number", "Device Date", "Device Evidence Type", "Device Evidence Reference", "ISP", "Download Mbps",
    "Upload Mbps", "Line Start Date", "Line Evidence Reference",
)  # fmt: skip
FIRST = [
    "Ana",
    "Luis",
    "Maria",
    "Jose",
    "Linh",
    "Minh",
    "Thuy",
    "Wei",
    "Li",
    "Priya",
    "Arjun",
    "Sofia",
    "Diego",
    "Carmen",
    "Rosa",
    "Juan",
    "Elena",
    "Tuan",
    "Hoa",
    "Grace",
    "David",
    "Sarah",
    "Omar",
    "Fatima",
    "Daniel",
    "Olga",
    "Ivan",
    "Nadia",
    "Peter",
    "Ruth",
]
LAST = [
    "Garcia",
    "Nguyen",
    "Tran",
    "Lopez",
    "Chen",
    "Wang",
    "Singh",
    "Patel",
    "Hernandez",
    "Martinez",
    "Kim",
    "Lee",
    "Smith",
    "Johnson",
    "Brown",
    "Davis",
    "Le",
    "Pham",
    "Ramirez",
    "Torres",
    "Flores",
    "Rivera",
    "Gomez",
    "Diaz",
    "Reyes",
    "Cruz",
    "Ortiz",
    "Morales",
    "Castillo",
    "Jimenez",
]
_STREETS = [
    "Paper Heron Way",
    "Blue Kite Ave",
    "Copper Kettle St",
    "Lantern Hill Rd",
    "Old Orchard Dr",
    "Quiet Harbor Ct",
    "Silver Fern Ln",
    "Tin Drum Blvd",
    "Velvet Oak Pl",
    "Willow Wren Cir",
]
_ZIPS = ["95110", "95111", "95112", "95116", "95117", "95118", "95119", "95120", "95121", "95122", "95123", "95127"]


def write_people(path: Path, rows: int, *, seed: int = 7) -> Path:
    """Write a CSV of ``rows`` households with a device, a line and their evidence, 26 columns; return its path."""
    chance = Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(_household(place, chance) for place in range(rows))
    return path


def _household(place: int, chance: Random) -> list[object]:
    enrolled = date(2024, 5, 1) + timedelta(days=chance.randrange(800))
    given = enrolled + timedelta(days=chance.randrange(20))
    first, last = chance.choice(FIRST), chance.choice(LAST)
    return [
        f"C{place:06d}",
        first,
        last,
        date(1940, 1, 1) + timedelta(days=chance.randrange(22_000)),
        f"{chance.randrange(1, 9999)} {chance.choice('NSEW')} {chance.choice(_STREETS)}",
        chance.choice(["", "", str(chance.randrange(1, 300))]),
        "San Jose",
        chance.choice(_ZIPS),
        f"(408) 555-{place % 10_000:04d}"
        if place % 5 == 0
        else f"(408) {chance.randrange(200, 999)}-{place % 10_000:04d}",
        f"{first}.{last}{place}@example.org".lower(),
        chance.choice(["English", "Spanish", "Vietnamese"]),
        enrolled,
        enrolled,
        f"{chance.choice(FIRST)} {last}",
        date(2005, 1, 1) + timedelta(days=chance.randrange(5000)),
        chance.choice(["laptop", "Chromebook", "tablet"]),
        chance.choice(["donated", "new"]),
        f"SN{place:08d}",
        given,
        "signed receipt",
        f"R-{place}",
        chance.choice(["Provider One", "Provider Two", "Provider Three"]),
        chance.choice(["100", "200", "300"]),
        chance.choice(["20", "50"]),
        given + timedelta(days=chance.randrange(10)),
        f"B-{place}",
    ]
