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

// A quiz: each answer goes to a journal in the browser and from there to the server, in order, once.
const quiz = document.querySelector("form[data-attempt]");
if (quiz) runQuiz(quiz);

function runQuiz(form) {
  const name = `attempt-${form.dataset.attempt}`;
  const status = document.querySelector("[data-save-status]");
  const clock = document.querySelector("[data-clock]");
  let journal = [];
  try {
    journal = JSON.parse(localStorage.getItem(name) ?? "[]");
  } catch { /* a private window without storage: the journal lives in memory */ }
  let seq = Math.max(Number(form.dataset.seq), ...journal.map((line) => line.seq), 0);
  let sending = null;
  let closed = false;

  const keep = () => { try { localStorage.setItem(name, JSON.stringify(journal)); } catch { /* as above */ } };
  const show = (state) => { if (status) { status.textContent = status.dataset[state]; status.dataset.state = state; } };

  function valueOf(box) {
    const inputs = [...box.querySelectorAll("input, select")];
    switch (box.dataset.kind) {
      case "multiple": return inputs.filter((i) => i.checked).map((i) => Number(i.value));
      case "matching": return inputs.map((i) => (i.value === "" ? null : Number(i.value)));
      case "truefalse": return inputs.find((i) => i.checked)?.value === "1";
      default: return Number(inputs.find((i) => i.checked)?.value);
    }
  }

  function fill(box, value) {
    box.querySelectorAll("input, select").forEach((input, index) => {
      if (box.dataset.kind === "matching") input.value = value[index] ?? "";
      else if (box.dataset.kind === "multiple") input.checked = value.includes(Number(input.value));
      else input.checked = Number(input.value) === Number(value);
    });
  }

  // What waited here from before a crash is newer than what the server showed.
  for (const line of journal) {
    const box = form.querySelector(`[data-question="${line.position}"]`);
    if (box) fill(box, line.value);
  }

  async function flush() {
    let pause = 500;
    while (journal.length && !closed) {
      show("sending");
      const line = journal[0];
      let answer;
      try {
        answer = await post(form.dataset.saveUrl, line, { signal: AbortSignal.timeout(15000) });
      } catch {
        answer = null;
      }
      if (answer?.ok) {
        journal = journal.filter((other) => other.key !== line.key);
        keep();
        pause = 500;
      } else if (answer && answer.status === 409) {
        // The attempt is closed or the answer does not fit: the server says why; sending again cannot help.
        const said = await answer.json().catch(() => ({}));
        journal = journal.filter((other) => other.key !== line.key);
        keep();
        if (status) status.textContent = said.error ?? "";
        return;
      } else {
        show("waiting");
        await wait(pause);
        pause = Math.min(pause * 2, 15000);
      }
    }
    show("saved");
  }

  const send = () => { sending ??= flush().finally(() => { sending = null; if (journal.length) send(); }); return sending; };

  form.addEventListener("change", (event) => {
    const box = event.target.closest("[data-question]");
    if (!box) return;
    seq += 1;
    const random = crypto.getRandomValues(new Uint32Array(4));
    const key = [...random].map((n) => n.toString(16).padStart(8, "0")).join("");
    journal.push({ seq, key, position: Number(box.dataset.question), value: valueOf(box) });
    keep();
    send();
  });
  addEventListener("online", send);
  if (journal.length) send();

  async function finish() {
    if (closed) return;
    await Promise.race([send(), wait(8000)]);
    closed = true;
    // What could not be sent goes with the form itself, so the journal has done its work.
    try { localStorage.removeItem(name); } catch { /* as above */ }
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    finish();
  });

  if (form.dataset.left !== undefined) {
    const end = performance.now() + Number(form.dataset.left) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left === 0) finish(); else setTimeout(tick, 500);
    };
    tick();
  }
}
