/* <form data-autosave>: what rests in the form for two seconds is kept as it is (action=later, answered in JSON), and
   again when the page is left. Files go once: with the first save after they were chosen, and not with the form. */

const REST = 2000;
const AGAIN = 30000;
const HIDDEN_MOST = 60000; // bytes a request may have that outlives its page, less than the browsers' 64 KiB

const autosave = (form) => {
  const line = document.createElement("p");
  line.className = "k-autosave";
  line.setAttribute("role", "status"); // there before its first words, which are missed otherwise
  (Array.from(form.querySelectorAll(".k-actions")).pop() || form).append(line);

  const tried = new Map(); // name of a file field: the file that was sent
  const has = new Map(); // the same, where the server has taken it
  let timer = 0;
  let nth = 0;
  let running = null;
  let waiting = null; // the button that was pressed while files were on their way
  let changed = false;
  let reading = false; // our own reading of the form
  let over = false; // sent, or another page was there first, or nobody is signed in any more
  let failed = false;

  const address = form.getAttribute("action") || location.href; // form.action is the button of that name

  const say = (words) => { // read out by screen readers
    line.setAttribute("aria-live", "polite");
    line.textContent = words;
  };
  const show = (words) => {
    line.setAttribute("aria-live", "off");
    line.textContent = words;
  };
  const inputs = () => Array.from(form.querySelectorAll("input[type=file][name]"));
  const chosen = (input) => (input.files && input.files.length ? input.files[0] : null);
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const fields = (withFiles) => {
    reading = true;
    const data = new FormData(form);
    reading = false;
    const going = [];
    inputs().forEach((input) => {
      const file = chosen(input);
      if (withFiles && file && tried.get(input.name) !== file) going.push([input.name, file]);
      else data.delete(input.name);
    });
    nth += 1;
    data.set("action", "later");
    data.set("nth", nth);
    return { data, going };
  };
  const ask = (data, more) => fetch(address, {
    method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin", ...more,
  });
  const taken = (body, going) => {
    failed = false;
    document.dispatchEvent(new Event("kuaiji-used")); // for session.js
    going.forEach(([name, file]) => {
      tried.set(name, file);
      if (!(name in body.refused)) has.set(name, file);
    });
    const refused = Object.keys(body.refused);
    if (refused.length) say(refused.map((name) => body.refused[name]).join("；"));
    else if (body.saved) show("已自动保存 " + body.saved);
    else show("");
  };
  const lost = () => {
    if (!failed) say("没有网络，刚才填写的还没有保存；连上后会再试，也可以按下面的按钮保存");
    failed = true;
    changed = true;
    later(AGAIN);
  };
  const stop = (words) => {
    over = true;
    changed = false;
    say(words);
  };

  const save = async () => {
    if (over || running || !changed || !form.isConnected) return; // another page may stand in its place (stay.js)
    changed = false;
    const { data, going } = fields(true);
    running = new AbortController();
    running.files = going.length > 0;
    try {
      const answer = await ask(data, { signal: running.signal });
      if (over) return;
      const ours = (answer.headers.get("Content-Type") || "").indexOf("application/json") === 0;
      if (answer.ok && ours) taken(await answer.json(), going);
      else if (answer.status === 409 && ours) {
        const { stale } = await answer.json();
        stop(`这一页在别处填写过（${stale}），这里不再自动保存；按按钮保存时会请您选择`);
      } else if (answer.status === 413) {
        going.forEach(([name, file]) => tried.set(name, file)); // the words alone go next time
        changed = true;
        say("图片太大，没有上传；其他内容会保存");
      } else if (answer.status === 429) changed = true;
      else if (answer.redirected) stop("登录已过期，不再自动保存。刚才填写的内容保留 30 分钟，请重新登录后继续");
      else if (answer.status < 500) stop("不能自动保存，请按下面的按钮保存");
      else lost();
    } catch (error) {
      if (!over) lost();
    } finally {
      running = null;
      if (waiting) waiting();
      else if (changed && !over && !failed) later(REST);
    }
  };

  const touched = () => {
    changed = true;
    if (!over) later(REST);
  };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-formset] button[name=action]")) touched(); // a row more or less
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    if (running && running.files && form.requestSubmit) { // a picture goes once: the form follows it
      event.preventDefault();
      const button = event.submitter;
      say("正在上传图片，传完就保存…");
      waiting = () => {
        waiting = null;
        form.requestSubmit(button);
      };
      return;
    }
    over = true;
    if (running) running.abort();
  });
  form.addEventListener("formdata", (event) => {
    if (reading) return;
    inputs().forEach((input) => {
      const file = chosen(input);
      const late = "signedOut" in document.documentElement.dataset; // words alone are kept without a session
      if (late || (file && has.get(input.name) === file)) event.formData.delete(input.name);
    });
  });
  window.addEventListener("pagehide", () => {
    if (over || !changed || !form.isConnected) return;
    const { data } = fields(false);
    let size = 0;
    data.forEach((value, name) => { size += 3 * (name.length + String(value).length) + 200; });
    if (size < HIDDEN_MOST) ask(data, { keepalive: true }).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) over = false;
  });
};

const start = (root) => {
  const form = root.querySelector("form[data-autosave]");
  if (form && window.AbortController) autosave(form);
};

document.addEventListener("k:shown", (event) => start(event.target));
start(document);
