"""Invented people: given and family names as San José spells them, by language. Nobody here exists."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Names:
    """How people of one language are called; ``family_first``: 王伟, Nguyễn Thị Lan."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False
    joined_by: str = " "


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


NAMES: dict[str, Names] = {
    "en": Names(
        _words(
            "Maya Darnell Ruth Tyrone Grace Walter Denise Marcus Joan Leroy Alice Terrence Nora Calvin Ivy Otis Hazel "
            "Desmond Pearl Jerome Faith Clifton Opal Reggie Dawn Malcolm June Curtis Iris Lamar"
        ),
        _words(
            "Whitlow Marsh Okafor Brightwell Hadley Pemberton Larkin Tolliver Ashby Renner Coley Weatherby Dunmore "
            "Kessler Fairchild Boone Stallworth Mabry Quigley Harlow Pickett Redfern Sorrell Yancey"
        ),
    ),
    "es": Names(
        _words(
            "Rosa José María Luz Miguel Ángel Guadalupe Esteban Marisol Ramón Xóchitl Íñigo Concepción Joaquín Yolanda "
            "Raúl Araceli Tomás Belén Efraín Pilar Óscar Noemí Andrés Juana Rogelio Inés Martín Dolores Hilario"
        ),
        _words(
            "Delgado García_Núñez Peña Ibáñez Ruiz_Ocampo Quiñones Vásquez Ceballos Zúñiga Cárdenas Nájera Muñoz_Rivas "
            "Olguín Saldívar Tejeda Arreola Montúfar Escobedo Güereña Barragán Cisneros Lerma Ávalos Villaseñor"
        ),
    ),
    "vi": Names(
        _words(
            "Thị_Lan Văn_Ân Thị_Hương Minh_Đức Ngọc_Ánh Quốc_Bảo Thị_Mai Hữu_Phước Kim_Chi Thanh_Tùng "
            "Thị_Tuyết Anh_Dũng "
            "Bích_Thủy Công_Thành Diễm_My Gia_Hân Hoàng_Long Thị_Nở Trọng_Nghĩa Xuân_Mai "
            "Đình_Phong Thùy_Dương Vũ_Khôi Yến_Nhi"
        ),
        _words("Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Lương"),
        family_first=True,
    ),
    "zh": Names(
        _words("伟 芳 秀英 志强 丽华 建国 美玲 文杰 淑贞 俊豪 雅婷 国栋 玉兰 嘉欣 德明 慧敏 永康 素珍 子轩 月娥"),
        _words("王 李 张 陈 刘 黄 林 吴 周 梁 何 郭 歐陽 鄭 謝 司徒"),
        family_first=True,
        joined_by="",
    ),
    "yue": Names(
        _words(
            "Wing-Yan Ka-Ming Siu-Ling Chi-Keung Mei-Fong Wai-Hung Lai-Kuen Kwok-Wah Yuk-Lan Tsz-Ching Ho-Yin Pui-Shan"
        ),
        _words("Chan Wong Leung Cheung Ng Lam Tse Yip Kwan Szeto Mak Fung Au-Yeung Tam"),
    ),
    "tl": Names(
        _words(
            "Maricel Rodrigo Imelda Danilo Luzviminda Ernesto Corazon Benigno Ligaya Arturo Jovelyn Rommel Tala "
            "Crisanto "
            "Dalisay Fe Amado Rosalinda Bayani Perlita Isagani Marites"
        ),
        _words(
            "Dela_Cruz Bautista Macapagal Dimaculangan Magsaysay Pangilinan Catacutan Lualhati Batungbakal Panganiban "
            "Gatdula Sumulong Tolentino Evangelista Manalo Salonga"
        ),
    ),
    "ko": Names(_words("지훈 서연 민준 은주 영수 미경 현우 정숙"), _words("김 이 박 최 정 강 조 윤"), True, ""),
    "hi": Names(_words("अनिता राजेश सुनीता विजय कविता मोहन"), _words("शर्मा वर्मा यादव पटेल गुप्ता मिश्रा")),
    "fa": Names(_words("مریم علی فاطمه رضا نسرین داریوش"), _words("احمدی رضایی کریمی حسینی موسوی صادقی")),
    "ru": Names(
        _words("Ольга Иван Светлана Пётр Наталья Юрий"), _words("Соколенко Мельниченко Берёзкина Журавлёв Ткач")
    ),
    "am": Names(_words("ሰላም ዳዊት ሄለን ዮሐንስ ትዕግስት በቀለ"), _words("ተስፋዬ ከበደ ገብረማርያም ወልደ አበበ")),
    "so": Names(_words("Hodan Abdi Faduma Cabdullahi"), _words("Warsame Xasan Jaamac Cige")),
}
# Roughly as the program meets them; the first five are the languages of most households it serves.
LANGUAGE_WEIGHTS = {
    "en": 300, "es": 330, "vi": 190, "zh": 70, "tl": 55, "yue": 15, "ko": 8, "hi": 10, "fa": 8,
    "ru": 6, "am": 5, "so": 3,
}  # fmt: skip
_MONONYM_EVERY = 60  # a one-word name is a name


def pick_language(rng: Random) -> str:
    """Return a language by its weight."""
    return rng.choices(list(LANGUAGE_WEIGHTS), weights=list(LANGUAGE_WEIGHTS.values()))[0]


def family_name(language: str, rng: Random) -> str:
    """Return a family name."""
    return rng.choice(NAMES[language].family)


def full_name(language: str, family: str, rng: Random) -> str:
    """Return a whole name of somebody of that family."""
    names = NAMES[language]
    given = rng.choice(names.given)
    if rng.randrange(_MONONYM_EVERY) == 0:
        return given
    return names.joined_by.join((family, given) if names.family_first else (given, family))


def as_misheard(name: str, rng: Random) -> str:
    """Return the name as another desk may have written it: the words the other way round, or in capitals."""
    words = name.split()
    if len(words) > 1 and rng.random() < 0.5:
        return " ".join([words[-1], *words[:-1]])
    return name.upper() if rng.random() < 0.5 else name
