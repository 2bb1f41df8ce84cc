/* Small helps for every page. Each works on its own, and everything works without this file (docs/look.md). */

const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

/* A refused form: read the faults first, and let Back and Refresh ask for the page instead of sending it again. */
const focusSummary = () => {
  if ("faulty" in document.body.dataset) history.replaceState(null, "", location.href);
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
};

/* One press, one request. The button stays in the request and wakes up again if no answer comes. */
const WAKE_AFTER = 15000;
const submitOnce = () => {
  const wake = (form) => {
    delete form.dataset.sent;
    all("[data-asleep]", form).forEach((button) => {
      button.removeAttribute("aria-disabled");
      button.removeAttribute("data-asleep");
    });
    all(".k-sending", form).forEach((note) => note.remove());
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    all("button:not([type=button]):not([aria-disabled])", form).forEach((button) => {
      button.setAttribute("aria-disabled", "true");
      button.dataset.asleep = "";
    });
    const files = all("input[type=file]", form).some((input) => input.files.length);
    const note = make("p", "k-sending", files ? "正在上传，请不要关闭页面…" : "正在提交…");
    note.setAttribute("role", "status");
    const actions = all(".k-actions", form).pop();
    if (actions) actions.append(note);
    setTimeout(() => wake(form), files ? WAKE_AFTER * 8 : WAKE_AFTER);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) all("form[data-sent]").forEach(wake);
  });
};

/* <button data-seconds-left="57">获取短信验证码</button>: counts down on the button, speaks at start and end only. */
const countdown = (button) => {
  const words = button.textContent.trim();
  const end = Date.now() + Number(button.dataset.secondsLeft) * 1000;
  const voice = make("span", "k-vh");
  voice.setAttribute("role", "status");
  button.after(voice);
  const left = () => Math.ceil((end - Date.now()) / 1000);
  if (left() <= 0) return;
  const refuse = (event) => event.preventDefault();
  const tick = () => {
    if (left() > 0) {
      button.textContent = left() + " 秒后可重新获取";
      return;
    }
    clearInterval(timer);
    button.textContent = words;
    button.removeAttribute("aria-disabled");
    button.removeEventListener("click", refuse);
    voice.textContent = "现在可以重新获取短信验证码";
  };
  const timer = setInterval(tick, 1000);
  button.setAttribute("aria-disabled", "true");
  button.addEventListener("click", refuse);
  setTimeout(() => { voice.textContent = left() + " 秒后可以重新获取短信验证码"; }, 300);
  tick();
};

/* A fault loses its red as soon as its answer is another one. Its words stay where they help to type, and never go
   when a field is left: the button that is being pressed would move away from under the finger. */
const refused = new Map();
const valueOf = (field) => all("input, select, textarea", field)
  .map((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : one.value)).join("\n");
const remember = (field) => {
  refused.set(field, valueOf(field));
  all("[aria-invalid]", field).concat(field).forEach((one) => {
    if (one.hasAttribute("aria-invalid")) one.dataset.refused = "";
  });
};
const mend = (event) => {
  const field = event.target.closest(".k-field.bad, .k-field.k-mended");
  if (!refused.has(field)) return;
  const same = valueOf(field) === refused.get(field);
  const helps = refused.get(field).trim() && event.target.matches("textarea, input:not([type=radio]):not([type=checkbox])");
  field.classList.toggle("bad", same);
  field.classList.toggle("k-mended", !same);
  all("[data-refused]", field).concat(field).forEach((one) => {
    if (!("refused" in one.dataset)) return;
    if (same) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  });
  all(".k-error", field).forEach((words) => { words.hidden = !same && !helps; });
};

/* Rows 0..n (common/rows.html): add from the template, remove and move the later ones up. */
const formset = (root) => {
  const prefix = root.dataset.formset;
  const field = (name) => root.querySelector(`[name="${prefix}-${name}"]`);
  const rows = () => all(".k-row", root);
  const template = root.querySelector("template");
  const add = root.querySelector(`[value="add-${prefix}"]`);
  const told = make("p", "k-told");
  told.setAttribute("role", "status");
  add.after(told);
  const number = (row, index) => {
    const pattern = new RegExp(`(${prefix}-)(\\d+|__prefix__)`, "g");
    [row].concat(all("*", row)).forEach((element) => {
      Array.from(element.attributes).forEach((attribute) => {
        const changed = attribute.value.replace(pattern, `$1${index}`);
        if (changed !== attribute.value) element.setAttribute(attribute.name, changed);
      });
    });
    [row.querySelector("legend"), row.querySelector("button .k-vh")].forEach((element) => {
      element.textContent = element.textContent.replace(/\S+$/, index + 1);
    });
  };
  const count = () => {
    const total = rows().length;
    field("TOTAL_FORMS").value = total;
    field("INITIAL_FORMS").value = Math.min(total, Number(field("INITIAL_FORMS").value));
    add.hidden = total >= Number(field("MAX_NUM_FORMS").value);
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=action]");
    if (!button) return;
    if (button === add) {
      event.preventDefault();
      told.textContent = "";
      add.before(template.content.cloneNode(true));
      const row = rows().pop();
      number(row, rows().length - 1);
      count();
      const first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
      start(row);
    } else if (button.value.indexOf(`remove-${prefix}-`) === 0) {
      event.preventDefault();
      const row = button.closest(".k-row");
      told.textContent = "已删除" + row.querySelector("legend").textContent.trim();
      row.remove();
      rows().forEach(number);
      count();
      add.focus();
    }
  });
  count();
};

/* <select data-grouped="请选择地市" data-within="县（区）"> with optgroups becomes two selects: the group, then what lies in it.
   A line outside of groups is a group of its own. The first select, hidden, stays what is sent. */
const grouped = (select) => {
  const groups = new Map();
  all("option", select).forEach((option) => {
    if (!option.value) return;
    const parent = option.parentNode;
    const city = parent.tagName === "OPTGROUP" ? parent.label : option.textContent;
    groups.set(city, (groups.get(city) || []).concat(option));
  });
  const city = make("select", "k-input");
  const county = make("select", "k-input");
  const box = make("div", "k-with");
  city.append(new Option(select.dataset.grouped, ""));
  groups.forEach((options, name) => city.append(new Option(name, name)));
  ["aria-describedby", "aria-invalid", "aria-required"].forEach((name) => {
    if (select.hasAttribute(name)) [city, county].forEach((one) => one.setAttribute(name, select.getAttribute(name)));
  });
  county.setAttribute("aria-label", select.dataset.within);
  const fill = () => {
    const options = groups.get(city.value) || [];
    county.textContent = "";
    county.append(new Option("请选择" + select.dataset.within, ""));
    options.forEach((option) => county.append(new Option(option.textContent, option.value)));
    county.hidden = options.length < 2;
    return options;
  };
  const show = () => {
    const chosen = select.selectedOptions[0];
    city.value = "";
    groups.forEach((options, name) => { if (options.indexOf(chosen) >= 0) city.value = name; });
    fill();
    county.value = select.value;
  };
  const choose = (value) => {
    select.value = value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
  };
  city.addEventListener("change", () => {
    const options = fill();
    choose(options.length === 1 ? options[0].value : "");
  });
  county.addEventListener("change", () => choose(county.value));
  select.addEventListener("change", show);
  box.append(city, county);
  show();
  city.id = select.id;
  select.id = city.id + "-code";
  select.before(box);
  select.hidden = true;
};

/* <button data-print hidden>: only a script can print. */
const printing = (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
};

const start = (root) => {
  all("[data-seconds-left]", root).forEach(countdown);
  all("[data-formset]", root).forEach(formset);
  all("select[data-grouped]", root).forEach(grouped);
  all("[data-print]", root).forEach(printing);
  all(".k-field.bad", root).forEach(remember);
};

submitOnce();
start(document);
focusSummary();
["input", "change"].forEach((name) => document.addEventListener(name, mend));
document.addEventListener("k:shown", (event) => start(event.target));
