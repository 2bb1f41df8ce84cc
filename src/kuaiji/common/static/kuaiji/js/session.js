/* <body data-session="/address/" data-idle="1740" data-most="43000">: two minutes before the session ends a bar says so, and one
   press goes on. The seconds: how long the session lasts unused, and how long in any case. Other tabs count as use. */

const WARNED = 120;
const LOOK = 5000;
const KEY = "kuaiji-session-used";

const body = document.body;
const opened = Date.now();
let used = opened;
let idle = Number(body.dataset.idle) * 1000;
let last = opened + Number(body.dataset.most) * 1000;
let bar = null;
let over = false;

const remember = () => {
  try {
    localStorage.setItem(KEY, String(used));
  } catch (error) {
    // Storage is shut off: this tab counts for itself.
  }
};
const left = () => Math.round((Math.min(used + idle, last) - Date.now()) / 1000);

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};
const show = () => {
  bar = make("section", "k-session");
  bar.setAttribute("aria-label", "登录时间提醒");
  const words = make("p");
  words.setAttribute("role", "status");
  const more = make("button", "btn", "继续使用");
  more.type = "button";
  more.addEventListener("click", stay);
  bar.append(words, more);
  const skip = document.querySelector(".k-skip"); // it stays the first
  if (skip) skip.after(bar);
  else body.prepend(bar);
  return words;
};
const hide = () => {
  if (bar) bar.remove();
  bar = null;
};
const say = (text) => {
  const words = bar ? bar.querySelector("p") : show();
  // Into an element that stands already, so that screen readers say it; once for each new text.
  if (words.textContent !== text) setTimeout(() => { words.textContent = text; }, 50);
};
const end = () => {
  over = true;
  document.documentElement.dataset.signedOut = "";
  say("登录时间已到，已自动退出。" + (document.querySelector("form[data-autosave]") ? "填写的内容已保存，重新登录后接着填。" : ""));
  const again = make("a", "btn", "重新登录");
  again.href = "/login/?next=" + encodeURIComponent(location.pathname + location.search);
  bar.querySelector(".btn").replaceWith(again);
};

const stay = async () => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const data = new FormData();
  if (token) data.set("csrfmiddlewaretoken", token.value);
  try {
    const answer = await fetch(body.dataset.session, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (answer.redirected) {
      end();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const seconds = await answer.json();
    used = Date.now();
    idle = seconds.idle * 1000;
    last = used + seconds.most * 1000;
    remember();
    look();
  } catch (error) {
    say("没有网络，还没有延长。请再按一次“继续使用”");
  }
};

const look = () => {
  if (over) return;
  const seconds = left();
  if (seconds > WARNED) hide();
  else if (seconds <= 0) end();
  else say(`还有 ${Math.ceil(seconds / 60)} 分钟就要自动退出`);
};

document.addEventListener("kuaiji-used", () => {
  used = Date.now();
  remember();
  look();
});
window.addEventListener("storage", (event) => {
  if (event.key !== KEY || over) return;
  used = Math.max(used, Math.min(Number(event.newValue) || 0, Date.now()));
  look();
});
remember();
setInterval(look, LOOK);
look();
