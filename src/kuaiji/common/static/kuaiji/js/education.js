/* 学历信息: what a level of schooling does not ask is put away, degrees are narrowed to those of the level, and the second
   half opens with its box. What is put away is not sent; without script all is asked, and the server knows what is needed. */

const MORE = "more";

/* The group of degrees that goes with a level of GB/T 4658: 博士, 硕士 or 学士. */
const ownDegrees = (level) => (level < "14" ? "2" : level < "17" ? "3" : "4");

/* Put a field away or bring it back. */
const show = (control, shown) => {
  control.closest(".k-field").hidden = !shown;
  control.disabled = !shown;
};

/* A list of degrees that can be shortened to those of one level; the whole list is one line away. */
const narrowing = (select) => {
  const whole = Array.from(select.children);
  let kept = "";
  const fill = (own) => {
    const fits = (value) => !own || value === "" || value === "0" || value[0] === own;
    const parts = whole.filter((part) => fits(part.tagName === "OPTGROUP" ? part.firstElementChild.value : part.value));
    const value = select.value;
    select.textContent = "";
    select.append(...parts);
    if (own) select.append(new Option("其他学位…", MORE));
    select.value = parts.some((part) => part.value === value || part.querySelector(`[value="${value}"]`)) ? value : "";
    kept = own;
  };
  select.addEventListener("change", () => {
    if (select.value !== MORE) return;
    fill("");
    select.value = "";
  });
  return (level) => {
    const own = ownDegrees(level);
    const chosen = select.value;
    const stands = chosen && chosen !== "0" && chosen[0] !== own;
    if (own !== kept || stands) fill(stands ? "" : own);
  };
};

const schooling = (part) => {
  const level = part.querySelector("select[data-grouped]");
  const degree = part.querySelector("select[data-levels]");
  const narrow = narrowing(degree);
  const asked = () => {
    part.querySelectorAll("[data-levels]").forEach((control) => {
      const always = control.type === "text"; // 专业 is asked of most; the others only from 本科 up
      show(control, level.value ? control.dataset.levels.split(" ").includes(level.value[0]) : always);
    });
    if (level.value) narrow(level.value);
  };
  level.addEventListener("input", asked);
  asked();
};

/* The second half: open while its box is ticked. */
const half = (box, part) => {
  const turn = () => {
    part.hidden = !box.checked;
    part.querySelectorAll("input, select").forEach((control) => {
      if (!box.checked) control.disabled = true;
      else if (!control.closest("[hidden].k-field")) control.disabled = false;
    });
  };
  box.addEventListener("change", turn);
  turn();
};

document.querySelectorAll("[data-schooling]").forEach(schooling);
const box = document.querySelector("[name=has_part_time]");
if (box) half(box, document.querySelector("[data-schooling=part_time]"));
