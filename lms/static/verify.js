// Checks the signed statement in a certificate's QR code on the phone itself, and keeps what that takes for when the
// server does not answer. What the statement's bytes mean: certificates/proofs/statement.py.

const box = document.querySelector("[data-check]");
const offline = document.querySelector("[data-again]");
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEAD = 9;
const SIGNATURE = 64;

function unpacked(text) {
  const bytes = [];
  let value = 0;
  let bits = 0;
  for (const letter of text) {
    const five = LETTERS.indexOf(letter);
    if (five < 0) return null;
    value = ((value << 5) | five) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Uint8Array.from(bytes);
}

// The day in Hanoi, whatever the phone believes of time zones, counted as the statement counts.
const today = () => Math.floor((Date.now() + 7 * 3600e3 - Date.UTC(2000, 0, 1)) / 86400e3);

function day(number) {
  const [year, month, date] = new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10).split("-");
  return `${date}/${month}/${year}`;
}

// The facts, the name of the key, and what it is to have signed; null for what is no statement.
function read(code, text) {
  const data = unpacked(text);
  if (!data || data.length <= HEAD + SIGNATURE || data[0] !== 1) return null;
  const body = data.slice(0, -SIGNATURE);
  const words = new TextDecoder().decode(body.slice(HEAD)).split("\n");
  if (words.length !== 4) return null;
  const view = new DataView(body.buffer);
  const prefix = new TextEncoder().encode(`lms certificate 1\n${code}\n`);
  const message = new Uint8Array(prefix.length + body.length);
  message.set(prefix);
  message.set(body, prefix.length);
  const [issuer, number, name, title] = words;
  const issued = day(view.getUint16(5));
  const last = view.getUint16(7);
  const until = last ? day(last) : "";
  const kid = [...body.slice(1, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { kid, message, signature: data.slice(-SIGNATURE), over: last > 0 && last < today(), facts: { issuer, number, name, title, issued, until } };
}

async function verdict(said, keys) {
  const jwk = keys.find((key) => key.kid === said.kid);
  // With the server at hand its list is whole: a key that is not in it is nobody's.
  if (!jwk) return offline ? "unknown" : "wrong";
  const how = { name: "ECDSA", namedCurve: "P-256" };
  const { kty, crv, x, y } = jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, how, false, ["verify"]);
  const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, said.signature, said.message);
  return !right ? "wrong" : jwk.revoked ? "stolen" : "right";
}

const show = (what) => document.querySelectorAll(`[data-say="${what}"]`).forEach((note) => { note.hidden = false; });

function tell(facts, issuers) {
  const words = { ...facts, issuer: issuers[facts.issuer] ?? facts.issuer };
  for (const [name, value] of Object.entries(words)) box.querySelector(`[data-fact="${name}"]`).textContent = value;
  for (const name of ["title", "until"]) box.querySelector(`[data-fact="${name}-name"]`).hidden = !facts[name];
  box.querySelector("[data-facts]").hidden = false;
}

async function check() {
  const code = location.pathname.slice(box.dataset.root.length + 1).toUpperCase().replace(/[^A-Z0-9]/g, "");
  const text = location.hash.slice(1);
  if (!text) return show("none");
  if (!globalThis.crypto?.subtle) return undefined; // an address without TLS: the server's answer stands alone
  const said = read(code, text);
  if (!said) return show("wrong");
  const { keys, issuers } = await (await fetch(box.dataset.check, { cache: "no-cache" })).json().catch(() => ({ keys: [], issuers: {} }));
  const found = await verdict(said, keys);
  show(found);
  // With the server at hand its page says the same, and today's state.
  if (found !== "right" || !offline) return undefined;
  tell(said.facts, issuers);
  if (said.over) show("over");
}

// The page for bad times with all that it loads, fetched as a stranger: nobody's name is kept on the device.
async function keep() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  await navigator.serviceWorker.register(box.dataset.keep, { scope: box.dataset.root });
  const loaded = [...document.querySelectorAll("link[rel=stylesheet], link[rel=preload], script[src]")];
  const wanted = [box.dataset.offline, box.dataset.check, ...loaded.map((part) => part.href ?? part.src)];
  const addresses = wanted.map((address) => new URL(address, location.href).href);
  const cache = await caches.open("verify");
  await cache.addAll(addresses.map((address) => new Request(address, { credentials: "omit" })));
  for (const old of await cache.keys()) if (!addresses.includes(old.url)) await cache.delete(old);
  document.querySelectorAll("[data-kept]").forEach((note) => { note.hidden = false; });
}

if (box) {
  check().catch(() => show(offline ? "unknown" : "none"));
  addEventListener("hashchange", () => location.reload());
  if (!offline) keep().catch(() => {});
}
offline?.addEventListener("click", (event) => {
  if (!location.pathname.startsWith(`${box.dataset.root}/`) || location.pathname === box.dataset.offline) return;
  event.preventDefault();
  location.reload();
});
