"""What axe need not look at twice, and what it must see although the page looks much like one it has seen."""

import pytest

from tests.support.browser import skeleton

PAGE = (
    '<html lang="en"><p class="di-note"><a href="/households/AB12-CD34" id="more">Rosa</a><input value="7"></p></html>'
)


def test_other_words_addresses_and_values_have_one_skeleton() -> None:
    other = PAGE.replace("AB12-CD34", "EF56-GH78").replace("Rosa", "Minh &amp; Thu").replace('"7"', '"12"')
    assert skeleton(other) == skeleton(PAGE)


@pytest.mark.parametrize(
    ("is_now", "was"),
    [
        ("", "Rosa"),
        ("<b>Rosa</b>", "Rosa"),
        ('lang="vi"', 'lang="en"'),
        ("di-alert", "di-note"),
        ('id="less"', 'id="more"'),
        ('href=""', 'href="/households/AB12-CD34"'),
        ('href="#main"', 'href="/households/AB12-CD34"'),
        ('aria-label="Size" value', "value"),
    ],
)
def test_what_axe_judges_makes_another_skeleton(is_now: str, was: str) -> None:
    assert skeleton(PAGE.replace(was, is_now)) != skeleton(PAGE)


def test_a_list_of_any_length_has_one_skeleton() -> None:
    row = '<tr><td><label for="pick-{0}">Rosa {0}</label><input id="pick-{0}"></td></tr>'
    three, one = ("".join(row.format(number) for number in range(count)) for count in (3, 1))
    assert skeleton(f"<table>{three}</table>") == skeleton(f"<table>{one}</table>")
    other = row.format(7).replace("<td>", '<td class="di-alert">')
    assert skeleton(f"<table>{three}{other}</table>") != skeleton(f"<table>{one}</table>")
