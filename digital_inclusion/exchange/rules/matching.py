"""Which column means what: by what headers are called, by likeness, by what stands below them. Pure.

The result is a suggestion a person corrects; what they correct is remembered by header.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rapidfuzz import fuzz, process

from ...foundation.kernel.text import fold
from .cells import Cells, Settings
from .dates import DateOrder, read_date
from .fields import DATE_KINDS, DELIVERY_GROUPS, FIELDS
from .sensitive import JOIN, Category, find_sensitive, is_bare_social_security
from .synonyms import BARE_DATE, BARE_EVIDENCE, SYNONYMS

_SUFFIX = re.compile(r"[ _](?:i|h)[ _](?:c|f)$", re.IGNORECASE)  # UNICEF HOPE: birth_date_i_c
_HINT = re.compile(
    r"\s*(?:\([^)\d]*\)|\[[^\]]*\]|\*|:|\s[-–]\s*(?:string|text|date|integer|decimal|select|yes/no|geo|calculated|signature).*)",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GLUED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_NUMBER = re.compile(r"(?:^|(?<= ))(\d{1,2})(?:st|nd|rd|th)?(?= |$)")
_DATED = re.compile(r"\b(?:date|fecha)\b")
_LIKE = 87.0  # rapidfuzz score from which two headers are the same word misspelt
_LIKE_WORD = 80.0
_SHORTEST_LIKE = 5
_ANY_DAY = date(2000, 1, 1)  # two-digit years hardly matter when only asking whether something is a date
# Headers that mean another thing when their cells do not answer yes or no.
_INSTEAD = {"is_head": "head_name", "consent_given": "consent_on"}
_MUST_FIT = frozenset(("yesno", "source"))  # their headers are everyday words
_UNFIT = 0.2
_TESTED = 50
_TELLING_KINDS = frozenset(
    (
        "date",
        "birth",
        "email",
        "phone",
        "zip",
        "money",
        "speed",
        "speed_pair",
        "hours",
        "yesno",
        "device_kind",
        "source",
    )
)


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """What one column was taken for (``field`` None: nothing), how sure, and why."""

    index: int
    header: str
    field: str | None = None
    confidence: float = 0.0
    by: str = ""  # "remembered", "header", "similar", "values", "neighbor", "sensitive"
    sensitive: Category | None = None

    def as_dict(self) -> dict[str, object]:
        """Return what JSON can hold."""
        return {
            "index": self.index,
            "header": self.header,
            "field": self.field,
            "confidence": round(self.confidence, 2),
            "by": self.by,
            "sensitive": self.sensitive,
        }


def match_columns(
    headers: Sequence[str], samples: Sequence[Sequence[str]], *, remembered: Mapping[str, str] | None = None
) -> list[ColumnMatch]:
    """Suggest a field per column. ``remembered`` maps folded headers to fields ("" for "leave out")."""
    secret = {column.index: column.category for column in find_sensitive(headers, samples)}
    known = {fold(header): field for header, field in (remembered or {}).items()}
    matches = []
    for index, header in enumerate(headers):
        if index in secret:
            matches.append(ColumnMatch(index, header, None, 1.0, "sensitive", secret[index]))
        elif fold(header) in known:
            field = known[fold(header)]
            matches.append(ColumnMatch(index, header, field if field in FIELDS else None, 1.0, "remembered"))
        else:
            values = [row[index] for row in samples[:_TESTED] if index < len(row) and row[index].strip()]
            matches.append(_weighed(_match(index, header), values))
    return _unrivaled([_without_numbers(match, samples) for match in _with_neighbors(matches)])


def _without_numbers(match: ColumnMatch, samples: Sequence[Sequence[str]]) -> ColumnMatch:
    """Mark a column that nobody knows by name and that holds bare social security numbers."""
    if match.field is not None or match.sensitive is not None:
        return match
    values = [row[match.index] for row in samples if match.index < len(row) and row[match.index].strip()]
    if not is_bare_social_security(values):
        return match
    return ColumnMatch(match.index, match.header, None, 1.0, "sensitive", "social_security")


def mapping_of(matches: Iterable[ColumnMatch]) -> dict[str, str]:
    """Return header -> field, as plain data to correct, store and hand to ``RowParser``."""
    return {match.header: match.field for match in matches if match.field}


def columns_to_drop(matches: Iterable[ColumnMatch]) -> list[ColumnMatch]:
    """Return the columns to empty before anything is stored."""
    return [match for match in matches if match.sensitive]


def missing_fields(mapping: Mapping[str, str]) -> list[str]:
    """Return the fields without which no row can go in: a name, and a day for every group of delivery columns."""
    fields = set(mapping.values())
    missing = [] if {"head_name", "head_first_name", "head_last_name"} & fields else ["head_name"]
    groups = {(FIELDS[name].group, FIELDS[name].number) for name in fields if FIELDS[name].group in DELIVERY_GROUPS}
    for group, number in sorted(groups):
        if f"{group}_{number}_on" not in fields:
            missing.append(f"{group}_{number}_on")
    return missing


def dated(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapping without deliveries whose day no column tells: of them nothing could be recorded."""
    gone = {field.removesuffix("on") for field in missing_fields(mapping) if field.endswith("_on")}
    return {header: field for header, field in mapping.items() if not field.startswith(tuple(gone))}


def _match(index: int, header: str) -> ColumnMatch:
    for text in _variants(header):
        found = _by_header(text)
        if found:
            return ColumnMatch(index, header, found, 0.97, "header")
    for text in _variants(header):
        field, score = _by_likeness(text)
        if field:
            return ColumnMatch(index, header, field, 0.8 * score / 100, "similar")
    return ColumnMatch(index, header)


@lru_cache(maxsize=2000)
def _variants(header: str) -> tuple[str, ...]:
    """Return the ways to read a header: whole, without hints and suffixes, its own part of "Group / Header"."""
    plain = _HINT.sub("", header)
    texts = [header, plain, _SUFFIX.sub("", plain), _CAMEL.sub(" ", _SUFFIX.sub("", plain))]
    if JOIN in plain:
        texts.append(plain.rpartition(JOIN)[2])
    texts = [text.replace("_", " ") for text in texts]
    folded = [fold(text.replace("#", sign)) for sign in (" ", " number ") for text in texts]
    folded += [_GLUED.sub(" ", text) for text in folded]
    return tuple(dict.fromkeys(text for text in folded if text))


def _by_header(text: str) -> str | None:
    exact = SYNONYMS.get(text)
    if exact is not None:
        return _numbered(exact, 1)
    number = _NUMBER.search(text)
    if number is None:
        return None
    generic = f"{text[: number.start()]}{{n}}{text[number.end() :]}"
    bare = " ".join(f"{text[: number.start()]} {text[number.end() :]}".split())
    for key in (generic, bare):
        template = SYNONYMS.get(key)
        if template is not None and "{n}" in template:
            return _numbered(template, int(number[1]))
    if int(number[1]) == 2 and SYNONYMS.get(bare) == "phone":
        return "phone_2"
    return SYNONYMS.get(bare) if int(number[1]) == 1 else None


def _numbered(template: str, number: int) -> str | None:
    field = template.replace("{n}", str(number))
    return field if field in FIELDS else None


def _by_likeness(text: str) -> tuple[str | None, float]:
    if len(text) < _SHORTEST_LIKE:
        return None, 0.0
    number = _NUMBER.search(text)
    key = f"{text[: number.start()]}{{n}}{text[number.end() :]}" if number else text
    best = process.extractOne(key, _CHOICES, scorer=fuzz.ratio, score_cutoff=_LIKE)
    best = best or process.extractOne(key, _CHOICES, scorer=fuzz.token_sort_ratio, score_cutoff=_LIKE + 3)
    if best is None or ("{n}" in key and "{n}" not in best[0]) or not _alike(key, best[0]):
        return None, 0.0
    field = _numbered(SYNONYMS[best[0]], int(number[1]) if number else 1)
    if field and _DATED.search(text) and FIELDS[field].kind not in DATE_KINDS:
        return None, 0.0
    return field, float(best[1])


def _alike(text: str, other: str) -> bool:
    """Return whether every word has its like: "device rate" is no misspelt "device date"."""
    words, others = sorted(text.split()), sorted(other.split())
    if len(words) != len(others):
        return fuzz.ratio(text.replace(" ", ""), other.replace(" ", "")) >= _LIKE
    return all(fuzz.ratio(one, two) >= _LIKE_WORD for one, two in zip(words, others, strict=True))


_CHOICES = tuple(key for key in SYNONYMS if len(key) >= _SHORTEST_LIKE)


@lru_cache(maxsize=1)
def _probe() -> Cells:
    return Cells(Settings(today=_ANY_DAY, normalize_email=_mail, normalize_phone=_phone))


def _mail(text: str) -> str | None:
    return text if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) else None


def _phone(text: str) -> str | None:
    digits = sum(char.isdigit() for char in text)
    return text if 7 <= digits <= 15 and not re.search(r"[A-Za-z]{4}|\d{4}-\d{2}-\d{2}|\d/\d", text) else None


def _fit(field: str, values: Sequence[str]) -> float:
    """Return the share of cells that read as the field's kind; 1.0 where every text would do."""
    kind = FIELDS[field].kind
    if kind not in _TELLING_KINDS or not values:
        return 1.0
    if kind in DATE_KINDS:
        return sum(read_date(value, DateOrder(), _ANY_DAY).day is not None for value in values) / len(values)
    read = _probe().reader(kind)
    found = [read(value) for value in values]
    good = [r for r in found if r.value is not None and not any(code.endswith("unreadable") for code, _ in r.findings)]
    return len(good) / len(values)


def _weighed(match: ColumnMatch, values: Sequence[str]) -> ColumnMatch:
    if match.field is None:
        return _by_values(match, values)
    fit = _fit(match.field, values)
    if fit < _UNFIT and values and FIELDS[match.field].kind in _MUST_FIT:
        instead = _INSTEAD.get(match.field)
        if instead and _fit(instead, values) > _UNFIT:
            return replace(match, field=instead, confidence=0.7)
        return ColumnMatch(match.index, match.header)
    return replace(match, confidence=match.confidence * (0.55 + 0.45 * fit))


def _by_values(match: ColumnMatch, values: Sequence[str]) -> ColumnMatch:
    """Only what cannot be mistaken is told from values alone: e-mail addresses and formatted telephone numbers."""
    if len(values) < 3:
        return match
    if _fit("email", values) >= 0.8:
        return replace(match, field="email", confidence=0.6, by="values")
    if sum(bool(re.fullmatch(r"\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}", value.strip())) for value in values) >= 0.8 * len(
        values
    ):
        return replace(match, field="phone", confidence=0.6, by="values")
    return match


def _with_neighbors(matches: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Give "Date", "Evidence", "Seen by" to the delivery whose columns stand before them."""
    taken = {match.field for match in matches}
    result, group = [], ""
    for match in matches:
        if match.field and FIELDS[match.field].group in DELIVERY_GROUPS:
            group = f"{FIELDS[match.field].group}_{FIELDS[match.field].number}_"
        elif match.field is None and not match.sensitive and match.by == "" and group:
            field = _neighbor_field(match.header, group)
            if field and field not in taken:
                taken.add(field)
                match = replace(match, field=field, confidence=0.6, by="neighbor")
        result.append(match)
    return result


def _neighbor_field(header: str, group: str) -> str | None:
    texts = [re.sub(r" \d$", "", text) for text in _variants(header)]
    part = next((BARE_EVIDENCE[text] for text in texts if text in BARE_EVIDENCE), None)
    if part is None and any(text in BARE_DATE for text in texts):
        part = "on"
    field = f"{group}{part}"
    return field if part and field in FIELDS else None


def _unrivaled(matches: Sequence[ColumnMatch]) -> list[ColumnMatch]:
    """Leave each field to one column: the surest, then the first. A second telephone is the second telephone."""
    best: dict[str, int] = {}
    for match in sorted(matches, key=lambda match: (-match.confidence, match.index)):
        if match.field:
            best.setdefault(match.field, match.index)
    result = []
    for match in matches:
        if match.field and best[match.field] != match.index:
            spare = match.field == "phone" and "phone_2" not in best
            if spare:
                best["phone_2"] = match.index
            match = replace(match, field="phone_2" if spare else None, confidence=match.confidence if spare else 0.0)
        result.append(match)
    return result
