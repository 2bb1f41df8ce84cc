/* <span data-years="2026-11-21">: the years of accounting work from the start that is typed beside it, as the server counts
   them (accountants/rules.py), until the server says it itself. Without a day there is more to count than the start. */

const DAY = 86400000;
const YEAR = 365.2425;

const count = (start) => {
  const line = document.querySelector("[data-years]");
  if (!line || !line.dataset.years) return;
  const [, year, month, day] = /^\s*(\d{4})\D*(\d{1,2})?\D*(\d{1,2})?/.exec(start.value) || [];
  const begun = year && Date.UTC(Number(year), Number(month || 1) - 1, Number(day || 1));
  const days = (Date.parse(line.dataset.years) - begun) / DAY + 1;
  if (!(days > 0)) return;
  line.textContent = `从事会计工作年限按此推算为 ${Math.floor((days + 1) / YEAR)} 年，`;
};

document.addEventListener("input", (event) => {
  if (event.target.name === "accounting_start_date") count(event.target);
});
