"""Words people write in cells, in English, Spanish, Vietnamese and Chinese, and what they mean. Pure.

Keys are folded (``kernel.text.fold``). Codes on the right are those of households.rules and progress.rules.
"""

import re
from collections.abc import Mapping

from ...foundation.kernel.text import clean, fold


def _table(lines: str) -> dict[str, str]:
    """Read "code: word, word" lines into word -> code."""
    table: dict[str, str] = {}
    for line in lines.strip().splitlines():
        code, _, words = line.strip().partition(": ")
        table[fold(code)] = code
        for word in words.split(", "):
            table[fold(word)] = code
    return table


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in _listed(words))


def _listed(words: str) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in words.replace("\n", ",").split(",") if word.strip())


YES = _folded("yes, y, true, 1, x, ✓, ✔, ☑, checked, on, si, sí, s, verdadero, có, co, vâng, đúng, 是, 有, 对, 對")
NO = _folded("no, n, false, 0, off, unchecked, none, falso, không, sai, 否, 不, 不是, 没有, 沒有, 无, 無")
# HUD HMIS Data Standards, general response categories: client doesn't know, prefers not to answer, not collected.
NOT_SAID = frozenset(("8", "9", "99"))
# Cells that say "we do not know": read as empty everywhere.
UNKNOWN = _listed(
    """n/a, #n/a, n.a., unknown, unk, null, (null), <null>, not provided, not_provided, not available, not collected
    data not collected, client doesn't know, client refused, client prefers not to answer, tbd, (blank), [blank]
    ?, ??, ???, -, --, ---, ., .., ..., …, none, nil, no email, no phone
    desconocido, desconocida, no sabe, se desconoce, no aplica, n/d, s/d, ninguno, ninguna, no tiene, sin correo
    không biết, không rõ, không có, 不详, 不詳, 未知, 不明, 无, 無"""
)
NAMES_TOO = frozenset(("Null", "Nil"))  # written like this, they are surnames; a missing value is "NULL" or "null"
CELL_ERRORS = frozenset(("#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#getting_data", "err:502"))

DEVICE_KINDS = _table("""
laptop: notebook, netbook, chromebook, macbook, macbook pro, macbook air, ultrabook, laptop computer, portable computer, portátil, portatil, computadora portátil, ordenador portátil, laptop pc, thinkpad, máy tính xách tay, may tinh xach tay, laptop cũ, 笔记本, 笔记本电脑, 筆電, 筆記型電腦, 手提电脑, 手提電腦
desktop: desktop computer, pc, computer, tower, all in one, aio, imac, mac mini, chromebox, workstation, escritorio, computadora, computadora de escritorio, ordenador, microtower, máy tính để bàn, máy tính, 台式机, 台式电脑, 桌上型電腦, 桌機, 电脑, 電腦
tablet: ipad, tableta, tablet pc, kindle fire, galaxy tab, máy tính bảng, 平板, 平板电脑, 平板電腦
phone: smartphone, smart phone, cell phone, cellphone, mobile, mobile phone, iphone, teléfono, teléfono celular, celular, móvil, điện thoại, 手机, 手機
hotspot: hot spot, mobile hotspot, mifi, jetpack, wifi hotspot, punto de acceso, phát wifi, 热点, 熱點
router: modem, modem router, wifi router, gateway, enrutador, ruteador, bộ định tuyến, 路由器
monitor: screen, display, pantalla, màn hình, 显示器, 顯示器
""")  # noqa: E501, RUF100
SOURCES = _table("""
donated: donation, refurbished, refurb, used, second hand, secondhand, recycled, reused, gift, donado, donada, donación, usado, usada, reacondicionado, reacondicionada, de segunda mano, tặng, quyên góp, cũ, đã qua sử dụng, 捐赠, 捐贈, 二手, 翻新
new: brand new, purchased, bought, purchase, nuevo, nueva, comprado, comprada, mới, mua mới, 新, 全新
""")  # noqa: E501, RUF100
LANGUAGES = _table("""
en: english, eng, inglés, ingles, tiếng anh, 英语, 英文, 英語, en-us
es: spanish, spa, español, espanol, castellano, tiếng tây ban nha, 西班牙语, 西班牙文, es-mx
vi: vietnamese, vie, vietnamita, tiếng việt, việt, viet, 越南语, 越南文, vn
zh: chinese, mandarin, zho, chi, chino, mandarín, tiếng trung, tiếng hoa, 中文, 普通话, 普通話, 汉语, 漢語, 国语, 國語, zh-cn, zh-tw, cmn
yue: cantonese, cantonés, tiếng quảng đông, 粤语, 粵語, 广东话, 廣東話
tl: tagalog, filipino, fil, pilipino
ko: korean, coreano, 한국어, tiếng hàn
ja: japanese, japonés, 日本語
hi: hindi, हिन्दी
pa: punjabi, panjabi, ਪੰਜਾਬੀ
ta: tamil
te: telugu
fa: farsi, persian, dari, فارسی
ar: arabic, árabe, العربية
ru: russian, ruso, русский
uk: ukrainian, ucraniano, українська
pt: portuguese, portugués, português
km: khmer, cambodian
am: amharic
ti: tigrinya
so: somali
sign: american sign language, asl, sign language, lengua de señas
other: otro, otra, another, khác, 其他
""")  # noqa: E501, RUF100
SAFE_CONTACTS = _table("""
phone: call, telephone, phone call, voice, teléfono, llamada, llamar, điện thoại, gọi, gọi điện, 电话, 電話
text: sms, text message, message, whatsapp, texto, mensaje, mensaje de texto, tin nhắn, nhắn tin, 短信, 簡訊
email: mail, electronic mail, correo, correo electrónico, thư điện tử, 电子邮件, 電子郵件, 电邮
in_person: in person, in person only, visit, face to face, en persona, gặp mặt, trực tiếp, 当面, 面谈, 當面
none: do not contact, no contact, dnc, no contactar, không liên lạc, 不要联系
""")  # noqa: E501, RUF100
CONSENT_WAYS = _table("""
signed_paper: signed, paper, written, on paper, signed on paper, signature, wet signature, signed form, form, en papel, firmado, firmada, escrito, firma, giấy, ký giấy, ký tên, 书面, 纸质, 書面, 签名
signed_screen: electronic, e-signature, esignature, docusign, online, digital, signed on screen, electronic signature, tablet, electrónico, electrónica, firma electrónica, en línea, trực tuyến, chữ ký điện tử, 电子, 在线, 電子
spoken: verbal, oral, phone, by phone, read aloud, spoken aloud, verbalmente, por teléfono, bằng lời, miệng, 口头, 口頭
attested_by_partner: on file, attested, partner, en archivo, lưu hồ sơ, 存档
""")  # noqa: E501, RUF100
RELATIONSHIPS = _table("""
head: self, hoh, head of household, self (head of household), primary, applicant, client, jefe, jefa, jefe de hogar, jefa de hogar, jefe de familia, titular, solicitante, chủ hộ, 户主, 戶主, 本人
spouse: wife, husband, wife_husband, partner, domestic partner, esposa, esposo, pareja, cónyuge, vợ, chồng, 配偶, 妻子, 丈夫
child: son, daughter, son_daughter, children, dependent, stepchild, foster child, hijo, hija, hijos, con, con trai, con gái, 子女, 儿子, 女儿, 孩子
other: other relative, non-relative, other non-relative, parent, mother, father, mother_father, mother or father, brother, sister, brother_sister, sibling, grandparent, grandmother, grandfather, grandmother_grandfather, grandchild, grandson_granddaughter, motherinlaw_fatherinlaw, daughterinlaw_soninlaw, brother_sister_inlaw, aunt_uncle, cousin, nephew_niece, relative, friend, roommate, non_beneficiary, otro, otra, padre, madre, hermano, hermana, abuelo, abuela, cha, mẹ, anh, chị, em, ông, bà, 父亲, 母亲, 亲戚, 其他
""")  # noqa: E501, RUF100
# HUD HMIS Data Standards 3.15.1, Relationship to Head of Household.
RELATIONSHIPS.update({"1": "head", "2": "child", "3": "spouse", "4": "other", "5": "other"})
NEEDS = _table("""
device: devices, computer, laptop, tablet, chromebook, hardware, equipment, dispositivo, dispositivos, computadora, equipo, thiết bị, máy tính, 设备, 電腦, 电脑, 設備
connection: connectivity, internet, internet service, broadband, wifi, wi fi, home internet, affordable internet, conexión, conectividad, servicio de internet, kết nối, mạng, 网络, 上网, 網路, 網絡, 互联网
skills: training, digital skills, digital literacy, classes, class, computer class, computer skills, literacy, capacitación, habilidades, habilidades digitales, clases, entrenamiento, alfabetización digital, kỹ năng, đào tạo, lớp học, 技能, 培训, 課程, 课程
""")  # noqa: E501, RUF100
POPULATIONS = _table("""
low_income: low income, covered household, income under 150, 150 fpl, poverty, low-income household, bajos ingresos, bajo ingreso, thu nhập thấp, 低收入
aging: senior, seniors, older adult, older adults, older individual, elderly, 60, 60+, 65, 65+, aging individual, adulto mayor, adultos mayores, tercera edad, người cao tuổi, cao niên, 老年人, 长者, 長者
incarcerated: incarcerated individual, justice involved, encarcelado, encarcelada, bị giam, 服刑
veteran: veterans, military, veterano, veterana, cựu chiến binh, 退伍军人, 退伍軍人
disability: disabled, individual with disability, individuals with disabilities, people with disabilities, person with a disability, discapacidad, discapacitado, khuyết tật, 残疾, 残障, 殘障
language_barrier: language barrier, english learner, english learners, ell, esl, lep, limited english, limited english proficiency, low literacy, barrera del idioma, aprendiz de inglés, rào cản ngôn ngữ, 语言障碍, 語言障礙
minority: racial minority, ethnic minority, racial or ethnic minority, racial ethnic minority, person of color, bipoc, minoría, minoría racial, minoría étnica, thiểu số, 少数族裔, 少數族裔
rural: rural resident, rural area, rural inhabitant, zona rural, nông thôn, 农村, 農村
declined: prefer not to say, prefers not to say, decline, decline to answer, refused, refuse to answer, prefiere no decir, prefiero no decir, từ chối, 拒绝回答, 不愿回答
""")  # noqa: E501, RUF100
EVIDENCE = _table("""
signed_hand_over: signed hand over form, signed hand-over, hand over form, signed receipt, receipt, device agreement, signature, signed form, loan agreement, recibo, recibo firmado, acuse, biên nhận, 收据, 签收单
scanned_label: label scanned, scanned tag, barcode, scan
provider_confirmation: isp confirmation, provider letter, confirmation, provider file, activation confirmation, confirmación, confirmación del proveedor, xác nhận, 确认函
bill: invoice, internet bill, statement, isp bill, factura, recibo de internet, hóa đơn, 账单, 帳單
speed_test: speedtest, speed test result, prueba de velocidad, kiểm tra tốc độ, 测速
attendance_sheet: attendance, attendance list, sign in sheet, signin sheet, sign-in sheet, roster, lista de asistencia, asistencia, danh sách điểm danh, 签到表
assessment_result: assessment, test result, quiz, northstar, certificate, evaluación, certificado, kết quả, 成绩
seen_at_home: home visit, seen, visit, navigator attestation, visita, visita a domicilio, thăm nhà
household_statement: self attestation, self attested, statement of household, client statement, declaración, autodeclaración
call_or_message: phone call, call, text message, llamada
other: another document, document, otro, khác, 其他
""")  # noqa: E501, RUF100
NO_FIXED = _folded(
    """yes, y, true, x, 1, no fixed address, homeless, unhoused, unsheltered, transient, no address, none, street
    no permanent address, sin hogar, sin domicilio, sin domicilio fijo, sin dirección, vô gia cư, không có địa chỉ
    无家可归, 無家可歸, 无固定住所"""
)

_SPLIT = re.compile(r"\s*[,;/|+&、，；\n]\s*|\s+(?:and|y|và)\s+|\s*[和与及]\s*")


def is_unknown(text: str) -> bool:
    """Return whether a cell says that nothing is known."""
    return text.strip().lower() in UNKNOWN


def lookup(table: Mapping[str, str], text: str) -> str | None:
    """Return the code a word stands for; a longer text may contain the word ("HP Chromebook 14")."""
    key = fold(text)
    if key in table:
        return table[key]
    padded = f" {key} "
    hits = {code for word, code in table.items() if len(word) > 2 and word.isascii() and f" {word} " in padded}
    return hits.pop() if len(hits) == 1 else None


def split_words(text: str) -> list[str]:
    """Return the parts of a list typed into one cell."""
    return [part for part in _SPLIT.split(clean(text)) if part]
