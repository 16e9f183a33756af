"""Bars and lines as small SVG: no script, no style attribute, readable at 320 px, the numbers kept beside them.

A function takes plain values and gives a `Chart`; `components/chart_figure.html` shows it with its title (the finding,
not the subject), source, day, and the same numbers as a table. Colours are classes in static/app.css.
Everything is laid out in pixels down and percent across, so that words keep their size on every screen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, log10
from zlib import crc32

from markupsafe import Markup

Number = int | float
Formatter = Callable[[Number], str]

ROW = 46
PLOT_TOP, PLOT_HEIGHT, PLOT_BOTTOM = 26, 190, 28
MOST_LINES = 4


def plain(value: Number) -> str:
    """Write a number with thousands separators, when no formatter of the reader's language is given."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row of the table behind a chart."""

    label: str
    values: tuple[str, ...]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its words and its numbers; rendered by `components/chart_figure.html`."""

    title: str
    subtitle: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[ChartRow, ...]
    legend: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the solid value, and after it a lighter one (pending, say)."""

    label: str
    value: Number
    more: Number = 0
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line over the months; None is a gap."""

    name: str
    values: Sequence[Number | None]


def bar_chart(
    title: str,
    bars: Sequence[Bar],
    *,
    columns: Sequence[str],
    subtitle: str = "",
    number: Formatter = plain,
    top: Number | None = None,
) -> Chart:
    """Draw horizontal bars, label and value above each.

    `columns` are the table's headers: what the labels are, what the value is and, for two-part bars, what `more` is.
    `top` is the value of a full-width bar (default: the largest).
    """
    stacked = len(columns) > 2
    full = max([top or 0, *(bar.value + bar.more for bar in bars)]) or 1
    parts = [_bar(index, bar, full, stacked, number) for index, bar in enumerate(bars)]
    rows = tuple(
        ChartRow(bar.label, (number(bar.value), number(bar.more))[: len(columns) - 1], bar.href) for bar in bars
    )
    summary = "; ".join(f"{row.label}: {', '.join(row.values)}" for row in rows)
    legend = ((columns[1], "1"), (columns[2], "soft")) if stacked else ()
    return Chart(title, subtitle, _svg(title, summary, ROW * len(bars), parts), tuple(columns), rows, legend)


def goal_chart(
    title: str,
    *,
    verified: Number,
    pending: Number,
    goal: Number,
    columns: Sequence[str],
    words: Sequence[str],
    subtitle: str = "",
    number: Formatter = plain,
) -> Chart:
    """Draw the way to a goal as one bar: verified, pending, open.

    `columns`: what the parts are, and the count's header. `words`: the names of verified, pending and open.
    """
    full = max(goal, verified + pending) or 1
    rest = max(goal - verified - pending, 0)
    parts = [
        _rect(0, 100, 4, 20, "di-chart__track", rx=10),
        _rect(0, _share(verified + pending, full), 4, 20, "di-chart__bar--soft", rx=10),
        _rect(0, _share(verified, full), 4, 20, "di-chart__bar", rx=10),
    ]
    values = (verified, pending, rest)
    rows = tuple(ChartRow(word, (number(value),)) for word, value in zip(words, values, strict=True))
    summary = "; ".join(f"{row.label}: {row.values[0]}" for row in rows)
    legend = tuple(zip(words, ("1", "soft", "open"), strict=True))
    return Chart(title, subtitle, _svg(title, summary, 28, parts), tuple(columns), rows, legend)


def line_chart(
    title: str,
    labels: Sequence[str],
    lines: Sequence[Line],
    *,
    first_column: str,
    subtitle: str = "",
    number: Formatter = plain,
) -> Chart:
    """Draw up to four lines over the same months, from zero; the last value of the first line is written at its end."""
    if len(lines) > MOST_LINES:
        raise ValueError("A chart of more than four lines cannot be read: draw several.")
    ticks = _ticks(max((value for line in lines for value in line.values if value is not None), default=0))
    parts = [_grid(tick, ticks[-1], number) for tick in ticks]
    parts += [_axis_label(index, labels) for index in _labelled(len(labels))]
    parts += [_plot(lines, ticks[-1])]
    parts += [_end(line, index, ticks[-1], number) for index, line in enumerate(lines, start=1)]
    parts += [_hover(index, label, lines, number, len(labels)) for index, label in enumerate(labels)]
    rows = tuple(
        ChartRow(label, tuple(_or_dash(line.values[index], number) for line in lines))
        for index, label in enumerate(labels)
    )
    summary = "; ".join(_from_to(line, labels, number) for line in lines)
    legend = tuple((line.name, f"line-{index}") for index, line in enumerate(lines, start=1))
    height = PLOT_TOP + PLOT_HEIGHT + PLOT_BOTTOM
    columns = (first_column, *(line.name for line in lines))
    return Chart(title, subtitle, _svg(title, summary, height, parts), columns, rows, legend)


def _svg(title: str, summary: str, height: int, parts: Sequence[Markup]) -> Markup:
    key = f"chart-{crc32(f'{title}|{summary}'.encode()):08x}"
    return Markup(
        '<svg class="di-chart__svg" role="img" aria-labelledby="{0}-title" aria-describedby="{0}-desc" '
        'width="100%" height="{1}" focusable="false">'
        '<title id="{0}-title">{2}</title><desc id="{0}-desc">{3}</desc>{4}</svg>'
    ).format(key, height, title, summary, Markup("").join(parts))


def _share(value: Number, full: Number) -> float:
    return round(100 * value / full, 2)


def _rect(x: float, width: float, y: float, height: float, kind: str, rx: int = 0) -> Markup:
    return Markup('<rect class="{}" x="{}%" width="{}%" y="{}" height="{}" rx="{}"></rect>').format(
        kind, x, width, y, height, rx
    )


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>').format(kind, x, y, anchor, text)


def _bar(index: int, bar: Bar, full: Number, stacked: bool, number: Formatter) -> Markup:
    y = index * ROW
    value = f"{number(bar.value)} + {number(bar.more)}" if stacked and bar.more else number(bar.value)
    solid = _share(bar.value, full)
    more = _rect(solid, _share(bar.more, full), y + 25, 10, "di-chart__bar--soft") if stacked else Markup("")
    return Markup("").join(
        (
            _text(0, y + 16, bar.label),
            _text(100, y + 16, value, "end", "di-chart__strong"),
            _rect(0, 100, y + 25, 10, "di-chart__track", rx=3),
            more,
            _rect(0, solid, y + 25, 10, "di-chart__bar", rx=0 if bar.more else 3),
        )
    )


def _ticks(largest: Number) -> list[Number]:
    """Return three to five round numbers from zero to at least `largest`."""
    if largest <= 0:
        return [0, 1]
    rough = largest / 4
    power = 10 ** int(ceil(log10(rough)) - 1) if rough >= 1 else 1
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10, 20) if power * factor * 4 >= largest)
    step = int(step) if step == int(step) else step
    return [step * index for index in range(ceil(largest / step) + 1)]


def _y(value: Number, top: Number) -> float:
    return round(PLOT_TOP + PLOT_HEIGHT * (1 - value / top), 1)


def _x(index: int, count: int) -> float:
    return round(100 * index / (count - 1), 2) if count > 1 else 50


def _grid(tick: Number, top: Number, number: Formatter) -> Markup:
    y = _y(tick, top)
    kind = "di-chart__grid" if tick else "di-chart__base"
    line = Markup('<line class="{}" x1="0" x2="100%" y1="{}" y2="{}"></line>').format(kind, y, y)
    return line + (_text(0, y - 5, number(tick), kind="di-chart__soft") if tick else Markup(""))


def _labelled(count: int) -> list[int]:
    """Return which months are named under the axis: first, middle, last, as far as they exist."""
    return sorted({0, count // 2, count - 1}) if count > 2 else list(range(count))


def _axis_label(index: int, labels: Sequence[str]) -> Markup:
    anchor = "start" if index == 0 and len(labels) > 1 else "end" if index == len(labels) - 1 and index else "middle"
    return _text(_x(index, len(labels)), PLOT_TOP + PLOT_HEIGHT + 20, labels[index], anchor, "di-chart__soft")


def _runs(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """Return the unbroken stretches of a line."""
    runs: list[list[tuple[int, Number]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, value))
    return [run for run in runs if run]


def _points(run: Sequence[tuple[int, Number]], count: int, top: Number) -> str:
    return " ".join(f"{10 * _x(index, count):g},{100 * (1 - value / top):.2f}" for index, value in run)


def _plot(lines: Sequence[Line], top: Number) -> Markup:
    """Draw the lines in a box that stretches, with strokes that do not."""
    drawn = []
    for number, line in reversed(list(enumerate(lines, start=1))):
        for run in _runs(line.values):
            points = _points(run, len(line.values), top)
            if number == 1 and len(run) > 1:
                first, last = 10 * _x(run[0][0], len(line.values)), 10 * _x(run[-1][0], len(line.values))
                drawn.append(
                    Markup('<polygon class="di-chart__area" points="{:g},100 {} {:g},100"></polygon>').format(
                        first, points, last
                    )
                )
            drawn.append(
                Markup(
                    '<polyline class="di-chart__line di-chart__line--{}" points="{}" '
                    'vector-effect="non-scaling-stroke"></polyline>'
                ).format(number, points)
            )
    return Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 1000 100" preserveAspectRatio="none" '
        'overflow="visible">{}</svg>'
    ).format(PLOT_TOP, PLOT_HEIGHT, Markup("").join(drawn))


def _end(line: Line, index: int, top: Number, number: Formatter) -> Markup:
    """Mark where a line ends; the first line says its number there."""
    known = [(place, value) for place, value in enumerate(line.values) if value is not None]
    if not known:
        return Markup("")
    place, value = known[-1]
    x, y = _x(place, len(line.values)), _y(value, top)
    dot = Markup('<circle class="di-chart__dot--{}" cx="{}%" cy="{}" r="4"></circle>').format(index, x, y)
    if index > 1:
        return dot
    anchor = "end" if x > 50 else "start"
    return dot + _text(x, max(y - 11, 12), number(value), anchor, "di-chart__strong")


def _hover(index: int, label: str, lines: Sequence[Line], number: Formatter, count: int) -> Markup:
    width = 100 / max(count, 1)
    words = "\n".join(f"{line.name}: {_or_dash(line.values[index], number)}" for line in lines)
    return Markup(
        '<rect class="di-chart__hover" x="{:.2f}%" width="{:.2f}%" y="{}" height="{}"><title>{}\n{}</title></rect>'
    ).format(max(min(_x(index, count) - width / 2, 100 - width), 0), width, PLOT_TOP, PLOT_HEIGHT, label, words)


def _or_dash(value: Number | None, number: Formatter) -> str:
    return "–" if value is None else number(value)


def _from_to(line: Line, labels: Sequence[str], number: Formatter) -> str:
    known = [(label, value) for label, value in zip(labels, line.values, strict=True) if value is not None]
    if not known:
        return line.name
    (first, start), (last, end) = known[0], known[-1]
    return f"{line.name}: {first} {number(start)}, {last} {number(end)}"
