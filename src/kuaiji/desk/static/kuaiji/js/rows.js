// Rows of a list by keyboard: j and k go down and up, x marks, Enter opens, n turns the page, / goes to the box for
// finding people, ? tells all this. Nothing while somebody types.
const rows = [...document.querySelectorAll("[data-row]")];
let here = -1;

function go(to) {
  if (!rows.length) return;
  rows[here]?.removeAttribute("data-here");
  here = Math.max(0, Math.min(rows.length - 1, to));
  rows[here].setAttribute("data-here", "");
  rows[here].querySelector("a")?.focus({ preventScroll: true });
  rows[here].scrollIntoView({ block: "nearest" });
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  if (event.key === "j") go(here + 1);
  else if (event.key === "k") go(here - 1);
  else if (event.key === "x" && here >= 0) {
    const mark = rows[here].querySelector("input[type=checkbox]");
    if (mark) mark.checked = !mark.checked;
  } else if (event.key === "n") document.querySelector("[data-next]")?.click();
  else if (event.key === "/") document.querySelector("[data-find]")?.focus();
  else if (event.key === "?") document.querySelector("[data-keys]")?.setAttribute("open", "");
  else return;
  event.preventDefault();
});
