// What pages gain with JavaScript; without it every page still works. Texts come from the page, already translated.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";

async function post(url, body, options = {}) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin", ...options });
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// A job's progress: asked for every second, the page loads anew at the end.
for (const box of document.querySelectorAll("[data-job]")) {
  const text = box.querySelector("[data-job-text]");
  const bar = box.querySelector("[data-job-bar]");
  (async () => {
    for (;;) {
      await wait(1000);
      let job;
      try {
        job = await (await fetch(box.dataset.job, { headers: { Accept: "application/json" } })).json();
      } catch {
        continue;
      }
      if (job.state === "done" || job.state === "failed") return location.assign(location.href);
      if (job.total) {
        bar.max = job.total;
        bar.value = job.done;
        text.textContent = `${job.done} / ${job.total} ${job.message}`;
      }
    }
  })();
}

// A part of a page that follows what happens, like the room during an exam; not while somebody is at it.
for (const part of document.querySelectorAll("[data-live]")) {
  (async () => {
    for (;;) {
      await wait(Number(part.dataset.live) * 1000);
      if (document.visibilityState === "hidden" || part.contains(document.activeElement)) continue;
      try {
        const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
        const fresh = page.getElementById(part.id);
        if (fresh) part.innerHTML = fresh.innerHTML;
      } catch { /* the next time */ }
    }
  })();
}

// A lesson's place: sent now and then while reading, restored when the page opens.
for (const lesson of document.querySelectorAll("[data-place-url]")) {
  const room = () => document.documentElement.scrollHeight - innerHeight;
  const start = Number(lesson.dataset.place);
  if (start > 0.02 && start < 0.98 && !location.hash) addEventListener("load", () => scrollTo(0, start * room()));
  let sent = start;
  const send = () => {
    const place = room() > 0 ? Math.min(1, Math.max(0, scrollY / room())) : 1;
    if (Math.abs(place - sent) < 0.02) return;
    sent = place;
    post(lesson.dataset.placeUrl, { place }, { keepalive: true }).catch(() => { sent = -1; });
  };
  let timer;
  addEventListener("scroll", () => { clearTimeout(timer); timer = setTimeout(send, 1500); }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
}

// The menu closes when one looks elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  const shut = (event) => { if (event.key === "Escape" || (event.type === "click" && !menu.contains(event.target))) menu.open = false; };
  document.addEventListener("click", shut);
  document.addEventListener("keydown", shut);
}

// Dialogs: <button data-dialog="id"> opens <dialog id="id">.
for (const opener of document.querySelectorAll("[data-dialog]")) {
  const dialog = document.getElementById(opener.dataset.dialog);
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// The designer: the picture follows the form, a moment after the last change.
for (const form of document.querySelectorAll("form[data-preview]")) {
  let timer;
  const draw = async () => {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const said = await answer.json();
    form.querySelector("[data-problem]").textContent = said.error ?? "";
    if (!said.pictures) return;
    const box = form.querySelector("[data-pictures]");
    const alt = box.querySelector("img").alt;
    box.replaceChildren(...said.pictures.map((src) => Object.assign(new Image(), { src, alt })));
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => draw().catch(() => {}), 500); });
}
