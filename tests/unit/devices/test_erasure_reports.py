"""Erasure reports: what nwipe, Workbench and our own list say, and that no hostile file gets more than a sentence."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digital_inclusion.devices.rules.erasures import Report, check_serial
from digital_inclusion.devices.rules.reports import LARGEST, read_report
from digital_inclusion.foundation.kernel.errors import Invalid
from tests.support.shared import shared_file

LOGS = Path(__file__).parent / "nwipe"


def read(name: str) -> Report:
    return read_report((LOGS / name).read_bytes())


def test_log_of_two_drives_of_which_one_failed() -> None:
    report = read("two_drives.txt")
    assert report.source == "nwipe" and not report.flaws
    good, bad = report.erasures
    assert (good.serial, good.technique, good.tool) == ("WD-WCAV2A111111", "overwrite", "nwipe, DoD Short")
    assert (good.tool_version, good.at) == ("0.37", datetime(2026, 3, 11, 20, 40, 30))
    assert good.succeeded and good.checked
    assert (bad.serial, bad.succeeded, bad.checked) == ("9QG4X777", False, False)


def test_log_without_verification_is_not_checked_by_the_tool() -> None:
    (only,) = read("not_verified.txt").erasures
    assert (only.serial, only.succeeded, only.checked) == ("S3Z9NB0K123456X", True, False)


def test_log_of_an_older_nwipe_with_a_serial_on_a_line_of_its_own() -> None:
    (only,) = read("older.txt").erasures
    assert (only.serial, only.tool, only.tool_version) == ("WD-WMAP91234567", "nwipe, Quick Erase", None)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("anonymous.txt", "hides the serial number"),
        ("stopped.txt", "ends before this drive was done"),
        ("verify_only.txt", "wiped nothing"),
    ],
)
def test_log_that_proves_nothing(name: str, sentence: str) -> None:
    report = read(name)
    assert not report.erasures
    assert [sentence in error.sentence for _where, error in report.flaws] == [True]


def test_log_of_two_runs_tells_of_both() -> None:
    text = (LOGS / "two_drives.txt").read_text()
    again = read_report((text + text.replace("2026/03/11", "2026/03/12")).encode())
    assert [one.at.day for one in again.erasures] == [11, 11, 12, 12]
    assert len({one.key() for one in again.erasures}) == 4


def test_wrapped_line_and_foreign_line_ends_are_understood() -> None:
    text = (LOGS / "two_drives.txt").read_text()
    for line_end in ("\r", "\r\n"):
        assert read_report(text.replace("\n", line_end).encode()).erasures == read("two_drives.txt").erasures
    assert read_report(text.encode("utf-16")).erasures == read("two_drives.txt").erasures


def test_uabort_and_errors_are_failures_whatever_the_other_table_says() -> None:
    text = (LOGS / "two_drives.txt").read_text()
    aborted = read_report(text.replace(" Erased |", "UABORTED|").encode()).erasures[0]
    assert not aborted.succeeded
    wrong = read_report(
        text.replace("           0 |                    0 |", "           0 |                    3 |").encode()
    )
    assert not wrong.erasures[0].succeeded and not wrong.erasures[0].checked


def test_snapshot_with_one_erasure_in_json() -> None:
    report = read_report(shared_file("uploads/complete.export.snapshot.json").read_bytes())
    assert (report.source, report.unit_serial, report.flaws) == ("workbench", "B8OAAS048287", [])
    assert [(one.kind, one.serial) for one in report.media] == [("hdd", "E2024242CV86HJ"), ("ssd", "WD-WX11A80W7430")]
    assert [(one.tool, one.succeeded, one.checked) for one in report.erasures] == [
        ("eReuse Workbench, EraseBasic", True, False),
        ("eReuse Workbench, EraseBasic", False, False),  # it says Error, though its step says Info
        ("eReuse Workbench, EraseSectors", True, True),
    ]
    assert report.erasures[0].at == datetime(2018, 7, 3, 10, 32, 11, 848455, UTC)
    assert {one.tool_version for one in report.erasures} == {"11.0b11"}


def test_snapshot_in_yaml_with_two_drives() -> None:
    report = read_report(shared_file("uploads/erase-sectors-2-hdd.snapshot.yaml").read_bytes())
    assert report.unit_serial == "foo"
    assert [one.serial for one in report.erasures] == ["WD-WCAV29008961", "WD-WCAV27984668"]
    assert all(one.succeeded for one in report.erasures)


SNAPSHOT = """\
type: Snapshot
version: 11.0
device: {serialNumber: 0012345678}
components:
  - type: SolidStateDrive
    serialNumber: 0xA1B2C3D4
    size: 1e99999
    actions:
      - type: EraseSectors
        severity: Info
        endTime: '2026-03-11T10:00:00+00:00'
        steps: [{type: StepZero, severity: Error}]
  - type: HardDrive
    serialNumber: null
    actions: [{type: EraseBasic, severity: Info, endTime: '2026-03-11T10:00:00+00:00'}]
"""


def test_numbers_stay_text_and_a_failed_step_is_a_failure() -> None:
    report = read_report(SNAPSHOT.encode())
    assert report.unit_serial == "0012345678"
    assert [(one.serial, one.succeeded) for one in report.erasures] == [("0xA1B2C3D4", False)]
    assert [error.sentence for _where, error in report.flaws] == [
        "The file has no serial number for this medium. List it by hand."
    ]


def test_erasure_record_without_a_snapshot() -> None:
    record = {"type": "EraseCrypto", "severity": "Info", "endTime": "2026-03-11T10:00:00Z",
              "device": {"type": "SolidStateDrive", "serialNumber": "S3Z9NB0K123456X"}}  # fmt: skip
    (one,) = read_report(json.dumps([record]).encode()).erasures
    assert (one.serial, one.technique, one.tool_version) == ("S3Z9NB0K123456X", "crypto_erase", None)


LIST = """\
serial,technique,tool,version,when,result
S3Z9NB0K123456X,block_erase,nvme-cli,2.8,2026-03-31 14:05,succeeded
WD-WCAV2A111111,Written over,ddrescue,,03/31/2026,failed
6.37E+15,overwrite,tool,,2026-03-31,succeeded
,overwrite,tool,,2026-03-31,succeeded
WD-2,magic,tool,,2026-03-31,succeeded
WD-3,overwrite,tool,,yesterday,succeeded
WD-4,overwrite,tool,,2026-03-31,maybe
WD-5,overwrite,,,2026-03-31,failed
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_list_with_good_and_bad_rows(line_end: str) -> None:
    report = read_report(LIST.replace("\n", line_end).encode())
    assert [(one.serial, one.technique, one.succeeded) for one in report.erasures] == [
        ("S3Z9NB0K123456X", "block_erase", True),
        ("WD-WCAV2A111111", "overwrite", False),
    ]
    assert [one.at for one in report.erasures] == [datetime(2026, 3, 31, 14, 5), datetime(2026, 3, 31, 12)]
    assert [where for where, _error in report.flaws] == ["4: 6.37E+15", "5", "6: WD-2", "7: WD-3", "8: WD-4", "9: WD-5"]
    assert "its last digits are lost" in report.flaws[0][1].sentence


@pytest.mark.parametrize("text", ["6.37E+15", "6,37e+15", "5E+08", "1.2e10"])
def test_rounded_serial_is_recognised(text: str) -> None:
    with pytest.raises(Invalid, match="spreadsheet"):
        check_serial(text)


@pytest.mark.parametrize("text", ["5CD1234ABC", "E2024242CV86HJ", "6E", "WD-1.5E+2"])
def test_real_serial_is_not(text: str) -> None:
    check_serial(text)


LAUGHS = "\n".join(
    ["a: &a [x, x]", *(f"{b}: &{b} [*{a}, *{a}, *{a}]" for a, b in zip("abcdefg", "bcdefgh", strict=True))]
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \r\r ", "empty"),
        (b"\x7fELF\x02\x00\x00\x01", "not a text file"),
        (b"PK\x03\x04 no workbook", "[a-z]"),
        (f"type: Snapshot\n{LAUGHS}\n".encode(), "refers back"),
        (b"[" * 100_000, "[a-z]"),
        (b'{"a":' * 100_000, "[a-z]"),
        (b"components:\n" + b"- " * 5_000 + b"x", "[a-z]"),
        (b"{" * 50 + b"}" * 50, "[a-z]"),
        (b'{"components": [', "broken near line 2"),
        (b'{"components": "none"}', "names no components"),
        (b"[1, 2, 3]", "names no components"),
        (b"type: Snapshot\nuuid: " + b"9" * 100_000, "names no components"),
        (b"type: 1:" + b"59:" * 50_000 + b"1", "[a-z]"),
        (b"name,phone\nA,1\n", "needs the columns serial"),
        (b"[2026/03/11 20:40:30] notice: Program options are set as follows", "names no drive"),
        (b"x" * (LARGEST + 1), "larger than 5 MB"),
        ("components: café".encode("cp1252"), "names no components"),
    ],
)
def test_hostile_file_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_report(data)


def test_key_of_an_entry_does_not_depend_on_how_the_serial_is_written() -> None:
    first, second = (
        read_report(LIST.replace("WD-WCAV2A111111", text).encode()).erasures[1] for text in ("WD-12", "wd 12")
    )
    assert first.key() == second.key()


PIECES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [
            b"[2026/03/11 20:40:30] notice: Found /dev/sda, ATA, X, 1 GB, S/N=AB12",
            b"* Drive Status *",
            b"sda |Erased| 1 | 2 | a/b",
            b"type: Snapshot\n",
            b"components:\n",
            b"- {type: HardDrive, actions: [{type: EraseBasic}]}\n",
            b'{"components":[',
            b"serial,technique,tool,when,result\n",
            b"\n",
            b"\r",
            b"]}",
            b"&a ",
            b"*a",
            b"\x85",
            b"\xff\xfe",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=8).map(b"".join))
def test_garbage_is_read_or_refused(data: bytes) -> None:
    try:
        report = read_report(data)
    except Invalid as error:
        assert error.sentence
    else:
        for one in report.erasures:
            assert one.serial and one.key()
