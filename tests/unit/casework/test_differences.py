"""What the second editor is told."""

from digital_inclusion.casework.rules.differences import Difference, differences


def test_differences_by_field_and_by_person() -> None:
    stands = {"phone": "1", "needs": ["a", "b"], "members": [{"number": "7", "name": "Ana", "left_on": None}]}
    typed = {
        "phone": "2",
        "needs": ["b", "a"],
        "members": [{"number": "7", "name": "Anna", "left_on": None}, {"number": "", "name": "New"}],
    }
    assert differences(stands, typed) == [
        Difference("Phone", None, "1", "2"),
        Difference("Name", 1, "Ana", "Anna"),
    ]


def test_differences_of_equal_forms() -> None:
    form = {"phone": None, "email": "", "members": [{"number": "7", "name": "Ana"}]}
    assert differences(form, form | {"phone": "", "email": None}) == []
