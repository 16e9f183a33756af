"""What tests speak for, how weights and sizes are written, what a snapshot says, what comes next on the bench."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digital_inclusion.devices.rules.bench import ON_BENCH, Next, Work, next_step
from digital_inclusion.devices.rules.checklists import CHECKLISTS, Result, check_chosen, propose, sees_and_hears
from digital_inclusion.devices.rules.parts import check_taking, check_weights
from digital_inclusion.devices.rules.reports import read_report
from digital_inclusion.devices.rules.snapshots import specs_in
from digital_inclusion.devices.rules.specs import (
    FIELDS,
    LABELS,
    check_refurbishers,
    check_specs,
    read_memory,
    read_screen,
    read_weight,
)
from digital_inclusion.devices.rules.states import State
from digital_inclusion.foundation.kernel.errors import Conflict, Invalid
from digital_inclusion.progress.rules.deliveries import DEVICE_KINDS
from tests.support.shared import shared_file

RANK = {None: 0, "F1": 1, "F3": 3, "F4": 4, "F5": 5}
KINDS = st.sampled_from(sorted(CHECKLISTS))


def all_work(kind: str, **but: str) -> dict[str, str]:
    return dict.fromkeys(CHECKLISTS[kind], "works") | but


def test_every_kind_has_a_checklist_and_specifications() -> None:
    assert CHECKLISTS.keys() == FIELDS.keys() == DEVICE_KINDS.keys()
    assert all(any(item.key for item in items.values()) for items in CHECKLISTS.values())
    assert all(len(code) <= 16 for items in CHECKLISTS.values() for code in items)
    assert set().union(*FIELDS.values()) == LABELS.keys()


@pytest.mark.parametrize(
    ("results", "licensed", "grade"),
    [
        (all_work("laptop"), True, "F5"),
        (all_work("laptop"), False, "F4"),
        (all_work("laptop", camera="absent"), True, "F5"),  # a good laptop can be without one
        (all_work("laptop", camera="fails"), True, "F3"),
        (all_work("laptop", battery="absent"), True, "F3"),
        (all_work("laptop", keyboard="fails"), True, "F1"),
        (all_work("laptop", screen="absent"), True, "F1"),
        ({code: "works" for code, item in CHECKLISTS["laptop"].items() if item.key}, True, "F3"),
        ({"starts": "works"}, True, None),
        ({}, True, None),
    ],
)
def test_grade_that_tests_speak_for(results: dict[str, str], licensed: bool, grade: str | None) -> None:
    assert propose("laptop", results, licensed=licensed).functional == grade


@given(st.data())
def test_a_worse_result_never_speaks_for_a_better_grade(data: st.DataObject) -> None:
    kind = data.draw(KINDS)
    results = {code: data.draw(st.sampled_from(sorted(Result))) for code in CHECKLISTS[kind]}
    worse = results | {data.draw(st.sampled_from(sorted(results))): "fails"}
    licensed = data.draw(st.booleans())
    better = RANK[propose(kind, results, licensed=licensed).functional]
    assert RANK[propose(kind, worse, licensed=licensed).functional] <= better


@pytest.mark.parametrize(("proposed", "chosen"), [("F4", "F5"), ("F3", "F4"), (None, "F3"), ("F5", "F6")])
def test_grade_above_the_tests_needs_a_reason(proposed: str | None, chosen: str) -> None:
    with pytest.raises(Invalid) as error:
        check_chosen(proposed, chosen, reason=" ")
    assert "reason" in error.value.fields
    check_chosen(proposed, chosen, reason="seen in the shop")
    check_chosen(chosen, proposed or "F2", reason=None)


@pytest.mark.parametrize(
    ("camera", "microphone", "both"),
    [("works", "works", True), ("works", "fails", False), ("absent", "works", False), (None, "works", None)],
)
def test_camera_and_microphone(camera: str | None, microphone: str | None, both: bool | None) -> None:
    told = {"camera": camera, "microphone": microphone}
    assert sees_and_hears({item: result for item, result in told.items() if result}) is both


@pytest.mark.parametrize(
    ("text", "grams"),
    [("1.6 kg", 1600), ("1.6kg", 1600), ("3.5 lb", 1588), ("3 lb 8 oz", 1588), ("900 g", 900), ("0.0006 kg", 1)],
)
def test_weight_in_whole_grams(text: str, grams: int) -> None:
    assert read_weight(text) == grams


@pytest.mark.parametrize(
    "text", ["1.6", "1,6 kg", "heavy", "-1 kg", "0 kg", "500 kg", "1.6 kg?", "", "kg", "1e3 g", "1 kg 5", "٣ kg"]
)
def test_weight_that_nobody_can_read(text: str) -> None:
    with pytest.raises(Invalid) as error:
        read_weight(text)
    assert "weight" in error.value.fields


@given(st.integers(1, 200_000))
def test_grams_survive_as_kilograms(grams: int) -> None:
    assert read_weight(f"{grams / 1000:g} kg") == grams == read_weight(f"{grams} g")


@given(st.text(max_size=40))
def test_what_is_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    for read in (read_weight, read_memory, read_screen):
        try:
            assert read(text) > 0
        except Invalid as error:
            assert error.fields


def test_memory_and_screen() -> None:
    assert [read_memory(text) for text in ("8", "8 GB", "0.5", "512 MB")] == [8192, 8192, 512, 512]
    assert [read_screen(text) for text in ("14", "15.6", '13.3"', "24 in")] == [140, 156, 133, 240]
    for wrong in ("8,5", "eight", "0", "9999999"):
        with pytest.raises(Invalid):
            read_memory(wrong)
    for wrong in ("1", "15.66", "wide", "500"):
        with pytest.raises(Invalid):
            read_screen(wrong)


@pytest.mark.parametrize(
    ("state", "system", "licence", "field"),
    [
        ("testing", "Windows 11", None, "licence"),
        ("testing", None, "free", "system"),
        ("testing", "Windows 11", "free", "licence"),
        ("testing", "Linux Mint", "stolen", "licence"),
        ("testing", "W11 AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "maker", "system"),
        ("sanitizing", "Linux Mint", "free", "system"),
        ("ready", None, None, "system"),
    ],
)
def test_system_and_license_that_cannot_be(state: str, system: str | None, licence: str | None, field: str) -> None:
    with pytest.raises(Invalid) as error:
        check_specs("laptop", state, {"system": system, "licence": licence}, changed={"system", "licence"})
    assert field in error.value.fields


def test_refurbishers_license_is_for_old_computers_with_a_wiped_disk() -> None:
    check_refurbishers("desktop", attested=True, clean=True)
    for kind, attested, clean in (("tablet", True, True), ("laptop", False, True), ("laptop", True, False)):
        with pytest.raises(Invalid):
            check_refurbishers(kind, attested=attested, clean=clean)


def test_specification_that_a_kind_does_not_have() -> None:
    with pytest.raises(Invalid):
        check_specs("monitor", "testing", {"memory_mb": 8}, changed={"memory_mb"})


def test_real_snapshots_say_what_the_computer_is() -> None:
    small = read_report(shared_file("uploads/complete.export.snapshot.json").read_bytes())
    assert small.specs == {
        "processor": "Intel Atom CPU N455 @ 1.66GHz",
        "memory_mb": 2048,
        "storage_gb": 399,
        "screen_tenths": 100,
    }
    tower = read_report(shared_file("uploads/erase-sectors-2-hdd.snapshot.yaml").read_bytes())
    assert tower.specs["processor"] == "Intel Core i3-2100 CPU @ 3.10GHz" and tower.specs["memory_mb"] % 1024 == 0
    assert "screen_tenths" not in tower.specs


def test_battery_of_a_snapshot_is_a_share_of_its_design() -> None:
    def battery(new: object, now: object) -> dict[str, object]:
        return {"type": "Battery", "size": new, "actions": [{"type": "MeasureBattery", "size": now}]}

    assert specs_in([battery(4400, 3300)], [])["battery_percent"] == 75
    assert specs_in([battery(4000, 4100)], [])["battery_percent"] == 100
    assert specs_in([battery(2000, 1000), battery(2000, 2000)], [])["battery_percent"] == 75
    for new, now in ((None, 10), ("many", 10), (0, 10), (4000, None), (float("nan"), 3)):
        assert "battery_percent" not in specs_in([battery(new, now)], [])


def work(state: str, **more: object) -> Work:
    return Work(**{"state": state, "media_listed": True, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "step"),
    [
        (work("quarantined", media_listed=False), Next.LIST),
        (work("quarantined", waits=[Next.WIPE]), Next.WIPE),
        (work("sanitizing", waits=[Next.VALIDATE, Next.VERIFY]), Next.VERIFY),
        (work("sanitizing", waits=[Next.VALIDATE]), Next.VALIDATE),
        (work("quarantined"), Next.CERTIFIED),
        (work("sanitized"), Next.START),
        (work("testing"), Next.TEST),
        (work("testing", tested=True, failed=True), Next.MEND),
        (work("testing", tested=True, system_missing=True), Next.SYSTEM),
        (work("testing", tested=True), Next.GRADE),
        (work("repair", tested=True), Next.REPAIRED),
        (work("graded", functional="F3"), Next.BELOW),
        (work("graded", functional="F4", waits=[Next.WIPE]), Next.WIPE),
        (work("graded", functional="F4", system_missing=True), Next.SYSTEM),
        (work("graded", functional="F4"), Next.READY),
        (work("returned"), Next.QUARANTINE),
        (work("handed_over"), None),
    ],
)
def test_next_step(unit: Work, step: Next | None) -> None:
    assert next_step(unit) == step


def test_every_unit_on_the_bench_has_a_next_step() -> None:
    flags = list(product([True, False], repeat=4))
    for state in State:
        steps = {
            next_step(work(state, media_listed=a, tested=b, failed=c, system_missing=d, functional=grade))
            for a, b, c, d in flags
            for grade in (None, "F3", "F5")
        }
        assert (None in steps) is (state not in ON_BENCH) and (state in ON_BENCH or steps == {None})


@pytest.mark.parametrize(
    ("state", "kind", "description", "error"),
    [
        ("ready", "memory", None, Conflict),
        ("quarantined", "battery", None, Conflict),
        ("repair", "drive", None, Invalid),
        ("repair", "other", "SSD 256 GB", Invalid),
        ("repair", "other", "2.5 hard drives", Invalid),
        ("repair", "board", None, Invalid),
    ],
)
def test_what_is_no_part(state: str, kind: str, description: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_taking(state, kind, description, chips_uncertified=True)
    check_taking("harvested", "optical", "DVD drive", chips_uncertified=True)


def test_parts_weigh_no_more_than_the_unit_did() -> None:
    check_weights(1600, [250, None, 1350])
    check_weights(None, [10_000])
    with pytest.raises(Invalid):
        check_weights(1600, [250, 1351])
