/* What is typed on the event-day page: a new PIN, and how a device is handed over; and the day on which. */

import { byId, find, plain, say, wrong } from "./parts.js";
import { isWeak } from "./vault.js";

/* The day of a tap on the city's calendar, as the server understands days. */
export function today(zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());
}

/* Say what is wrong with a new PIN; empty where nothing is. */
export function pinProblem(pin, again, least) {
  if (!/^\d*$/.test(pin)) return say("pin_digits");
  if (pin.length < least) return say("pin_short");
  if (isWeak(pin)) return say("pin_weak");
  return pin === again ? "" : say("pin_differs");
}

/* Read the form for the device of the row `hand`: a tap, or null when something is missing, said beside its field.
   A label may hold an address that ends with the tag. */
export function readHand(hand) {
  const typed = plain(byId("tag").value), signed = document.querySelector('[name="signed"]:checked');
  const strokes = find("sign-strokes").value, is_loan = byId("terms-loan").checked;
  const fits = typed && typed.endsWith(plain(hand.tag));
  const problems = [
    wrong("tag", !typed ? say("tag_missing") : fits ? "" : say("tag_wrong", hand)),
    wrong("signed", !signed ? say("signed_missing") : signed.value === "screen" && strokes.length < 40 ? say("sign_missing") : ""),
    wrong("due", is_loan && !byId("due").value ? say("due_missing") : ""),
  ];
  if (problems.includes(true)) {
    byId(["tag", "signed-paper", "due"][problems.indexOf(true)]).focus();
    return null;
  }
  return {
    kind: "hand_over", home: hand.home, tag: hand.tag, scanned: hand.tag, signed: signed.value,
    strokes: signed.value === "screen" ? strokes : "", loan_due_on: is_loan ? byId("due").value : null,
  };
}
