/* What lies on this computer of an event day, and how it is closed.

   Everything that names somebody is encrypted with AES-GCM under a key made from the PIN and a random salt by PBKDF2.
   The PIN and the key are never stored and never sent; the key lives in the memory of the unlocked page alone, and
   cannot be read out of it. Each sealed box is bound to what it is ("about"), so that one cannot be put in the place
   of another. In the open lie: the day's code, its date, when it was loaded, and how many entries there are.

   Several tabs may hold one day. Each loading has an id of its own; what a tab keeps is kept only while the day is here
   as that tab loaded or unlocked it, looked at in the same transaction: else it would lie where nobody can open it. */

const TEXT = new TextEncoder();
const BACK = new TextDecoder();
const NAME = "event-day";

export async function keyOf(pin, salt, rounds) {
  const raw = await crypto.subtle.importKey("raw", TEXT.encode(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, raw, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

export async function seal(key, value, about) {
  const iv = crypto.getRandomValues(new Uint8Array(12)); // anew for each box: a key and an iv never meet twice
  const how = { name: "AES-GCM", iv, additionalData: TEXT.encode(about) };
  return { iv, data: await crypto.subtle.encrypt(how, key, TEXT.encode(JSON.stringify(value))) };
}

export async function unseal(key, box, about) {
  const how = { name: "AES-GCM", iv: box.iv, additionalData: TEXT.encode(about) };
  return JSON.parse(BACK.decode(await crypto.subtle.decrypt(how, key, box.data)));
}

/* A PIN that somebody would try first: one digit, two digits, a row up or down, the same part again and again. */
export function isWeak(pin) {
  const steps = new Set(Array.from(pin).slice(1).map((digit, place) => (digit - pin[place] + 10) % 10));
  const is_row = steps.size === 1 && [0, 1, 9].includes(Array.from(steps)[0]);
  return is_row || new Set(pin).size < 3 || /^(\d{1,4})\1+$|^(?:(\d)\2)+$/.test(pin);
}

const PATIENCE = 20000; // milliseconds

/* Let the browser keep the page itself, for without network; return whether it does. One that failed to at first would
   never be ready by itself: so it is asked anew each time, and not waited for without end. */
export async function keepPage(worker, scope) {
  const late = new Promise((resolve) => { setTimeout(() => resolve(null), PATIENCE); });
  try {
    await navigator.serviceWorker.register(worker, { scope });
    return Boolean(await Promise.race([navigator.serviceWorker.ready, late]));
  } catch (error) {
    return false;
  }
}

/* ---------- IndexedDB: "days" by code, "items" (taps) by their key ---------- */

/* The day was removed from this computer meanwhile, or loaded anew: another tab did it. Nothing was changed. */
export class Gone extends Error {}

let opened = null;
function open() {
  opened = opened || new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("days", { keyPath: "code" });
      asked.result.createObjectStore("items", { keyPath: "key" }).createIndex("code", "code");
    };
    asked.onsuccess = () => { asked.result.onclose = () => { opened = null; }; resolve(asked.result); };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

/* Run `work` in one transaction; done only when the browser says that it is on the disk. Whatever fails undoes it all. */
async function within(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const change = database.transaction(["days", "items"], mode, { durability: "strict" });
    const asked = work(change.objectStore("days"), change.objectStore("items"), change);
    change.oncomplete = () => resolve(asked ? asked.result : undefined);
    change.onabort = () => reject(change.error || new Gone());
  });
}

/* Run `work` with the items if the day is here by this very loading; else nothing happens, and it is Gone. */
async function whileHere(mode, { code, loading }, work) {
  let asked = null;
  await within(mode, (days, items, change) => {
    const day = days.get(code);
    day.onsuccess = () => { if (day.result && day.result.loading === loading) asked = work(items); else change.abort(); };
  });
  return asked.result;
}

export const listDays = () => within("readonly", (days) => days.getAll());
export const getDay = (code) => within("readonly", (days) => days.get(code));
export const addDay = (day) => within("readwrite", (days) => days.add(day)); // ConstraintError: it is here already
export const itemsOf = (code) => within("readonly", (_days, items) => items.index("code").getAll(code));
export const readItems = (held) => whileHere("readonly", held, (items) => items.index("code").getAll(held.code));
export const putItem = (held, item) => whileHere("readwrite", held, (items) => items.put({ ...item, code: held.code }));

/* Take a tap back, unless it was tried meanwhile: then the server may have it. */
export function dropUntried(key) {
  return within("readwrite", (_days, items) => {
    const asked = items.get(key);
    asked.onsuccess = () => { if (asked.result && !asked.result.tried) items.delete(key); };
    return asked;
  });
}

/* Change the day as it stands, in one transaction: two tabs that count wrong PINs count them both. */
export function changeDay(code, change) {
  return within("readwrite", (days) => {
    const asked = days.get(code);
    asked.onsuccess = () => { if (asked.result) { change(asked.result); days.put(asked.result); } };
    return asked;
  });
}

/* Mark taps as tried in one transaction, before they leave: from then on only the server's answer ends them. Return the
   keys of those that are there: one that was taken back meanwhile is not, and must not leave. */
export async function markTried(keys) {
  const found = [];
  await within("readwrite", (_days, items) => {
    for (const key of keys) {
      const asked = items.get(key);
      asked.onsuccess = () => { if (asked.result) { found.push(key); items.put({ ...asked.result, tried: true }); } };
    }
  });
  return found;
}

/* Remove the day and its taps. With `only_sent`, a tap that has no answer yet keeps everything where it is: it is looked
   at in the same transaction, so that one tapped meanwhile in another tab is not lost. */
export function wipe(code, only_sent) {
  return within("readwrite", (days, items) => {
    const asked = items.index("code").getAll(code);
    asked.onsuccess = () => {
      if (only_sent && asked.result.some((item) => !item.result)) return;
      asked.result.forEach((item) => items.delete(item.key));
      days.delete(code);
    };
    return asked;
  });
}

/* Forget the readable list of a day; taps that were sent go with it, those that were not stay, encrypted. A day of which
   nothing is left goes as a whole. */
export function forget(code) {
  return within("readwrite", (days, items) => {
    const asked = items.index("code").getAll(code);
    asked.onsuccess = () => {
      asked.result.filter((item) => item.result).forEach((item) => items.delete(item.key));
      if (asked.result.every((item) => item.result)) { days.delete(code); return; }
      const day = days.get(code);
      day.onsuccess = () => { if (day.result) days.put({ ...day.result, list: null }); };
    };
    return asked;
  });
}
