/* <input data-search="/address/">: suggestions while typing; choosing one fills other fields of the form.
   The address answers ?q= with {"results": [{"label", "hint", "fields": {"<name of a field>": "<value>"}}]}.
   Keyboard and names follow the combobox pattern of the ARIA Authoring Practices. */

const WAIT = 250;
const LEAST = 2;

const combobox = (input) => {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  const voice = document.createElement("p");
  box.className = "k-combo";
  list.className = "k-options";
  list.id = input.id + "-options";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "查找结果");
  voice.className = "k-vh";
  voice.setAttribute("role", "status");
  input.before(box);
  box.append(input, list, voice);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.autocomplete = "off";

  let results = [];
  let active = -1;
  let timer = 0;
  let asked = "";

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
  const choose = (index) => {
    const fields = results[index].fields;
    Object.keys(fields).forEach((name) => {
      const control = input.form.elements[name];
      if (!control) return;
      control.value = fields[name];
      if (control.dispatchEvent) control.dispatchEvent(new Event("change", { bubbles: true }));
    });
    asked = input.value.trim();
    close();
    voice.textContent = "已选择 " + results[index].label + "，相关内容已填写，请核对";
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
    voice.textContent = results.length ? `找到 ${results.length} 个单位，用上下键选择` : "没有找到，可以直接填写";
  };
  const ask = async () => {
    const q = input.value.trim();
    if (q === asked) return;
    asked = q;
    if (q.length < LEAST) {
      close();
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
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark((active + 1) % results.length);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : results.length - 1);
    else if (event.key === "Enter" && active >= 0) choose(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
};

document.querySelectorAll("input[data-search]").forEach(combobox);
