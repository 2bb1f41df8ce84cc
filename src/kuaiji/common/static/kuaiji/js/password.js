/* Password fields get 显示; beside a new one (data-rules, from identity/passwords/rules.py) stands what it still lacks.
   What is typed stays in the browser until the form is sent, and is hidden again then. */

const QUIET = 600; // milliseconds after the last key, so that it is read out once

const reveal = (input) => {
  const box = document.createElement("div");
  const button = document.createElement("button");
  box.className = "k-with";
  button.type = "button";
  button.className = "btn k-reveal";
  button.setAttribute("aria-controls", input.id);
  const show = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? "隐藏" : "显示";
    button.setAttribute("aria-label", (visible ? "隐藏" : "显示") + "密码");
  };
  ["autocapitalize", "autocorrect", "spellcheck"].forEach((name) => input.setAttribute(name, name === "spellcheck" ? "false" : "off"));
  input.before(box);
  box.append(input, button);
  button.addEventListener("click", () => show(input.type === "password"));
  input.form.addEventListener("submit", () => show(false));
  window.addEventListener("pageshow", () => show(false));
  show(false);
};

const lacks = (typed, rules) => {
  const password = typed.normalize("NFC");
  const folded = password.toLowerCase();
  const length = Array.from(password).length;
  const backwards = Array.from(folded).reverse().join("");
  if (length > rules.longest) return `最多 ${rules.longest} 个字符，现有 ${length} 个`;
  if (length < rules.shortest) return `还差 ${rules.shortest - length} 个字符`;
  const plain = new Set(folded).size <= 2
    || rules.plain.some((pattern) => new RegExp(pattern, "s").test(folded))
    || rules.sequences.some((row) => row.includes(folded) || row.includes(backwards));
  return plain ? "太简单，容易被猜到，请换一个" : "";
};

const watch = (input) => {
  const rules = JSON.parse(input.dataset.rules);
  const note = document.createElement("p");
  let timer = 0;
  note.className = "k-lacks";
  note.setAttribute("role", "status");
  input.closest(".k-with").after(note);
  const tell = () => {
    const words = lacks(input.value, rules);
    note.classList.toggle("ok", !words);
    note.textContent = input.value ? words || "长度够了，不算太简单" : "";
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(tell, QUIET);
  });
};

document.querySelectorAll("input[type=password]").forEach(reveal);
document.querySelectorAll("input[data-rules]").forEach(watch);
