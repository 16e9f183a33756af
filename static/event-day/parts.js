/* Small things of the event-day page: its words, its parts, and the rows of its lists. */

export const root = document.querySelector("[data-event-day]");
const words = JSON.parse(root.dataset.words);
const parts = Array.from(root.querySelectorAll("[data-part]"));

export const find = (name) => document.querySelector(`[data-${name}]`);
export const byId = (id) => document.getElementById(id);
export const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
export const knows = (name) => name in words;
export const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
export const plain = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "");
/* A day as the reader writes it. */
export const inWords = (day) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" }).format(new Date(day));

export function show(part) {
  parts.forEach((one) => { one.hidden = one.dataset.part !== part; });
}

export function tell(text, tone = "info") {
  const box = find("message");
  box.hidden = !text;
  box.dataset.tone = tone;
  box.textContent = text || "";
}

/* Say what is wrong with a field, beside it; return whether anything is. */
export function wrong(id, text) {
  const place = byId(`${id}-error`), input = byId(id);
  place.textContent = text || "";
  place.hidden = !text;
  if (input && text) input.setAttribute("aria-invalid", "true");
  else if (input) input.removeAttribute("aria-invalid");
  return Boolean(text);
}

/* How many taps are not sent, of how many there are; without any it says nothing. */
export function badge(count, total) {
  const place = find("badge");
  place.hidden = !total;
  place.toggleAttribute("data-waiting", count > 0);
  place.textContent = count ? say("not_sent", { n: count }) : say("all_sent");
}

export function row(name, about) {
  const made = document.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
  made.querySelector("[data-name]").textContent = name;
  made.querySelector("[data-about]").textContent = about;
  return made;
}

export function state(made, text, tone) {
  const place = made.querySelector("[data-state]");
  place.hidden = false;
  place.className = `di-status di-status--${tone}`;
  place.textContent = text;
}

export function press(made, selector, text, label, act) {
  const button = made.querySelector(selector);
  button.hidden = false;
  button.textContent = text;
  button.setAttribute("aria-label", `${text}: ${label}`);
  button.addEventListener("click", act);
}
