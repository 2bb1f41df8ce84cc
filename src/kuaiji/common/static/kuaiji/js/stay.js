/* <button data-stay>: the page stands where the person was (docs/look.md, docs/adr/0072).
   The form is sent as ever, and of the whole page that answers <main> is put in place of the one that stands there.
   The pressed button keeps its place on the screen, and what comes next is focused: the faults, or what the server
   marks with data-next. Whoever has parts to start in a page listens for "k:shown".
   Where no such page comes, the button says so, and everything typed stays. */

const PATIENCE = 20000;
const PATIENCE_WITH_FILES = 120000;
const EDGE = 12;

const is = (button) => (other) => other.name === button.name && other.value === button.value && !other.closest(".k-vh");

/* A field named "action" or "method" hides the form's own, so these are asked for as attributes. */
const addressOf = (form) => {
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  address.hash = "";
  return address;
};

const bodyOf = (form, button) => {
  const fields = new FormData(form);
  if (button.name) fields.append(button.name, button.value);
  return form.getAttribute("enctype") === "multipart/form-data" ? fields : new URLSearchParams(fields);
};

const say = (button, words, fault) => {
  const box = button.parentNode;
  let note = box.querySelector(".k-stay-note");
  if (!note) {
    note = document.createElement("p");
    box.append(note);
  }
  note.className = "k-stay-note " + (fault ? "k-error" : "k-hint");
  note.setAttribute("role", fault ? "alert" : "status");
  note.textContent = words;
};

const intoView = (element) => {
  const whole = element.closest(".k-field") || element;
  const box = whole.getBoundingClientRect();
  const foot = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0; // buttons stay there
  if (box.top >= EDGE && box.bottom <= innerHeight - foot - EDGE) return;
  whole.scrollIntoView({ block: box.height > innerHeight / 2 ? "start" : "center" });
};

const put = (fresh, button) => {
  const before = document.getElementById("main");
  const top = button.getBoundingClientRect().top;
  const main = document.adoptNode(fresh.getElementById("main"));
  document.title = fresh.title;
  if (fresh.body.hasAttribute("data-faulty")) document.body.dataset.faulty = "";
  else delete document.body.dataset.faulty;
  before.replaceWith(main);
  main.dispatchEvent(new CustomEvent("k:shown", { bubbles: true }));
  const again = Array.from(main.querySelectorAll("button")).find(is(button));
  if (again) scrollBy(0, again.getBoundingClientRect().top - top);
  const next = main.querySelector("#error-summary") || main.querySelector("[data-next]") || again || main;
  next.focus({ preventScroll: true });
  intoView(next);
};

const answered = async (form, button, files) => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), files ? PATIENCE_WITH_FILES : PATIENCE);
  try {
    const asked = addressOf(form);
    const options = { method: "POST", body: bodyOf(form, button), headers: { Accept: "text/html" }, signal: patience.signal };
    const answer = await fetch(asked, options);
    return { answer, asked, text: await answer.text() };
  } finally {
    clearTimeout(timer);
  }
};

const send = async (form, button) => {
  const files = Array.from(form.querySelectorAll("input[type=file]")).some((input) => input.files.length);
  form.dataset.sent = "yes";
  button.setAttribute("aria-disabled", "true");
  say(button, files ? "正在上传，请不要关闭页面…" : "请稍候…", false);
  let trouble = "没有收到答复，填写的内容都在。请检查网络，再按一次";
  try {
    const { answer, asked, text } = await answered(form, button, files);
    const there = new URL(answer.url);
    if (answer.redirected && there.pathname !== asked.pathname) {
      location.assign(there);
      return;
    }
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const heading = fresh.querySelector("#main h1");
    if (heading && (answer.ok || answer.status === 422 || answer.status === 409)) {
      put(fresh, button);
      return;
    }
    if (heading) trouble = heading.textContent.trim() + "。填写的内容都在，请稍后再按一次";
  } catch (error) {
    // No network, or no answer in time: said below, in the page as it is.
  }
  delete form.dataset.sent;
  button.removeAttribute("aria-disabled");
  say(button, trouble, true);
};

/* Before the common guard of app.js, which leaves alone what is handled already. */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !("stay" in button.dataset) || event.defaultPrevented) return;
  event.preventDefault();
  if (!event.target.dataset.sent) send(event.target, button);
}, true);
document.documentElement.dataset.stays = "";
