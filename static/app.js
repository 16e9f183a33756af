/* Comfort on top of pages that work without it. No framework, no globals, nothing inline; everything is found by data attributes:
   form[data-autosave=url]      keeps a draft by POST a moment after typing; says so in [data-autosave-status]
   form[data-guard]             asks before leaving with unsaved changes
   form (POST)                  a second click while the first is on its way does nothing
   [data-error-summary]         takes the focus; its links put the cursor into the field
   [data-repeat]                "add another" and "remove" for repeated fieldsets, from its <template>
   [data-select-scope]          "select all" for the checkboxes of a table, and [data-selected-count]
   [data-copy] [data-print] [data-show-password]   buttons that stay hidden without scripts
   input[data-max-bytes]        says that a file is too large before it is sent
   [data-focus]                 takes the focus (a scan field, the effect of what was just sent)
   h1                           takes the focus after a form was sent, when nothing else does
   form[data-scan]              an empty Enter right after the page came is the tail of a scan (CR and LF), and does nothing
   [data-sign]                  a field to sign in with finger, pen or mouse; its strokes go into [data-sign-strokes]
   details[data-menu]           closes on Escape and on a click elsewhere                                   */
(function () {
  "use strict";
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const on = (type, selector, act) => document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });
  document.documentElement.classList.remove("no-js");

  /* Buttons that need scripts, the error summary, the first focus: once for the page, again for every swapped part. */
  function prepare(root) {
    all("[data-copy], [data-print], [data-show-password], [data-repeat-remove], [data-select-all-label]", root).forEach((item) => { item.hidden = false; });
    all("[data-repeat-add-noscript]", root).forEach((item) => { item.hidden = true; });
    all("[data-repeat-add]", root).forEach((item) => { item.hidden = false; });
    /* On a whole page the browser follows `autofocus` by itself; in a swapped part it does not. */
    const target = (root || document).querySelector(root ? "[data-error-summary], [data-focus]" : "[data-focus]:not([autofocus])");
    if (target && !document.querySelector("[data-error-summary]:focus")) target.focus();
    if (!root && wasSent() && !document.querySelector("[autofocus], [data-focus]")) focusHeading();
  }
  /* After a form was sent, reading goes on at the heading of the page it led to, not at the top of the document. */
  function focusHeading() {
    const heading = document.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
  function noteSent() {
    try { sessionStorage.setItem("sent", "1"); } catch (error) { /* no storage, no comfort */ }
  }
  function wasSent() {
    try {
      const sent = sessionStorage.getItem("sent");
      sessionStorage.removeItem("sent");
      return sent !== null;
    } catch (error) { return false; }
  }

  on("click", "[data-error-summary] a", (link, event) => {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const focusable = field.matches("input, select, textarea, button, a") ? field : field.querySelector("input, select, textarea, button");
    const label = document.querySelector('label[for="' + CSS.escape(field.id) + '"]');
    (field.closest("fieldset") || label || field).scrollIntoView({ block: "start" });
    if (focusable) focusable.focus({ preventScroll: true });
  });

  /* ---------- Forms: double submit, unsaved changes, drafts ---------- */
  const AGAIN_AFTER = 8000;
  const sent = new WeakMap();
  const dirty = new Set();
  const drafts = new Map();

  const TAIL_OF_SCAN = performance.now() + 600;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const field = form.hasAttribute("data-scan") && form.querySelector("input[type=text]");
    if (field && !field.value.trim() && document.activeElement === field && performance.now() < TAIL_OF_SCAN) { event.preventDefault(); return; }
    if (form.method !== "post" || event.defaultPrevented) return;
    if (Date.now() - (sent.get(form) || 0) < AGAIN_AFTER) { event.preventDefault(); return; }
    sent.set(form, Date.now());
    noteSent();
    dirty.delete(form);
    stopDraft(form);
    const button = event.submitter;
    /* After this turn, so that the button's own name and value are still sent; never `disabled`, which loses the focus. */
    setTimeout(() => { if (button) button.setAttribute("aria-disabled", "true"); });
    setTimeout(() => release(form), AGAIN_AFTER);
  });
  function release(form) {
    sent.delete(form);
    all('button[aria-disabled="true"]', form).forEach((button) => button.removeAttribute("aria-disabled"));
  }
  /* Coming back with the back button: the page is alive again and may be sent again. */
  window.addEventListener("pageshow", () => all("form").forEach(release));

  document.addEventListener("input", (event) => changed(event.target));
  document.addEventListener("change", (event) => changed(event.target));
  function changed(element) {
    const form = element.form;
    if (!form) return;
    if (form.hasAttribute("data-guard")) dirty.add(form);
    if (form.dataset.autosave && element.type !== "password" && element.type !== "file") planDraft(form, 1200);
  }
  window.addEventListener("beforeunload", (event) => {
    for (const form of dirty) if (form.isConnected) { event.preventDefault(); return; }
  });

  function draftOf(form) {
    if (!drafts.has(form)) drafts.set(form, { timer: 0, running: null, version: 0, tries: 0 });
    return drafts.get(form);
  }
  function planDraft(form, wait) {
    const draft = draftOf(form);
    draft.version += 1;
    clearTimeout(draft.timer);
    draft.timer = setTimeout(() => saveDraft(form), wait);
  }
  function stopDraft(form) {
    const draft = drafts.get(form);
    if (!draft) return;
    clearTimeout(draft.timer);
    if (draft.running) draft.running.abort();
  }
  function sayDraft(form, state, text) {
    const status = form.querySelector("[data-autosave-status]");
    if (!status) return;
    status.dataset.state = state;
    (status.querySelector("[data-autosave-text]") || status).textContent = text;
  }
  /* The first draft of a new form gets its code from the server; later ones send it along. */
  function keepCode(form, code) {
    if (!code) return;
    let input = form.elements.namedItem("draft");
    if (!input) {
      input = Object.assign(document.createElement("input"), { type: "hidden", name: "draft" });
      form.append(input);
    }
    input.value = code;
  }
  /* What it was about was taken back: nothing of it is kept, and nothing is lost by leaving. */
  function endDraft(form, draft) {
    draft.ended = true;
    dirty.delete(form);
    sayDraft(form, "failed", form.dataset.ended || "");
  }
  async function saveDraft(form) {
    const draft = draftOf(form);
    if (draft.ended || draft.running || sent.has(form) || !form.isConnected) return;
    const version = draft.version;
    const body = new FormData(form);
    for (const [name, value] of Array.from(body)) if (name === "_once" || value instanceof File) body.delete(name);
    all('input[type="password"]', form).forEach((input) => body.delete(input.name));
    draft.running = new AbortController();
    const limit = setTimeout(() => draft.running && draft.running.abort(), 15000);
    sayDraft(form, "saving", form.dataset.saving || "…");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, signal: draft.running.signal, credentials: "same-origin", redirect: "error", headers: { "X-Requested-With": "autosave", Accept: "application/json" } });
      if (answer.status === 409) return endDraft(form, draft);
      if (!answer.ok) throw new Error(String(answer.status));
      draft.tries = 0;
      keepCode(form, answer.headers.get("X-Draft"));
      if (draft.version === version) dirty.delete(form);
      const time = new Intl.DateTimeFormat(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" }).format(new Date());
      sayDraft(form, "saved", (form.dataset.saved || "") + " " + time);
    } catch (error) {
      draft.tries += 1;
      if (!sent.has(form)) {
        sayDraft(form, "failed", form.dataset.failed || "");
        if (draft.tries < 6) draft.timer = setTimeout(() => saveDraft(form), 4000 * draft.tries);
      }
    } finally {
      clearTimeout(limit);
      draft.running = null;
      if (draft.version !== version && !sent.has(form)) planDraft(form, 400);
    }
  }

  /* ---------- Repeated fieldsets ---------- */
  on("click", "[data-repeat-add]", (button, event) => {
    const box = button.closest("[data-repeat]");
    const template = box && box.querySelector("template");
    if (!template) return;
    event.preventDefault();
    const next = Math.max(-1, ...all("[data-repeat-item]", box).map((item) => Number(item.dataset.repeatItem))) + 1;
    const part = template.content.cloneNode(true);
    const item = part.querySelector("[data-repeat-item]");
    all("*", item).concat(item).forEach((node) => Array.from(node.attributes).forEach((attribute) => {
      if (attribute.value.includes("__index__")) attribute.value = attribute.value.replaceAll("__index__", String(next));
    }));
    box.querySelector("[data-repeat-items]").append(part);
    const added = box.querySelector('[data-repeat-item="' + next + '"]');
    renumber(box);
    prepare(added);
    if (window.htmx) window.htmx.process(added);
    const first = added.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
    changed(button);
  });
  on("click", "[data-repeat-remove]", (button, event) => {
    const box = button.closest("[data-repeat]");
    const item = button.closest("[data-repeat-item]");
    if (!box || !item) return;
    event.preventDefault();
    const neighbor = item.previousElementSibling || item.nextElementSibling;
    item.remove();
    renumber(box);
    const focus = (neighbor && neighbor.querySelector("input, select, textarea")) || box.querySelector("[data-repeat-add]");
    if (focus) focus.focus();
    changed(box.querySelector("[data-repeat-add]") || box);
  });
  function renumber(box) {
    all("[data-repeat-item]", box).forEach((item, index) => all("[data-repeat-number]", item).forEach((node) => { node.textContent = String(index + 1); }));
  }

  /* ---------- Tables ---------- */
  on("change", "[data-select-scope] input[type=checkbox]", (box) => {
    const scope = box.closest("[data-select-scope]");
    const boxes = all("tbody .di-table__check input, .di-roll__row input[type=checkbox]", scope);
    if (box.hasAttribute("data-select-all")) boxes.forEach((one) => { one.checked = box.checked; });
    const count = boxes.filter((one) => one.checked).length;
    all("[data-select-all]", scope).forEach((one) => { one.checked = count > 0 && count === boxes.length; one.indeterminate = count > 0 && count < boxes.length; });
    all("[data-selected-count]", scope.closest("form") || scope).forEach((node) => { node.textContent = String(count); });
  });

  /* ---------- Small comforts ---------- */
  on("click", "[data-print]", () => window.print());
  on("click", "[data-copy]", async (button) => {
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch (error) { return; }
    const label = button.getAttribute("aria-label");
    button.setAttribute("aria-label", button.dataset.copied);
    button.classList.add("di-copied");
    setTimeout(() => { button.setAttribute("aria-label", label); button.classList.remove("di-copied"); }, 2000);
  });
  on("click", "[data-show-password]", (button) => {
    const input = document.getElementById(button.dataset.showPassword);
    if (!button.dataset.showText) button.dataset.showText = button.textContent;
    const show = input.type === "password";
    input.type = show ? "text" : "password";
    button.textContent = show ? button.dataset.hideText : button.dataset.showText;
  });
  on("change", "input[data-max-bytes]", (input) => {
    const message = input.closest(".di-field").querySelector("[data-file-message]");
    const large = Array.from(input.files).some((file) => file.size > Number(input.dataset.maxBytes));
    if (message) { message.hidden = !large; message.textContent = large ? input.dataset.tooBig : ""; }
  });
  ["dragover", "dragleave", "drop"].forEach((type) => on(type, ".di-drop", (drop, event) => {
    drop.classList.toggle("di-drop--over", type === "dragover");
    if (event.target.matches("input")) return; /* the input takes a dropped file by itself */
    event.preventDefault();
    const input = drop.querySelector("input");
    if (type === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    all("details[data-menu][open]").forEach((menu) => { menu.open = false; if (menu.contains(document.activeElement)) menu.querySelector("summary").focus(); });
  });
  document.addEventListener("click", (event) => all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));

  /* ---------- Signing on the screen: strokes as "M10 20L11 22", in units of a field of 600 by 200 ---------- */
  function signHere(box) {
    const field = box.querySelector("canvas"), kept = box.querySelector("[data-sign-strokes]"), pen = field.getContext("2d");
    let path = "", last = null;
    Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round" });
    const at = (event) => {
      const shown = field.getBoundingClientRect();
      return [[event.clientX - shown.left, shown.width, 600], [event.clientY - shown.top, shown.height, 200]].map(([place, size, units]) => Math.max(0, Math.min(units, Math.round(place / size * units))));
    };
    field.addEventListener("pointerdown", (event) => { last = at(event); path += "M" + last.join(" "); pen.beginPath(); pen.moveTo(...last); field.setPointerCapture(event.pointerId); event.preventDefault(); });
    field.addEventListener("pointermove", (event) => {
      const here = at(event);
      if (!last || (here[0] === last[0] && here[1] === last[1])) return;
      last = here;
      path += "L" + here.join(" ");
      pen.lineTo(...here);
      pen.stroke();
    });
    ["pointerup", "pointercancel"].forEach((type) => field.addEventListener(type, () => { last = null; kept.value = path.replace(/M\d+ \d+(?=M|$)/g, ""); }));
    box.querySelector("[data-sign-clear]").addEventListener("click", () => { path = kept.value = ""; pen.clearRect(0, 0, field.width, field.height); });
    kept.value = "";
    box.hidden = false;
  }
  all("[data-sign]").forEach(signHere);

  /* ---------- Parts renewed by htmx ---------- */
  document.addEventListener("htmx:afterSettle", (event) => {
    prepare(event.target);
    const caption = event.target.querySelector(".di-table caption, .di-empty__title");
    if (caption) announce(caption.textContent.trim());
  });
  let live = null;
  function announce(text) {
    if (!live) {
      live = document.createElement("p");
      live.className = "usa-sr-only";
      live.setAttribute("role", "status");
      document.querySelector("main").append(live);
    }
    setTimeout(() => { live.textContent = text; }, 100);
  }
  /* A finished job has no bar any more: show its whole page. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const detail = event.detail;
    if (!detail.target.matches(".di-progress") || detail.xhr.responseText.includes('hx-trigger="every')) return;
    detail.shouldSwap = false;
    window.location.assign(detail.xhr.responseURL || window.location.href);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => prepare()); else prepare();
})();
