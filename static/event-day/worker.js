/* The service worker of the event-day page. It keeps that page's shell (words, looks, scripts; nobody's data) and
   answers for nothing else: every other page and every answer with data goes to the network as if it were not there.
   The server writes SHELL before these lines: a version, and the addresses that make the shell. */
"use strict";
const PREFIX = "event-day-";
const CACHE = PREFIX + SHELL.version;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

/* All or nothing. A page that asks somebody to sign in is a redirect, and is not kept in the shell's place. */
async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all(SHELL.files.map(async (url) => {
    const answer = await fetch(url, { cache: "reload", credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error("shell not complete");
    await cache.put(url, answer);
  }));
}

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin || !SHELL.files.includes(url.pathname)) return;
  event.respondWith(answer(event.request, url.pathname));
});

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) || fetch(request);
}
