"""What headers are called, in English, Spanish and the words of HMIS, HOPE and common intake lists. Pure.

One line per field: ``field: header, header``. ``{n}`` stands for the number of a group; it may be missing from a header
("Device type" is the first device's).
"""

from ...foundation.kernel.text import fold

_TEXT = """
reference: reference, client id, client number, client no, personal id, personalid, participant id, case id, case number, record id, rec id, unique id, id, ref, our id, partner reference, external id, unique client id, identification, numero de cliente, id cliente, id de cliente, expediente, numero de caso, ma khach hang, ma so, 编号, 編號, 客户编号
household_ref: household id, householdid, hh id, family id, case household id, household number, household ref, household reference, id del hogar, id hogar, hogar id, numero de hogar, ma ho, ma ho gia dinh, 家庭编号, 户号, 戶號
relationship: relationship, relationship to hoh, relationshiptohoh, relationship to head, relationship to head of household, relation, hoh relationship, parentesco, relacion, relacion con el jefe de hogar, quan he, quan he voi chu ho, 与户主关系, 關係, 关系
is_head: is head, head of household, hoh, is hoh, head, head y n, is head of household, jefe de hogar, es jefe de hogar, chu ho
head_name: name, name of client, client full name, full name, client name, client, head of household name, hoh name, head name, head full name, participant, participant name, resident name, resident, applicant, applicant name, contact name, primary contact, customer name, person name, household name, last name first name, nombre, nombre completo, nombre y apellido, nombre y apellidos, nombre del cliente, nombre del solicitante, nombre del jefe de hogar, participante, ho ten, ho va ten, ten, ten chu ho, ho ten chu ho, ten khach hang, 姓名, 名字, 户主姓名, 戶主姓名
head_first_name: first name, firstname, given name, givenname, fname, first, forename, head first name, hoh first name, client first name, name first, nombre de pila, primer nombre, nombres, ten goi, 名
head_middle_name: middle name, middlename, middle initial, mi, segundo nombre, ten dem, ten lot
head_last_name: last name, lastname, surname, family name, familyname, lname, last, head last name, hoh last name, client last name, name last, apellido, apellidos, apellido paterno, primer apellido, ho, 姓
head_birth_on: dob, fecha nac, date of birth, birth date, birthdate, birthday, born, born on, birth dt, head dob, hoh dob, client dob, head birth date, head date of birth, d o b, fecha de nacimiento, fecha nacimiento, nacimiento, f nacimiento, ngay sinh, ngay thang nam sinh, 出生日期, 生日, 出生
address_line: address, 家庭住址, street address, address line 1, address line, address 1, address1, home address, mailing address, residence address, physical address, current address, addr, domicilio, direccion, direccion de casa, calle y numero, direccion postal, dia chi, dia chi nha, 地址, 住址
house_number: house number, housenumber, street number, street no, house no, numero de casa, so nha, 门牌号
street: street, street name, calle, ten duong, duong, 街道
unit: unit, apt, apt unit, apartment, apt no, apt number, unit number, suite, unit no, address line 2, address 2, address2, space, apto, departamento, apartamento, depto, unidad, can ho, so phong, 单元, 單位, 房号
city: city, town, city name, municipality, suburb, ciudad, thanh pho, 城市, 市
zip_code: zip, zip postal code, zip code, zipcode, postal code, postcode, post code, postalcode, zip5, codigo postal, c p, cp, ma buu dien, ma buu chinh, 邮编, 郵遞區號, 邮政编码
district: district, council district, city council district, distrito, distrito del concejo, khu vuc, quan, 区, 區, 选区
no_fixed_address: no fixed address, homeless, unhoused, is homeless, unsheltered, where they stay, location description, housing status note, sin domicilio fijo, sin hogar, khong co dia chi co dinh, 无固定住所
phone: phone, phone number, tel no, 联系电话, 手机号, telephone, telephone number, tel, mobile, mobile phone, mobile number, cell, cell phone, cell number, primary phone, home phone, contact phone, contact number, phone no, phone number 1, phone 1, best phone, client phone, telefono, numero de telefono, celular, telefono celular, movil, tel celular, dien thoai, so dien thoai, sdt, dt, 电话, 電話, 手机, 电话号码, 手機
phone_2: phone 2, phone number 2, alternate phone, secondary phone, alt phone, other phone, work phone, phone no alternative, phone number alternative, phone alternative, telefono 2, telefono alterno, dien thoai 2
email: email, e mail, email address, e mail address, mail, primary email, client email, correo, correo electronico, email del cliente, thu dien tu, 电子邮件, 邮箱, 電子郵件, 电邮
safe_contact: safe contact, preferred contact, preferred contact method, contact preference, best way to contact, contact method, how to contact, best contact method, contacto preferido, medio de contacto, contacto seguro, cach lien lac, 联系方式, 聯絡方式
contact_note: contact note, contact notes, contact instructions, nota de contacto
language: language, preferred language, primary language, home language, language spoken, preferred language i c, spoken language, idioma, idioma preferido, lengua, lenguaje, ngon ngu, 语言, 語言
enrolled_on: enrolled on, enrollment date, enrolment date, date enrolled, enrolled, intake date, date of intake, registration date, first registration date, date registered, entry date, entrydate, start date, program start date, project start date, date of enrollment, sign up date, date joined, fecha de inscripcion, fecha de registro, fecha inscripcion, fecha de ingreso, ngay dang ky, ngay ghi danh, 登记日期, 注册日期, 登記日期
consent_given: consent, consent given, consented, consent signed, has consent, agreed, consent y n, consentimiento, dio consentimiento, acepto, dong y, 同意, 已同意
consent_on: consent date, consent on, consent given on, date of consent, consent signed on, date consent signed, signature date, fecha de consentimiento, fecha consentimiento, ngay dong y, 同意日期
consent_way: consent way, consent method, consent type, how consent was given, type of consent, forma de consentimiento, tipo de consentimiento, hinh thuc dong y, 同意方式
needs: needs, need, service needed, services needed, services requested, requested, request, need type, interested in, necesidades, necesita, servicios solicitados, nhu cau, 需求, 需要
need_device: need device, needs device, needs a device, needs computer, need computer, device needed, needs a computer, necesita dispositivo, necesita computadora, can thiet bi, 需要设备, 需要電腦
need_connection: need connection, needs connection, needs internet, need internet, internet needed, needs home internet, needs connectivity, necesita internet, necesita conexion, can internet, 需要网络, 需要上网
need_skills: need skills, needs skills, needs training, need training, training needed, needs digital skills, wants classes, necesita capacitacion, necesita clases, can dao tao, 需要培训
populations: populations, covered population, covered populations, covered groups, population group, demographics, target population, dea population, poblacion, poblaciones, grupo de poblacion, nhom dan so, 人群
population_low_income: low income, low income household, covered household, bajos ingresos, thu nhap thap
population_aging: aging, senior, older adult, 60 or older, age 60, over 60, 60 plus, aged 60, adulto mayor, nguoi cao tuoi
population_incarcerated: incarcerated, justice involved, formerly incarcerated, encarcelado
population_veteran: veteran, veteran status, is veteran, veteranstatus, military veteran, veterano, cuu chien binh
population_disability: disability, disabled, disabling condition, disablingcondition, has disability, person with disability, discapacidad, khuyet tat
population_language_barrier: language barrier, english learner, limited english, lep, barrera de idioma
population_minority: minority, racial or ethnic minority, racial minority, ethnic minority, person of color, minoria
population_rural: rural, rural resident
member_{n}_name: member {n}, member {n} name, member {n} full name, household member {n}, household member {n} name, hh member {n}, hh member {n} name, person {n}, person {n} name, name {n}, family member {n}, family member {n} name, miembro {n}, nombre miembro {n}, nombre del miembro {n}, miembro {n} nombre, thanh vien {n}, ten thanh vien {n}, 成员{n}, 成员 {n} 姓名
member_{n}_first_name: member {n} first name, person {n} first name, household member {n} first name, first name {n}
member_{n}_last_name: member {n} last name, person {n} last name, household member {n} last name, last name {n}
member_{n}_birth_on: member {n} dob, member {n} birth date, member {n} date of birth, member {n} birthdate, household member {n} dob, household member {n} date of birth, hh member {n} dob, person {n} dob, person {n} date of birth, dob {n}, family member {n} dob, miembro {n} fecha de nacimiento, fecha de nacimiento miembro {n}, thanh vien {n} ngay sinh, ngay sinh thanh vien {n}
member_{n}_relationship: member {n} relationship, person {n} relationship, household member {n} relationship, relationship {n}, miembro {n} parentesco, thanh vien {n} quan he
device_{n}_kind: device {n}, device {n} kind, device {n} type, device kind, device type, type of device, device, kind of device, device given, device category, equipment, equipment type, device received, device provided, device distributed, computer type, tipo de dispositivo, tipo dispositivo, dispositivo, dispositivo {n}, dispositivo {n} tipo, tipo de equipo, equipo, loai thiet bi, thiet bi, thiet bi {n}, 设备, 设备类型, 設備類型
device_{n}_source: device {n} source, device source, device {n} condition, device condition, source, donated or new, new or donated, new or refurbished, device origin, donated new, device {n} donated or new, origen, origen del dispositivo, dispositivo {n} origen, donado o nuevo, nguon thiet bi, 设备来源
device_{n}_unit: device {n} serial, device {n} serial number, device {n} asset tag, device {n} serial or asset tag, device serial, device serial number, serial, serial number, serial no, serialnumber, s n, sn, asset tag, assettag, asset number, tag, device tag, device id, device asset tag, service tag, imei, numero de serie, serie, etiqueta, dispositivo {n} serie, dispositivo {n} numero de serie, so seri, so may, 序列号, 序號, 资产编号
device_{n}_on: device {n} date, date device distributed, date device issued, date device provided, date given, date received, device {n} on, device {n} given on, device {n} handed over on, device {n} handed over, device {n} received, device {n} received on, device date, device given on, date device given, device received date, date device received, device handed over on, handed over on, hand over date, handover date, distribution date, date distributed, date of distribution, device distribution date, device delivery date, delivery date, checkout date, device handed over, fecha de entrega, fecha entrega, fecha de entrega del dispositivo, fecha dispositivo, dispositivo {n} fecha, ngay giao, ngay giao thiet bi, ngay nhan thiet bi, 设备交付日期, 领取日期, 發放日期
device_{n}_ended_on: device {n} returned on, device {n} returned, device returned on, device return date, return date, date returned, fecha de devolucion
line_{n}_provider: line {n} provider, line {n} isp, internet {n} provider, provider, isp, internet provider, internet service provider, carrier, service provider, internet company, proveedor, proveedor de internet, compania de internet, nha cung cap, nha cung cap internet, nha mang, 网络供应商, 供应商, 網路供應商
line_{n}_plan: line {n} plan, internet {n} plan, plan, internet plan, plan name, internet offer, plan de internet, goi cuoc, 套餐
line_{n}_speed: line {n} speed, internet {n} speed, speed, internet speed, download upload, speed down up, speed mbps, down up, mbps, velocidad, velocidad de internet, toc do, toc do mang, 网速, 速度
line_{n}_down: line {n} down, line {n} download, line {n} download speed, line {n} down mbps, down, down mbps, download, download speed, download mbps, mbps down, downstream, speed down, down speed, down kbps, download speed mbps, velocidad de bajada, velocidad de descarga, bajada, toc do tai xuong, 下载速度, 下载
line_{n}_up: line {n} up, line {n} upload, line {n} upload speed, line {n} up mbps, up, up mbps, upload, upload speed, upload mbps, mbps up, upstream, speed up, up speed, up kbps, upload speed mbps, velocidad de subida, velocidad de carga, subida, toc do tai len, 上传速度, 上传
line_{n}_price: line {n} price, line {n} monthly price, price, monthly price, monthly cost, cost per month, monthly fee, internet cost, internet price, price per month, price a month, precio, precio mensual, costo mensual, gia, gia hang thang, 月费, 价格, 每月费用
line_{n}_on: line {n} date, line {n} on, line {n} activated, line {n} activated on, line {n} activation date, activated on, activation date, date activated, internet start date, internet activated on, service start date, internet activation date, date connected, connected on, internet date, install date, installation date, line date, line start date, line started, internet start, isp start date, service start, fecha de activacion, fecha activacion, fecha de instalacion, fecha de internet, ngay kich hoat, ngay bat dau internet, 开通日期, 启用日期
line_{n}_ended_on: line {n} ended, line {n} ended on, line ended on, internet end date, service end date, ended on, cancelled on, canceled on, disconnect date, disconnected on, fecha de cancelacion, ngay huy, 停用日期
training_{n}_topic: training {n}, training {n} topic, class {n}, class {n} topic, training topic, topic, class, course, class name, course name, training, training name, workshop, tema, curso, clase, tema de capacitacion, capacitacion, capacitacion {n}, chu de, khoa hoc, lop hoc, 课程, 培训主题
training_{n}_hours: training {n} hours, class {n} hours, hours, training hours, class hours, hours of training, hours completed, hours attended, total hours, number of hours, duration hours, horas, horas de capacitacion, horas de entrenamiento, capacitacion {n} horas, so gio, gio hoc, 学时, 小时, 时数
training_{n}_on: training {n} date, training {n} on, class {n} date, training date, class date, date of training, training completed on, training completion date, course date, date completed, completion date, fecha de capacitacion, fecha de clase, fecha de entrenamiento, capacitacion {n} fecha, ngay hoc, ngay dao tao, 培训日期, 上课日期
training_{n}_member: training {n} member, training {n} participant, training member, trainee, student, student name, attendee, person trained, participante de capacitacion, hoc vien, 学员
training_{n}_assessment: training {n} assessment, assessment, assessment name, evaluacion, bai kiem tra, 评估
training_{n}_passed: training {n} passed, passed, assessment passed, aprobado, dat, 通过
"""  # noqa: E501 - one field a line
_EVIDENCE = """
evidence_type: evidence, evidence type, proof, proof type, type of evidence, verification, verification type, evidencia, tipo de evidencia, comprobante, bang chung, 证明
evidence_reference: evidence reference, proof reference, evidence number, evidence no, document number, document reference, evidence ref, referencia de evidencia, numero de comprobante, so chung tu, 证明编号
evidence_seen_by: evidence seen by, proof seen by, seen by, verified by, staff initials, initials, visto por, verificado por, nguoi xac nhan, 核实人
evidence_seen_on: evidence seen on, proof seen on, seen on, date seen, evidence date, proof date, verified on, fecha de verificacion, visto el, ngay xac nhan, 核实日期
"""  # noqa: E501
_GROUP_WORDS = {
    "device": ("device {n}", "device", "dispositivo {n}", "dispositivo", "thiet bi {n}"),
    "line": ("line {n}", "line", "internet {n}", "internet", "linea {n}"),
    "training": ("training {n}", "training", "class {n}", "capacitacion {n}"),
}


def _build() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in _TEXT.strip().splitlines():
        field, _, headers = line.partition(": ")
        for header in (field.replace("_", " "), *headers.split(", ")):
            table.setdefault(_key(header), field)
    for line in _EVIDENCE.strip().splitlines():
        part, _, headers = line.partition(": ")
        for group, names in _GROUP_WORDS.items():
            field = f"{group}_{{n}}_{part}"
            for header in (part.replace("_", " "), *headers.split(", ")):
                for name in names:
                    table.setdefault(_key(f"{name} {header}"), field)
    return table


def _key(header: str) -> str:
    """Fold a header but for its ``{n}``."""
    return fold(header.replace("{n}", " 0000 ")).replace("0000", "{n}")


SYNONYMS = _build()
# Headers of evidence that do not say of what: they belong to the delivery whose columns stand before them.
BARE_EVIDENCE = {
    _key(header): line.partition(": ")[0]
    for line in _EVIDENCE.strip().splitlines()
    for header in (line.partition(": ")[0].replace("_", " "), *line.partition(": ")[2].split(", "))
}
# Headers that belong to the delivery before them when they stand in its group.
BARE_DATE = frozenset(
    map(_key, ("date", "on", "day", "fecha", "ngay", "日期", "given on", "delivered on", "start", "from"))
)
