// A quiz: each answer goes to a journal in the browser and from there to the server, in order, once.

const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function post(url, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token, Accept: "application/json" };
  const signal = AbortSignal.timeout(15000);
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin", signal });
}

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

  const fields = (box) => [...box.querySelectorAll("input, select, textarea")];
  // A list's choice is its number, a typed text is itself; nothing given is null.
  const given = (field) => (field.value === "" ? null : field.tagName === "SELECT" ? Number(field.value) : field.value);

  function valueOf(box) {
    const inputs = fields(box);
    switch (box.dataset.kind) {
      case "multiple": return inputs.filter((i) => i.checked).map((i) => Number(i.value));
      case "matching": case "ordering": case "cloze": return inputs.map(given);
      case "truefalse": return inputs.find((i) => i.checked)?.value === "1";
      case "single": return Number(inputs.find((i) => i.checked)?.value);
      default: return inputs[0].value;
    }
  }

  function fill(box, value) {
    fields(box).forEach((input, index) => {
      if (input.type === "checkbox") input.checked = value.includes(Number(input.value));
      else if (input.type === "radio") input.checked = Number(input.value) === Number(value);
      else input.value = (Array.isArray(value) ? value[index] : value) ?? "";
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
        answer = await post(form.dataset.saveUrl, line);
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

  function write(box) {
    seq += 1;
    const random = crypto.getRandomValues(new Uint32Array(4));
    const key = [...random].map((n) => n.toString(16).padStart(8, "0")).join("");
    journal.push({ seq, key, position: Number(box.dataset.question), value: valueOf(box) });
    keep();
    send();
  }

  // Choices are written at once, typing when it pauses; leaving a field writes what is left.
  const typing = new Map();
  const isText = (field) => field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && field.type === "text");
  function later(box) {
    clearTimeout(typing.get(box));
    typing.set(box, setTimeout(() => { typing.delete(box); write(box); }, 2000));
  }
  function writeTyped() {
    for (const [box, timer] of typing) { clearTimeout(timer); write(box); }
    typing.clear();
  }
  form.addEventListener("input", (event) => {
    const box = event.target.closest("[data-question]");
    if (box && isText(event.target)) later(box);
  });
  form.addEventListener("change", (event) => {
    const box = event.target.closest("[data-question]");
    if (!box) return;
    clearTimeout(typing.get(box));
    typing.delete(box);
    write(box);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") writeTyped(); });
  addEventListener("online", send);
  if (journal.length) send(); else show("saved");

  async function finish() {
    if (closed) return;
    writeTyped();
    await Promise.race([send(), wait(8000)]);
    closed = true;
    // Only what could not be sent goes with the form: an answer that another device gave later must not be undone.
    for (const box of form.querySelectorAll("[data-question]")) {
      box.disabled = !journal.some((line) => line.position === Number(box.dataset.question));
    }
    try { localStorage.removeItem(name); } catch { /* as above */ }
    form.submit();
  }

  // The first press on "submit" says what is still unanswered; the second one submits.
  const notice = form.querySelector("[data-unanswered]");
  function unanswered() {
    const empty = (box) => {
      const inputs = fields(box);
      return inputs[0].type === "radio" || inputs[0].type === "checkbox" ? !inputs.some((i) => i.checked) : inputs.some((i) => i.value === "");
    };
    return [...form.querySelectorAll("[data-question]")].flatMap((box, index) => (empty(box) ? [index + 1] : []));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const missing = unanswered();
    if (missing.length && notice.hidden) {
      notice.textContent = `${notice.dataset.unanswered} ${missing.join(", ")}`;
      notice.hidden = false;
      notice.setAttribute("role", "alert");
      return;
    }
    finish();
  });

  let end = null;
  const setLeft = (left) => { end = left === null || left === undefined ? null : performance.now() + left * 1000; };
  function timeOver() {
    for (const box of form.querySelectorAll("[data-question]")) box.disabled = form.dataset.atEnd === "grace";
    if (form.dataset.atEnd === "submit") { finish(); return; }
    writeTyped();
    if (journal.length === 0) show("over");
  }
  function tick() {
    if (end !== null) {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      clock.dataset.low = left <= 60 ? "yes" : "";
      if (left === 0) { end = null; timeOver(); }
    }
    setTimeout(tick, 500);
  }
  if (form.dataset.left !== undefined) { setLeft(Number(form.dataset.left)); tick(); }

  // Now and then the page says that it is here, and hears of time that the invigilator gave.
  async function here() {
    await wait(45000 + Math.random() * 15000);
    try {
      const answer = await post(form.dataset.hereUrl, {});
      const said = answer.ok ? await answer.json() : {};
      if (said.closed) { location.assign(location.href); return; }
      if (said.left !== undefined && said.left !== null && (end !== null || said.left > 0)) {
        for (const box of form.querySelectorAll("[data-question]")) box.disabled = false;
        setLeft(said.left);
      }
    } catch { /* the next time */ }
    here();
  }
  here();
}
