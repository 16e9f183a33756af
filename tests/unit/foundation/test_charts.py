"""Charts: what is drawn is what is said, and nothing a strict content security policy refuses."""

import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from digital_inclusion.foundation.web.charts import Bar, Line, bar_chart, goal_chart, line_chart

NAMES = "<b>Alum & Rock</b>"


def parse(svg: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(svg))  # noqa: S314 - our own text


def charts() -> list[Markup]:
    return [
        bar_chart(NAMES, [Bar(NAMES, 30, 10), Bar("B", 0)], columns=("Partner", "Verified", "Pending")).svg,
        line_chart(NAMES, ["Jan", "Feb", "Mar"], [Line(NAMES, [0, None, 12_431])], first_column="Month").svg,
        goal_chart("Goal", verified=10, pending=5, goal=50, columns=("Part", "Households"), words=("V", "P", "O")).svg,
    ]


@pytest.mark.parametrize("svg", charts())
def test_chart_is_well_formed_named_and_without_style_or_script(svg: Markup) -> None:
    root = parse(svg)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert {root.get("aria-labelledby"), root.get("aria-describedby")} == ids
    assert not re.search(r"\sstyle=|\son\w+=|<script|<style|<b>", svg)


def test_bar_chart_widths_follow_the_values() -> None:
    chart = bar_chart("T", [Bar("A", 30, 10), Bar("B", 20)], columns=("Partner", "Verified", "Pending"))
    solid = [e.get("width") for e in parse(chart.svg).iter() if e.get("class") == "di-chart__bar"]
    assert solid == ["75.0%", "50.0%"]
    assert [row.values for row in chart.rows] == [("30", "10"), ("20", "0")]


def test_bar_chart_of_nothing_is_empty_not_an_error() -> None:
    assert bar_chart("T", [], columns=("Partner", "Verified")).rows == ()
    assert bar_chart("T", [Bar("A", 0)], columns=("Partner", "Verified")).rows[0].values == ("0",)


@pytest.mark.parametrize("largest", [0, 1, 3, 9, 10, 99, 250, 12_431, 50_000, 1_000_000])
def test_line_chart_axis_has_few_round_ticks_and_holds_every_point(largest: int) -> None:
    svg = parse(line_chart("T", ["a", "b"], [Line("L", [0, largest])], first_column="Month").svg)
    kinds = [element.get("class") for element in svg.iter("line")]
    assert 2 <= len(kinds) <= 6
    heights = [float(pair.split(",")[1]) for line in svg.iter("polyline") for pair in line.get("points", "").split()]
    assert all(0 <= y <= 100 for y in heights)


def test_line_chart_leaves_a_gap_where_nothing_is_known() -> None:
    chart = line_chart("T", ["a", "b", "c"], [Line("L", [1, None, 3])], first_column="Month")
    assert len(list(parse(chart.svg).iter("polyline"))) == 2
    assert [row.values for row in chart.rows] == [("1",), ("–",), ("3",)]


def test_goal_chart_beyond_the_goal_still_fits() -> None:
    chart = goal_chart("T", verified=60, pending=10, goal=50, columns=("Part", "Households"), words=("V", "P", "O"))
    assert [row.values[0] for row in chart.rows] == ["60", "10", "0"]


def test_more_than_four_lines_are_refused() -> None:
    with pytest.raises(ValueError, match="four"):
        line_chart("T", ["a"], [Line(str(index), [1]) for index in range(5)], first_column="Month")
