"""The words a record is made of: closed lists with their names for people. Pure."""

from collections.abc import Collection
from datetime import date

from ..foundation.kernel.messages import _

SAFE_CONTACTS = {
    "phone": _("Phone call"),
    "text": _("Text message"),
    "email": _("Email"),
    "in_person": _("In person only"),
    "none": _("Do not contact"),
}
LANGUAGES = {
    "en": "English",
    "es": "Español",
    "vi": "Tiếng Việt",
    "zh": "普通话 (Mandarin)",
    "yue": "廣東話 (Cantonese)",
    "tl": "Tagalog",
    "ko": "한국어",
    "ja": "日本語",
    "hi": "हिन्दी",
    "pa": "ਪੰਜਾਬੀ",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "fa": "فارسی",
    "ar": "العربية",
    "ru": "Русский",
    "uk": "Українська",
    "pt": "Português",
    "km": "ខ្មែរ",
    "am": "አማርኛ",
    "ti": "ትግርኛ",
    "so": "Soomaali",
    "sign": _("Sign language"),
    "other": _("Another language"),
}
WRITTEN = ("en", "es", "vi", "zh")  # languages the pages exist in
# Digital Equity Act of 2021, 47 U.S.C. 1721(8): the eight covered populations.
POPULATIONS = {
    "low_income": _("Low income (up to 150% of the federal poverty level)"),
    "aging": _("Someone is 60 or older"),
    "incarcerated": _("Someone is incarcerated, other than in a federal prison"),
    "veteran": _("Someone is a veteran"),
    "disability": _("Someone has a disability"),
    "language_barrier": _("Someone is learning English or finds reading hard"),
    "minority": _("Someone belongs to a racial or ethnic minority"),
    "rural": _("The home is in a rural area"),
}
DECLINED = "declined"  # asked, and preferred not to say
CONSENT_PURPOSES = {
    "service": _("Keep our record, help us, and count us once in the city's figures"),
    "follow_up": _("Ask us in some months whether the device and the internet still work"),
    "provider_check": _("Ask our internet company whether the service is on"),
}
IMPORT_UNDONE = "import_undone"  # why facts are void and an enrollment is closed: the file was taken back as a whole
REQUIRED_PURPOSE = "service"  # without it nobody may keep the record
CONSENT_WAYS = {
    "signed_paper": _("Signed on paper"),
    "signed_screen": _("Signed on a screen"),
    "spoken": _("Spoken, read aloud to them"),
    "attested_by_partner": _("On file with the partner, attested for a whole list"),
}
CONSENT_LANGUAGES = ("en", "es", "vi", "zh")  # languages the consent text exists in
CLOSE_REASONS = {
    "served": _("Everything they asked for is done"),
    "moved_away": _("Moved out of the city"),
    "no_answer": _("Could not be reached"),
    "asked_to_stop": _("Asked us to stop"),
    "dissolved": _("No longer one household"),
    "other": _("Another reason"),
}


def zip5(text: str | None) -> str | None:
    """Return the five digits of "95113" or "95113-1234"; None for nothing or anything else."""
    digits = (text or "").strip()
    five, _dash, four = digits.partition("-")
    fits = len(five) == 5 and five.isascii() and five.isdigit() and (four == "" or (len(four) == 4 and four.isdigit()))
    return five if fits else None


def written_in(language: str | None) -> str:
    """Return the language of the pages that a household reads best; Cantonese is written as Chinese."""
    code = "zh" if language == "yue" else language
    return code if code in WRITTEN else "en"


def standing_purposes(
    purposes: Collection[str], taken_back: Collection[str] | None, withdrawn_on: date | None
) -> frozenset[str]:
    """Return for what a consent stands: without what was taken back, which is all of it where nothing else is said."""
    gone = (taken_back or purposes) if withdrawn_on is not None else ()
    return frozenset(purposes) - frozenset(gone)
