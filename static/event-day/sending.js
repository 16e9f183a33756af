/* Talk to the server: get the list, send taps. A tap carries the key that was made when it was tapped, and the server
   keeps the first outcome under it; so whatever happens on the way, sending again is always safe.

   Every answer is { state }: "ok" (with `data`), "signed_out", "not_allowed", "gone", "over" or "unreachable". */

const AT_ONCE = 10; // a signature is up to 20 kB
const PATIENCE = 20000; // milliseconds

const STATES = { 401: "signed_out", 403: "not_allowed", 404: "gone", 409: "over" };

/* A page that wants somebody to sign in answers with a redirect: it is not followed, and nothing is lost. */
async function ask(url, options) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    const answer = await fetch(url, {
      cache: "no-store", credentials: "same-origin", redirect: "manual", signal: limit.signal, ...options,
    });
    if (answer.type === "opaqueredirect") return { state: "signed_out" };
    if (!answer.ok) return { state: STATES[answer.status] || "unreachable" };
    return { state: "ok", data: await answer.json() };
  } catch (error) {
    return { state: "unreachable" };
  } finally {
    clearTimeout(timer);
  }
}

/* Each time with a fresh token: the session may have ended and begun anew since the page was opened. `make` is awaited
   when the server has answered for the first time: without network nothing counts as tried. It returns what is posted;
   with nothing to post there is no request, and no `data`. */
async function post(addresses, url, make) {
  const token = await ask(addresses.token);
  if (token.state !== "ok") return token;
  const body = await make();
  if (!body) return { state: "ok" };
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token.data.token };
  return ask(url, { method: "POST", headers, body: JSON.stringify(body) });
}

const addressOf = (pattern, code) => pattern.replace("CODE", encodeURIComponent(code));

export const load = (addresses, code) => post(addresses, addressOf(addresses.load, code), () => ({}));

/* Send `taps` in batches; `before` is awaited with the keys of a batch before it leaves, and returns those that may
   leave; `after` is awaited with the outcomes. */
export async function send(addresses, code, taps, { before, after }) {
  for (let start = 0; start < taps.length; start += AT_ONCE) {
    const some = taps.slice(start, start + AT_ONCE);
    const make = async () => {
      const left = new Set(await before(some.map((tap) => tap.key)));
      const items = some.filter((tap) => left.has(tap.key));
      return items.length ? { items } : null;
    };
    const answer = await post(addresses, addressOf(addresses.items, code), make);
    if (answer.state !== "ok") return answer;
    if (answer.data) await after(answer.data.items);
  }
  return { state: "ok" };
}
