/* <input data-search="/address/">: suggestions while typing; choosing one fills other fields of the form and says so.
   The address answers ?q= with {"results": [{"label", "hint", "fields": {"<name of a field>": "<value>"}, "place",
   "elsewhere"}]}. Keyboard and names follow the combobox pattern of the ARIA Authoring Practices.
   What is filled in lies in <details class="k-particulars">: closed while the search may still fill it and once it has,
   open when it has to be typed. */

const WAIT = 250;
const LEAST = 2;
const NOTHING = "没有找到，可直接填写下面的内容";
const NOT_PICKED = "没有从查到的单位中选择，请填写下面的内容";

/* The fold: what it holds in words, whether it is whole, and when it opens. */
const particulars = (form) => {
  const fold = form.querySelector(".k-particulars");
  if (!fold) return { open() {}, settle() {} };
  const words = fold.querySelector("[data-words]");
  const controls = () => Array.from(form.elements).filter((control) => control.name && fold.contains(control)
    && (control.name === "division_code" || /^employer_(?!uscc_meant)/.test(control.name)));
  const told = (control) => {
    if (!control.selectedOptions) return control.value;
    const one = control.selectedOptions[0];
    if (!one || !one.value) return "";
    const city = control.name === "division_code" ? one.parentNode.label || "" : "";
    return one.textContent.startsWith(city) ? one.textContent : city + one.textContent;
  };
  const status = () => (form.querySelector("[name=employment_status]:checked") || {}).value || "";
  const employed = () => ["", "1", "2"].includes(status());
  const whole = () => controls().every((control) => control.value);
  const say = () => {
    words.textContent = !employed() ? told(form.elements.division_code)
      : whole() ? controls().map(told).join(" · ") : "选中单位后自动填写；查不到的，点这里填写";
  };
  const show = (open) => {
    fold.open = open;
    say();
  };
  const empty = () => controls().every((control) => !control.value);
  const faulty = () => fold.querySelector(".k-error");
  form.addEventListener("change", (event) => {
    if (event.target.name === "employment_status") show(!employed() || !(empty() || whole()));
    else if (fold.contains(event.target)) say();
  });
  show(!employed() || Boolean(faulty()) || !(empty() || whole()));
  return { open: () => show(true), settle: () => show(!whole()) };
};

const combobox = (input) => {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  const fold = particulars(input.form);
  const button = input.form.querySelector("button[value=search_employer]");
  box.className = "k-combo";
  list.className = "k-options";
  list.id = input.id + "-options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "查找结果");
  said.className = "k-said";
  said.setAttribute("role", "status");
  input.before(box);
  box.append(input, list);
  (input.closest(".k-search") || box).after(said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";

  const tell = (words) => {
    said.textContent = words;
    if (words && document.activeElement === input) said.scrollIntoView({ block: "nearest" });
  };
  let results = [];
  let active = -1;
  let timer = 0;
  let asked = input.value.trim();
  let picked = asked;

  const mark = (index) => {
    active = index;
    Array.from(list.children).forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const words = (result, before) => {
    const filled = `已填入 ${Object.keys(result.fields).length} 项`;
    if (result.elsewhere) return `${filled}。这个单位登记在${result.place}，不在本平台范围内，请核对行政区划`;
    return `${filled}，行政区划${before && before !== result.fields.division_code ? "改" : ""}为${result.place}`;
  };
  const choose = (index) => {
    const result = results[index];
    const place = input.form.elements.division_code;
    const before = place ? place.value : "";
    Object.keys(result.fields).forEach((name) => {
      const control = input.form.elements[name];
      if (!control) return;
      control.value = result.fields[name];
      if (control.dispatchEvent) control.dispatchEvent(new Event("change", { bubbles: true }));
    });
    asked = picked = input.value.trim();
    close();
    fold.settle();
    if (result.elsewhere) fold.open();
    tell(result.place ? words(result, before) : `已选择 ${result.label}，相关内容已填写，请核对`);
  };
  const show = () => {
    list.textContent = "";
    list.append(...results.map((result, index) => {
      const item = document.createElement("li");
      item.id = list.id + "-" + index;
      item.setAttribute("role", "option");
      item.append(result.label);
      if (result.hint) {
        const hint = document.createElement("small");
        hint.textContent = result.hint;
        item.append(hint);
      }
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(index));
      return item;
    }));
    list.hidden = results.length === 0;
    input.setAttribute("aria-expanded", String(results.length > 0));
    mark(-1);
    tell(results.length ? `找到 ${results.length} 个单位，请从列表中选择` : NOTHING);
    if (!results.length) fold.open();
  };
  const ask = async (otherwise) => {
    clearTimeout(timer);
    const q = input.value.trim();
    if (q === asked && !otherwise) return;
    asked = q;
    if (q.length < LEAST) {
      close();
      tell(otherwise ? "请先输入单位名称（至少两个字）或信用代码" : "");
      return;
    }
    try {
      const answer = await fetch(input.dataset.search + "?q=" + encodeURIComponent(q), { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const body = await answer.json();
      if (q !== asked || document.activeElement !== input) return;
      results = body.results;
      show();
    } catch (error) {
      close(); // Suggestions are a help, never a condition: the name is simply typed.
      tell("单位登记库暂时连不上，请直接填写下面的内容");
      fold.open();
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", () => {
    close();
    if (results.length && input.value.trim() !== picked) {
      tell(NOT_PICKED);
      fold.open();
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && active < 0) ask(true);
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") mark((active + 1) % results.length);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : results.length - 1);
    else if (event.key === "Enter") choose(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  /* 查找单位 asks at once and leaves the page where it is. */
  if (button) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      input.focus();
      ask(true);
    });
  }
};

const begin = (root) => root.querySelectorAll("input[data-search]").forEach(combobox);

begin(document);
document.addEventListener("k:shown", (event) => begin(event.target));
