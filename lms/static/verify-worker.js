// Keeps the page that checks certificates: when the server does not answer, the phone checks the signature by itself.
// What is kept, verify.js put there.

const PATIENCE = 6000;
const SHORT = 2000; // where something is at hand already

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(request.mode === "navigate" ? page(request) : part(request));
});

// No answer in time, or one that says that the server is down, is no answer.
async function asked(request, patience = PATIENCE) {
  const late = new Promise((_, give) => setTimeout(give, patience));
  const answer = await Promise.race([fetch(request), late]);
  if (answer.status >= 500) throw answer;
  return answer;
}

async function page(request) {
  try {
    return await asked(request);
  } catch (failure) {
    return (await caches.match("/verify/offline")) ?? (failure instanceof Response ? failure : Response.error());
  }
}

// Files with a version in their address never change; the keys may.
async function part(request) {
  const kept = await caches.match(request);
  if (kept && !request.url.endsWith("jwks.json")) return kept;
  try {
    return await asked(request, kept ? SHORT : PATIENCE);
  } catch (failure) {
    return kept ?? (failure instanceof Response ? failure : Response.error());
  }
}
