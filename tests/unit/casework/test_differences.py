"""What the second editor is told."""

from digital_inclusion.casework.rules.differences import Difference, differences, home_differences


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


def test_differences_are_told_in_words_and_the_head_by_name() -> None:
    people = [{"number": "7", "name": "Ana"}, {"number": "8", "name": "Bo"}]
    stands = {"language": "es", "needs": ["line", "device"], "head": "7", "members": people}
    typed = {"language": "vi", "needs": ["device"], "head": "8", "members": people}
    words = {"language": {"es": "Spanish", "vi": "Vietnamese"}, "needs": {"device": "A computer", "line": "Internet"}}
    assert differences(stands, typed, words) == [
        Difference("Language", None, "Spanish", "Vietnamese"),
        Difference("Needs", None, "A computer, Internet", "A computer"),
        Difference("Head", None, "Ana", "Bo"),
    ]


def test_person_added_meanwhile_is_told() -> None:
    stands = {"members": [{"number": "7", "name": "Ana"}, {"number": "8", "name": "Bo"}, {"number": "", "name": ""}]}
    typed = {"members": [{"number": "7", "name": "Ana"}, {"number": "", "name": "Cy"}]}
    assert differences(stands, typed) == [Difference("Name", 2, "Bo", "")]


def test_home_differences() -> None:
    stands = {"home": "fixed", "line": "1 A St", "district": "3", "number": 4}
    typed = {"home": "fixed", "line": "2 B St", "district": "", "number": 9}
    words = {"district": {"": "By the ZIP code", "3": "District 3"}}
    assert home_differences(stands, typed, words) == [
        Difference("Street address", None, "1 A St", "2 B St"),
        Difference("Council district", None, "District 3", "By the ZIP code"),
    ]
