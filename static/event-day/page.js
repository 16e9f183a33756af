/* The event-day page: choose a day, load it under a PIN, unlock, hand over and tick without network, send, finish.

   A tap is on the disk, encrypted, before the page says that it is kept. It ends in one of three ways only: the server
   answered, its person took it back before it was tried, or gave it up by an explicit choice. All sentences come from
   the page (data-words), so that they can be translated. */

import { pinProblem, readHand, today } from "./entering.js";
import { badge, byId, find, fold, inWords, knows, press, root, row, say, show, state, tell, wrong } from "./parts.js";
import { load, send } from "./sending.js";
import * as vault from "./vault.js";

const set = root.dataset;
const IDLE = 15 * 60 * 1000; // milliseconds without a touch until the page locks
const AGAIN = 20 * 1000; // milliseconds until sending is tried again
const HOUR = 60 * 60 * 1000;

let code = null; // of the day shown
let loading = null; // id of the loading by which it is unlocked
let key = null; // in memory while unlocked
let list = null; // what was loaded; null: locked, or removed
let items = new Map(); // taps by their key
let hand = null; // the row whose device is being handed over
let changes = 0; // of taps in this tab: what was read before one is read again
let busy = false; // a form is being answered
let sending = false;
let turn = Promise.resolve(); // ends when everything that was asked for is sent
let idle = 0;

const waiting = () => Array.from(items.values()).filter((item) => !item.result);
const thing = (tap) => (tap.kind === "present" ? `present ${tap.member}` : `hand_over ${tap.tag}`);

/* What a row says once it was tapped. */
function tapped(made, item, done, label) {
  if (!item.result) {
    state(made, item.tried ? say("tried") : `${done}. ${say("waiting")}`, item.tried ? "info" : "wait");
    if (!item.tried) press(made, "[data-back]", say("undo"), label, () => takeBack(item.key).catch(notKept));
  } else if (item.result === "conflict") {
    state(made, say("conflict"), "ask");
  } else {
    state(made, done, "ok");
  }
}

function homeRow(one, item) {
  const made = row(one.name, `${one.home} · ${one.kind} · ${one.tag}`);
  if (item) tapped(made, item, say("handed_over"), one.name);
  else press(made, "[data-act]", say("hand_over"), `${one.name}, ${one.tag}`, () => begin(one));
  return made;
}

function personRow(one, item) {
  const made = row(one.name, one.home);
  if (item) tapped(made, item, say("here"), one.name);
  else if (one.here) state(made, say("here"), "ok");
  else press(made, "[data-act]", say("present"), one.name, () => tap({ kind: "present", home: one.home, member: one.id }, one.name));
  return made;
}

function render() {
  if (!key) return;
  const known = new Map(Array.from(items.values(), (item) => [thing(item.tap), item]));
  const sought = fold(byId("search").value.trim());
  const fits = (one) => !sought || fold(`${one.name} ${one.home} ${one.tag || ""}`).includes(sought);
  const homes = list ? list.homes.filter(fits) : [], people = list ? list.people.filter(fits) : [];
  find("homes").replaceChildren(...homes.map((one) => homeRow(one, known.get(`hand_over ${one.tag}`))));
  find("people").replaceChildren(...people.map((one) => personRow(one, known.get(`present ${one.id}`))));
  find("homes-part").hidden = !homes.length;
  find("people-part").hidden = !people.length;
  find("search-field").hidden = !list;
  find("class").textContent = list ? list.title : "";
  find("none-found").hidden = !list || Boolean(homes.length + people.length);
  find("none-found").textContent = say("none_found");
  showNeeds(find("needs"), find("conflicts"));
  badge(waiting().length, items.size);
}

function showNeeds(box, place) {
  const open = Array.from(items.values()).filter((item) => item.result === "conflict");
  box.hidden = !open.length;
  place.replaceChildren(...open.map((item) => row(`${item.name}, ${item.tap.home}`, item.reason || "")));
}

/* ---------- Days on this computer ---------- */

async function start() {
  lock();
  tell("");
  const asked = location.hash.slice(1).toUpperCase();
  await tidy();
  const days = await vault.listDays();
  const wanted = /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(asked) ? asked : days.length === 1 ? days[0].code : null;
  if (wanted) choose(wanted, days.some((day) => day.code === wanted));
  else if (!days.length) show("none");
  else showDays(days);
}

function showDays(days) {
  find("days").replaceChildren(...days.map((day) => {
    const made = row(say("days_of", { day: inWords(day.day), code: day.code }), "");
    press(made, "[data-act]", document.querySelector('[data-form="unlock"] button').textContent.trim(), day.code, () => choose(day.code, true));
    return made;
  }));
  show("choose");
}

async function choose(wanted, is_here) {
  code = wanted;
  find("finished-link").href = set.page.replace("CODE", code);
  const day = is_here ? await vault.getDay(code) : null;
  if (!day) { show("load"); byId("new-pin").focus(); return; }
  const unsent = (await vault.itemsOf(code)).filter((item) => !item.result).length;
  find("day-of").textContent = say("days_of", { day: inWords(day.day), code });
  find("others").hidden = (await vault.listDays()).length < 2;
  find("unsent").textContent = say("not_sent", { n: unsent });
  badge(unsent, unsent);
  show("unlock");
  byId("pin").focus();
}

/* Remove lists whose time is over, whether unlocked or not. */
async function tidy() {
  for (const day of await vault.listDays()) {
    const is_open = key && day.code === code;
    if (Date.now() < day.until || (is_open && !list)) continue;
    await vault.forget(day.code);
    if (!is_open) continue;
    list = hand = null;
    if (await vault.getDay(code)) { await reread(); show("open"); render(); } else { await start(); }
    tell(say("expired"), "warning");
  }
}

function lock(text) {
  key = loading = list = hand = null;
  items = new Map();
  ["homes", "people", "conflicts"].forEach((name) => find(name).replaceChildren());
  ["pin", "new-pin", "pin-again", "search", "tag"].forEach((id) => { byId(id).value = ""; });
  if (text) { tell(text); choose(code, true); }
}

function stayAwake() {
  clearTimeout(idle);
  idle = setTimeout(() => { if (busy || sending) stayAwake(); else if (key) lock(say("locked")); }, IDLE);
}

/* ---------- PIN ---------- */

async function loadDay() {
  const pin = byId("new-pin").value;
  if (wrong("new-pin", pinProblem(pin, byId("pin-again").value, Number(set.least)))) { byId("new-pin").focus(); return; }
  tell(say("loading"));
  if (!await vault.keepPage(set.worker, set.scope)) { fail({ state: "not_kept" }); return; }
  const answer = await load(set, code);
  if (answer.state !== "ok") { fail(answer); return; }
  const salt = crypto.getRandomValues(new Uint8Array(16)), rounds = Number(set.rounds);
  const made = await vault.keyOf(pin, salt, rounds), id = crypto.randomUUID();
  const until = Date.now() + Number(set.hours) * HOUR;
  const day = {
    code, day: answer.data.day, loading: id, salt, rounds, until, wrong: 0,
    check: await vault.seal(made, "open", `check ${code}`), list: await vault.seal(made, answer.data, `list ${code}`),
  };
  try {
    await vault.addDay(day);
  } catch (error) {
    if (error.name !== "ConstraintError") throw error;
    await start(); // another tab loaded it meanwhile, under a PIN of its own
    tell(say("is_here"), "warning");
    return;
  }
  [key, loading, list] = [made, id, answer.data];
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist(); // so that the browser keeps it when space is short
  await enter(until);
}

async function unlock() {
  tell(say("opening"));
  await tidy();
  const day = await vault.getDay(code);
  if (!day) { await start(); return; }
  const tried = await vault.keyOf(byId("pin").value, day.salt, day.rounds);
  try {
    await vault.unseal(tried, day.check, `check ${code}`);
  } catch (error) {
    await refuse();
    return;
  }
  [key, loading] = [tried, day.loading];
  await vault.changeDay(code, (one) => { one.wrong = 0; });
  list = day.list ? await vault.unseal(key, day.list, `list ${code}`) : null;
  await enter(day.until);
}

/* Ten wrong PINs remove what can be read; never what is not sent: that may be a child with the phone. */
async function refuse() {
  await vault.changeDay(code, (one) => { one.wrong += 1; });
  const day = await vault.getDay(code);
  if (!day) { await start(); return; }
  const left = Number(set.wrong) - day.wrong;
  tell("");
  byId("pin").value = "";
  if (left > 0) { wrong("pin", say("pin_wrong", { n: left })); byId("pin").focus(); return; }
  await vault.forget(code);
  const is_left = await vault.getDay(code);
  if (!is_left) { history.replaceState(null, "", location.pathname); await start(); tell(say("pin_gone"), "warning"); return; }
  wrong("pin", say("pin_out"));
  byId("pin").focus();
}

async function enter(until) {
  history.replaceState(null, "", `#${code}`);
  wrong("pin", "");
  tell(list ? "" : say("only_unsent"), "warning");
  ["pin", "new-pin", "pin-again"].forEach((id) => { byId(id).value = ""; });
  find("until").textContent = list ? say("until", { time: new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }).format(until) }) : "";
  await reread();
  show("open");
  render();
  stayAwake();
}

async function reread() {
  const opens = key, found = new Map(), before = changes;
  for (const item of await vault.readItems({ code, loading })) {
    const inside = await vault.unseal(opens, item.box, `item ${item.key}`);
    found.set(item.key, { ...inside, key: item.key, tried: item.tried, result: item.result });
  }
  if (key !== opens) return; // locked meanwhile
  if (changes !== before) { await reread(); return; }
  items = found;
}

/* Say what could not be kept, and why: the day is not on this computer any more, or there is no room. */
async function notKept(error, name) {
  if (!(error instanceof vault.Gone)) { tell(say("storage"), "warning"); return; }
  await start();
  tell(name ? `${name}: ${say("tap_lost")}` : say("gone_here"), "warning");
}

/* ---------- Tapping ---------- */

async function keep(item) {
  const box = await vault.seal(key, { tap: item.tap, name: item.name, reason: item.reason || null }, `item ${item.key}`);
  await vault.putItem({ code, loading }, { key: item.key, tried: item.tried, result: item.result, box });
  items.set(item.key, item);
  changes += 1;
}

const pressed = new Set(); // what is being kept right now: a double tap is one tap
async function tap(about, name) {
  const what = thing(about);
  if (pressed.has(what) || Array.from(items.values()).some((item) => thing(item.tap) === what)) return false;
  pressed.add(what);
  const made = { key: crypto.randomUUID(), tried: false, result: null, name };
  try {
    await keep({ ...made, tap: { ...about, key: made.key, on: today(list.zone) } });
  } catch (error) {
    await notKept(error, name);
    return false;
  } finally {
    pressed.delete(what);
  }
  tell(`${name}: ${say("kept")}`, "success");
  render();
  return true;
}

async function takeBack(which) {
  await vault.dropUntried(which);
  changes += 1;
  await reread();
  tell(items.has(which) ? "" : say("undone"));
  render();
}

function begin(one) {
  hand = one;
  find("hand-title").textContent = say("title_hand", one);
  find("hand-expected").textContent = say("expected", one);
  document.querySelectorAll('[name="signed"]').forEach((choice) => { choice.checked = false; });
  byId("terms-keeps").checked = true;
  byId("tag").value = "";
  byId("due").value = list.loan_due;
  find("sign-clear").click();
  ["tag", "signed", "due"].forEach((id) => wrong(id, ""));
  tell("");
  show("hand");
  byId("tag").focus();
}

function back() {
  hand = null;
  find("sign-clear").click();
  show("open");
  render();
  find("message").focus();
}

/* ---------- Sending ---------- */

function fail(answer) {
  tell(say(knows(answer.state) ? answer.state : "unreachable"), "warning");
  find("sign-in").hidden = !["signed_out", "not_allowed"].includes(answer.state);
}

async function sendAll() {
  await reread();
  const before = async (keys) => {
    const there = await vault.markTried(keys);
    changes += 1;
    there.filter((one) => items.has(one)).forEach((one) => { items.get(one).tried = true; });
    render();
    return there;
  };
  const after = async (outcomes) => {
    for (const one of outcomes) if (items.has(one.key)) await keep({ ...items.get(one.key), tried: true, result: one.result, reason: one.reason });
    render();
  };
  const answer = await send(set, code, waiting().map((item) => item.tap), { before, after });
  if (answer.state === "over") answer.state = "unreachable"; // two at the same thing: again in a moment
  render();
  return answer;
}

/* One after the other. `is_quiet`: tried by itself; that there is still no connection is no news. */
function deliver(is_last, is_quiet) {
  if (!is_quiet) tell(say("sending"));
  if (!is_quiet || !sending) turn = turn.then(() => deliverOnce(is_last, is_quiet));
}

async function deliverOnce(is_last, is_quiet) {
  if (!key) return;
  sending = true;
  try {
    const answer = await sendAll();
    if (is_quiet && answer.state === "unreachable") return;
    if (answer.state !== "ok") { fail(answer); return; }
    find("sign-in").hidden = true;
    tell(say("sent"), "success");
    if (is_last) await finish();
  } catch (error) {
    await notKept(error);
  } finally {
    sending = false;
  }
}

async function finish() {
  const count = items.size;
  await vault.wipe(code, true);
  if (await vault.getDay(code)) { await reread(); render(); return; } // tapped meanwhile in another tab
  showNeeds(find("finished-needs"), find("finished-conflicts"));
  find("finished-title").textContent = count ? say("finished", { n: count }) : say("finished_none");
  lock();
  find("badge").hidden = true;
  tell("");
  history.replaceState(null, "", location.pathname);
  show("finished");
  find("finished-title").focus();
}

async function giveUp() {
  if (!byId("sure").checked) { byId("sure").focus(); return; }
  await vault.wipe(code, false);
  byId("sure").checked = false;
  find("badge").hidden = true;
  history.replaceState(null, "", location.pathname);
  await start();
  tell(say("given_up"), "warning");
}

const handOver = async () => { const about = readHand(hand); if (about && await tap(about, hand.name)) back(); };
const forms = { load: loadDay, unlock, hand: handOver };
root.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  try { await forms[event.target.dataset.form](); } catch (error) { await notKept(error); } finally { busy = false; }
});
find("send").addEventListener("click", () => deliver(false));
find("finish").addEventListener("click", () => deliver(true));
find("lock").addEventListener("click", () => { if (!sending) lock(say("locked")); });
find("cancel").addEventListener("click", back);
find("give-up").addEventListener("click", giveUp);
byId("search").addEventListener("input", render);
["pointerdown", "keydown"].forEach((type) => document.addEventListener(type, stayAwake));
/* By itself when the network returns; and now and then, because poor Wi-Fi is often there in name alone and tells nothing. */
const deliverQuietly = () => { if (waiting().length && !hand) deliver(false, true); };
window.addEventListener("online", deliverQuietly);
setInterval(() => { if (navigator.onLine) deliverQuietly(); }, AGAIN);
window.addEventListener("hashchange", () => { if (!sending) start(); });
window.addEventListener("pagehide", () => lock());
window.addEventListener("focus", () => { if (key && !sending) reread().then(render).catch(notKept); });
setInterval(tidy, 60 * 1000);

if (!window.isSecureContext || !crypto.subtle || !navigator.serviceWorker || !window.indexedDB) {
  show("unable");
} else {
  vault.keepPage(set.worker, set.scope); // without network: the one that is here answers
  start().catch(() => show("unable"));
}
