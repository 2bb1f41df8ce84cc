/* <select data-searchable>: one searches in a long list by typing a part of a line, or of the heading above it. The
   select stays what is sent and what others may set; without script it is the list itself. Keyboard and names follow
   the combobox pattern of the ARIA Authoring Practices (editable, list autocomplete, manual selection). */

const NONE = "没有这一项，请换几个字";
const TAKEN = ["aria-describedby", "aria-invalid", "aria-required"];

const make = (tag, className, role) => {
  const element = document.createElement(tag);
  element.className = className;
  if (role) element.setAttribute("role", role);
  return element;
};

const lines = (select) => Array.from(select.options).filter((option) => option.value).map((option) => ({
  value: option.value,
  words: option.textContent,
  group: option.parentNode.label || "",
}));

const searchable = (select) => {
  if (select.hidden) return;
  const input = make("input", select.className, "combobox");
  const list = make("ul", "k-options", "listbox");
  const box = make("div", "k-combo k-list");
  const all = lines(select);
  let shown = [];
  let active = -1;

  input.type = "text";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.id = select.id;
  select.id += "-code";
  list.id = input.id + "-options";
  list.hidden = true;
  list.setAttribute("aria-label", "可选内容");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  TAKEN.forEach((name) => {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  });

  const chosen = () => all.find((line) => line.value === select.value);
  const told = () => (chosen() ? chosen().words : "");
  const mark = (index) => {
    active = index;
    const items = Array.from(list.querySelectorAll("[role=option]"));
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", items[index].id);
    items[index].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const choose = (line) => {
    const changed = select.value !== line.value;
    select.value = line.value;
    input.value = line.words;
    close();
    if (changed) ["input", "change"].forEach((kind) => select.dispatchEvent(new Event(kind, { bubbles: true })));
  };
  const item = (line, index) => {
    const element = make("li", "", "option");
    element.id = `${list.id}-${index}`;
    element.textContent = line.words;
    element.addEventListener("mousedown", (event) => event.preventDefault());
    element.addEventListener("click", () => choose(line));
    return element;
  };
  const open = (words) => {
    const wanted = words.replace(/\s/g, "").toLowerCase();
    const fits = (text) => text.replace(/\s/g, "").toLowerCase().includes(wanted);
    shown = all.filter((line) => fits(line.words) || fits(line.group));
    list.textContent = "";
    shown.forEach((line, index) => {
      if (line.group && (!index || shown[index - 1].group !== line.group)) {
        const heading = make("li", "k-group", "presentation");
        heading.textContent = line.group;
        list.append(heading);
      }
      list.append(item(line, index));
    });
    if (!shown.length) {
      const none = make("li", "k-group", "presentation");
      none.textContent = NONE;
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(words ? -1 : shown.indexOf(chosen()));
  };
  /* Left with one line typed out, or the only one that fits: that one. With nothing: nothing. Else what stood. */
  const leave = () => {
    const typed = input.value.trim();
    const fitting = all.filter((line) => line.words === typed);
    const only = fitting.length ? fitting[0] : !list.hidden && typed && shown.length === 1 ? shown[0] : null;
    if (only) choose(only);
    else if (!typed && select.value) choose({ value: "", words: "" });
    else if (typed) input.value = told() || typed;
    close();
  };

  input.addEventListener("input", () => open(input.value));
  input.addEventListener("click", () => {
    if (!list.hidden) return;
    input.select();
    open("");
  });
  input.addEventListener("blur", leave);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) open("");
    else if (step && shown.length) mark((Math.max(active, step > 0 ? -1 : 0) + step + shown.length) % shown.length);
    else if (event.key === "Enter" && !list.hidden && active >= 0) choose(shown[active]);
    else if (event.key === "Enter" && !list.hidden) leave();
    else if (event.key === "Escape" && !list.hidden) {
      input.value = told();
      close();
    } else return;
    event.preventDefault();
  });
  select.addEventListener("change", () => { input.value = told(); });

  input.value = told();
  const focused = document.activeElement === select;
  select.before(box);
  box.append(input, list);
  select.hidden = true;
  if (focused) input.focus();
};

const start = (root) => root.querySelectorAll("select[data-searchable]").forEach(searchable);

start(document);
/* Rows that are added, and parts of the page that are put in place of others. */
new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => {
  if (node.nodeType === Node.ELEMENT_NODE) start(node);
}))).observe(document.body, { childList: true, subtree: true });
