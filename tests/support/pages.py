"""Fetch, check and send pages as a browser would: forms with their hidden fields, and what every page must keep.

``post_form(client, "/people/invite", {...})`` opens the page first, takes the hidden fields (CSRF token, one-time key)
of the form that leads to that address, and sends them with the data. ``check_page(response)`` is strict about HTML.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

# Our pages hold no ">" but at the end of a tag, and nothing else is read off them, thousands of times a run.
_OF_FORMS = re.compile(r"<(?:/?form|input)\b[^>]*>")
_HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPACES = " \t\n\r"
_NEED_LABELS = {"input", "select", "textarea"}
_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}


def parse(response: TestResponse, *, strict: bool = False) -> Element:
    """Return the page as a tree; with ``strict`` any mistake in its HTML raises."""
    parser = html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document: Element = parser.parse(response.get_data(as_text=True))
    return document


def text_of(element: Element) -> str:
    """Return the words inside, spaces squeezed."""
    return " ".join("".join(element.itertext()).split())


class _Reader(HTMLParser):
    """Reads off a page's tags the hidden fields of its POST forms."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.here = response.request.path
        self.forms: list[tuple[str, dict[str, str]]] = []  # where each leads to, and its hidden fields
        self._form: dict[str, str] | None = None
        self.feed("".join(_OF_FORMS.findall(response.get_data(as_text=True))))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or take a hidden field."""
        found = dict(attrs)
        if tag == "form" and (found.get("method") or "").lower() == "post":
            self._form = {}
            self.forms.append((urlsplit(found.get("action") or "").path or self.here, self._form))
        elif tag == "input" and found.get("type") == "hidden" and self._form is not None and found.get("name"):
            self._form[found["name"] or ""] = found.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """End a form."""
        if tag == "form":
            self._form = None


def page_text(response: TestResponse) -> str:
    """Return all words of the page, or of a part of one, but for its head, spaces squeezed."""
    return " ".join(unescape(_TAG.sub("", _HEAD.sub("", response.get_data(as_text=True)))).split())


def hidden_fields(response: TestResponse, url: str) -> dict[str, str]:
    """Return the hidden fields of the form on the page that leads to ``url``; at least the page's CSRF token."""
    forms, target = _Reader(response).forms, urlsplit(url).path
    fields = dict(next((hidden for leads_to, hidden in forms if leads_to == target), {}))
    if "csrf_token" not in fields:
        tokens = (hidden.get("csrf_token") for _leads_to, hidden in forms)
        fields["csrf_token"] = next((token for token in tokens if token), "")
    return fields


def post_form(
    client: FlaskClient, url: str, data: Mapping[str, Any] | None = None, page: str | None = None, **options: Any
) -> TestResponse:
    """Open ``page`` (default: ``url`` itself) and send its form to ``url`` with ``data``; hidden fields come along.

    A ``data`` value None leaves that field out, also a hidden one. ``options`` go to ``client.post``.
    """
    shown = client.get(page or url)
    assert shown.status_code == 200, f"{page or url} answered {shown.status_code}"
    fields: dict[str, Any] = {**hidden_fields(shown, url), **(data or {})}
    return client.post(url, data={name: value for name, value in fields.items() if value is not None}, **options)


def check_page(response: TestResponse) -> Element:
    """Assert what every page keeps; return its tree.

    Valid HTML, exactly one h1, a title that starts with it, labelled inputs, unique ids, nothing inline, a strict CSP.
    """
    document = parse(response, strict=True)
    ids = [element.get("id") for element in _elements(document) if element.get("id")]
    doubled = sorted({name for name in ids if ids.count(name) > 1 and name})
    assert not doubled, f"ids used twice: {doubled}"
    headings = [text_of(heading) for heading in document.iter("h1")]
    assert len(headings) == 1, f"{len(headings)} h1: {headings}"
    title = document.find(".//title")
    assert title is not None and text_of(title).startswith(headings[0]), "the title does not start with the h1"
    html = document if document.tag == "html" else document.find("html")
    assert html is not None and html.get("lang"), "the page does not say its language"
    _check_labels(document, set(ids))
    _check_nothing_inline(document)
    policy = response.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy and "unsafe" not in policy, f"weak policy: {policy!r}"
    return document


def _elements(document: Element) -> Iterator[Element]:
    return (element for element in document.iter() if isinstance(element.tag, str))


def _check_labels(document: Element, ids: set[str | None]) -> None:
    labelled = {label.get("for") for label in document.iter("label")}
    assert not (wrong := labelled - ids - {None}), f"labels for nothing: {sorted(map(str, wrong))}"
    wrapped = {field for label in document.iter("label") for field in label.iter()}
    for field in _elements(document):
        if field.tag not in _NEED_LABELS or field.get("type") in _NO_LABEL:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby")
        assert named or field.get("id") in labelled or field in wrapped, f"no label: {field.get('name')}"
    for button in document.iter("button"):
        assert text_of(button) or button.get("aria-label"), f"a button without words: {button.attrib}"


def _check_nothing_inline(document: Element) -> None:
    for element in _elements(document):
        handlers = [name for name in element.attrib if str(name).startswith("on") or name == "style"]
        assert not handlers, f"inline {handlers} on {element.tag}"
        assert element.tag != "style", "an inline style sheet"
        if element.tag == "script":
            assert element.get("src") and not (element.text or "").strip(_SPACES), "an inline script"
