/* Lists by keyboard: j and k walk the rows, Enter opens, x chooses, n turns the page, / finds, ? explains.
   Everything works without this file. */

const table = document.querySelector("[data-rows]");
const rows = table ? Array.from(table.querySelectorAll("tbody tr")) : [];
let at = -1;

const go = (to) => {
  if (!rows.length) return;
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows.forEach((row, place) => row.classList.toggle("d-here", place === at));
  const link = rows[at].querySelector("[data-open]");
  if (link) link.focus();
  rows[at].scrollIntoView({ block: "nearest" });
};

const keys = {
  j: () => go(at + 1),
  k: () => go(at - 1),
  x: () => {
    const box = at < 0 ? null : rows[at].querySelector("input[type=checkbox]");
    if (box) box.click();
  },
  n: () => {
    const next = document.querySelector("[data-next]");
    if (next) next.click();
  },
  "/": () => {
    const box = document.querySelector("[data-find]");
    if (box) box.focus();
  },
  "?": () => {
    const help = document.querySelector("[data-keys]");
    if (help) {
      help.open = true;
      help.querySelector("summary").focus();
    }
  },
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
