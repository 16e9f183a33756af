"""What templates say: sentences, days and numbers of the reader's language, kept without mixing languages."""

from datetime import date

from flask import Flask
from flask_babel import force_locale

SAYS = "{{ _('Households') }}|{{ day|day }}|{{ number|number }}"


def _said(app: Flask, text: str, **values: object) -> str:
    return app.jinja_env.from_string(text).render(**values)


def test_each_language_says_its_own_however_often_it_changes(app: Flask) -> None:
    with app.test_request_context():
        for _again in range(2):
            said = {}
            for locale in ("en", "es", "vi"):
                with force_locale(locale):
                    said[locale] = _said(app, SAYS, day=date(2026, 3, 1), number=1234.5)
            assert said["en"] == "Households|Mar 1, 2026|1,234.5"
            assert said["es"].split("|")[1:] == ["1 mar 2026", "1.234,5"]
            assert len(set(said.values())) == 3


def test_values_in_a_sentence_are_escaped_and_percent_signs_stay(app: Flask) -> None:
    with app.test_request_context():
        assert _said(app, "{{ _('%(a)s of 100%%', a=a) }}", a="<b>") == "&lt;b&gt; of 100%"
        assert _said(app, "{{ _('100%% <b>') }}") == "100% <b>"


def test_a_number_is_kept_apart_from_another_type(app: Flask) -> None:
    with app.test_request_context():
        assert [_said(app, "{{ n|number }}", n=n) for n in (1, 1.0, 0, 0.0)] == ["1", "1", "0", "0"]
