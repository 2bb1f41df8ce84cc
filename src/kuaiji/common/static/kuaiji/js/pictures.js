/* Pictures before they are sent: shrunk, shown, and the ID photo cropped in the page (docs/look.md).
   A file that this browser cannot open goes as it is; everything works without this file. */

const LONGEST = 2400; // pixels of the longest side that is sent: more than the server keeps
const LEAST = 600; // a long strip keeps this much across, so that it is not refused for being small
const HEAVY = 1500000; // bytes above which a picture is written anew although it is short enough
const QUALITIES = [0.9, 0.75, 0.6]; // the first that stays within the field's limit
const ACROSS = 358; // the finished photo, and its frame: attachments/pictures/cropping.py
const DOWN = 441;
const SMALLEST = 200; // pixels of the picture as the server keeps it, KEPT long
const KEPT = 2000;
const MOVES = {
  up: [0, 40, 0], left: [40, 0, 0], right: [-40, 0, 0], down: [0, -40, 0], zoom_out: [0, 0, 60], zoom_in: [0, 0, -60],
};
const WORDS = { up: "上移", left: "左移", right: "右移", down: "下移", zoom_out: "缩小", zoom_in: "放大" };
const KEYS = {
  ArrowUp: "up", ArrowLeft: "left", ArrowRight: "right", ArrowDown: "down", "-": "zoom_out", _: "zoom_out", "+": "zoom_in", "=": "zoom_in",
};

const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

const sized = (bytes) => (bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB");

const clamp = (value, low, high) => Math.max(low, Math.min(value, high));

const canvasOf = (width, height) => {
  const canvas = make("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
};

const written = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

/* Old browsers leave a picture on its side. A strip of two pixels, marked as lying, says what this one does. */
const upright = (async () => {
  const strip = await written(canvasOf(2, 1), 1);
  const mark = [255, 225, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
  const lying = new Blob([strip.slice(0, 2), new Uint8Array(mark), strip.slice(2)], { type: "image/jpeg" });
  return (await createImageBitmap(lying)).width === 1;
})().catch(() => false);

/* The picture as one sees it; null for what this browser cannot open, or would open on its side. */
const opened = async (file) => {
  if (!(await upright)) return null;
  try {
    return await createImageBitmap(file);
  } catch (error) {
    return null;
  }
};

/* The same picture as a smaller JPEG, or the file itself where that gains nothing. Never larger in pixels.
   `input` may take less than others, or nothing but JPEG. */
const shrunk = async (file, picture, input) => {
  const limit = Number(input.dataset.maxBytes) || Infinity;
  const must = file.size > limit || (input.accept === "image/jpeg" && file.type !== "image/jpeg");
  const { width, height } = picture;
  const part = Math.min(1, Math.max(LONGEST / Math.max(width, height), LEAST / Math.min(width, height)));
  if (part === 1 && file.size <= HEAVY && !must) return file;
  const canvas = canvasOf(Math.round(width * part), Math.round(height * part));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // what is see-through is paper
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await written(canvas, quality);
    if (!blob || blob.size <= limit) break;
  }
  if (!blob || (blob.size >= file.size && !must)) return file;
  return new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
};

/* ── The crop: drag, pinch, arrows, + and −, and the buttons of a pad ── */

const cropper = (stage, picture, frame, changed) => {
  const ratio = (DOWN * picture.width) / (ACROSS * picture.height); // of a frame, its height to its width in thousandths
  const largest = Math.max(1, Math.min(1000, Math.floor(1000 / ratio)));
  const least = Math.ceil((SMALLEST * 1000) / (picture.width * Math.min(1, KEPT / Math.max(picture.width, picture.height))));
  const canvas = canvasOf(ACROSS, DOWN);
  const pen = canvas.getContext("2d");
  const status = stage.querySelector("[role=status]");
  const fingers = new Map();
  const inside = (left, top, width) => {
    const across = clamp(width, Math.min(largest, least), largest);
    return { left: clamp(left, 0, 1000 - across), top: clamp(top, 0, Math.max(0, Math.floor(1000 - across * ratio))), width: across };
  };
  const proposed = () => inside((1000 - largest) / 2, (1000 - largest * ratio) / 4, largest);
  const draw = (next) => {
    frame = next;
    const x = (frame.left * picture.width) / 1000;
    const across = (frame.width * picture.width) / 1000;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, ACROSS, DOWN);
    pen.drawImage(
      picture, x, (frame.top * picture.height) / 1000, across, (across * DOWN) / ACROSS, 0, 0, ACROSS, DOWN,
    );
  };
  const put = (next) => {
    draw(next);
    const whole = { left: Math.floor(frame.left), top: Math.floor(frame.top), width: Math.round(frame.width) };
    changed(whole);
  };
  const move = (right, down, wider) => {
    const width = inside(0, 0, frame.width + wider).width;
    const grown = width - frame.width;
    const next = inside(frame.left + right - grown / 2, frame.top + down - (grown * ratio) / 2, width);
    const same = ["left", "top", "width"].every((name) => Math.abs(next[name] - frame[name]) < 0.5);
    put(next);
    return !same;
  };
  const press = (name) => {
    const moved = name === "reset" ? put(proposed()) || true : move(...MOVES[name]);
    status.textContent = moved ? "" : "已到边缘，不能再" + WORDS[name];
  };
  const middle = () => {
    const [a, b] = Array.from(fingers.values());
    return b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) } : { x: a.x, y: a.y, apart: 0 };
  };
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "裁剪后的证件照。方向键移动照片，加号放大，减号缩小");
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    const before = middle();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const now = middle();
    const box = canvas.getBoundingClientRect();
    const wider = before.apart && now.apart ? frame.width * (before.apart / now.apart - 1) : 0;
    move(((before.x - now.x) / box.width) * frame.width, ((before.y - now.y) / box.height) * frame.width * ratio, wider);
  });
  ["pointerup", "pointercancel"].forEach((name) => {
    canvas.addEventListener(name, (event) => fingers.delete(event.pointerId));
  });
  canvas.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    press(KEYS[event.key]);
  });
  draw(frame ? inside(frame.left, frame.top, frame.width) : proposed());
  return { canvas, press };
};

/* A stage of our own beside a file control, as attachments/crop.html has it. */
const newStage = () => {
  const stage = make("div", "k-stage k-cutting");
  const pad = make("div", "k-pad");
  const side = make("div");
  const status = make("p", "k-hint");
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", "移动和缩放");
  ["up", "left", "right", "down", "zoom_out", "zoom_in"].forEach((name) => {
    const button = make("button", "btn", WORDS[name]);
    button.type = "button";
    button.value = name;
    pad.append(button);
  });
  status.setAttribute("role", "status");
  side.append(pad, status);
  stage.append(make("p", "k-hint", "头部应在虚线圈内，不合适可以拖动、缩放"), make("div", "k-crop"), side);
  return stage;
};

/* 调整证件照: the page's own buttons move the picture at once, 完成 sends the frame. */
const cropPage = async (form) => {
  const answer = await fetch(form.dataset.crop, { credentials: "same-origin" });
  const picture = answer.ok ? await opened(await answer.blob()) : null;
  if (!picture) return;
  const field = (name) => form.elements[name];
  const frame = { left: Number(field("left").value), top: Number(field("top").value), width: Number(field("width").value) };
  const { canvas, press } = cropper(form, picture, frame, (whole) => {
    Object.keys(whole).forEach((name) => { field(name).value = whole[name]; });
  });
  const place = form.querySelector(".k-crop");
  place.textContent = "";
  place.append(canvas);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=action]");
    if (!button || button.value === "set") return;
    event.preventDefault();
    press(button.value);
  });
  form.querySelector("[value=set]").hidden = false;
  form.querySelector("a.btn-primary").hidden = true;
};

/* ── A file control ── */

const READY = "ready";
let working = 0;
const waiting = new Set();

/* Whoever presses 保存 while a picture is being shrunk has pressed it: the form goes when the picture is ready. */
const holdForms = () => {
  document.addEventListener("submit", (event) => {
    if (!working) return;
    const { target, submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.clear();
    waiting.add(() => (target.requestSubmit ? target.requestSubmit(submitter || undefined) : target.submit()));
  }, true);
};

const busy = async (job) => {
  working += 1;
  try {
    await job();
  } finally {
    working -= 1;
    if (!working) {
      waiting.forEach((send) => send());
      waiting.clear();
    }
  }
};

const control = (input) => {
  const note = make("p", "k-hint");
  const limit = Number(input.dataset.maxBytes);
  const label = input.labels.length ? input.labels[0].firstChild.textContent : "图片";
  let shown = [];
  let turn = 0;
  note.setAttribute("role", "status");
  input.after(note);
  const show = (...elements) => {
    shown.forEach((element) => element.remove());
    shown = elements;
    note.after(...elements);
  };
  const say = (text, bad) => {
    note.className = bad ? "k-error" : "k-hint";
    note.textContent = text;
  };
  const preview = (picture) => {
    const part = Math.min(1, 800 / Math.max(picture.width, picture.height));
    const canvas = canvasOf(Math.max(1, Math.round(picture.width * part)), Math.max(1, Math.round(picture.height * part)));
    canvas.className = "k-preview";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label + "预览");
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    show(canvas);
  };
  const crop = (picture) => {
    const stage = newStage();
    const fields = ["left", "top", "width"].map((name) => {
      const field = make("input");
      field.type = "hidden";
      field.name = `${input.name}_${name}`;
      return field;
    });
    const { canvas, press } = cropper(stage, picture, null, (whole) => {
      fields.forEach((field) => { field.value = whole[field.name.slice(input.name.length + 1)]; });
    });
    stage.querySelector(".k-crop").append(canvas);
    stage.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) press(button.value);
    });
    show(stage, ...fields);
  };
  const tell = () => input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: READY }));
  const take = async (file, mine) => {
    say("正在准备图片…");
    const picture = await opened(file);
    const small = picture ? await shrunk(file, picture, input) : file;
    if (mine !== turn) return;
    if (limit && small.size > limit) { // sending it would cost everything typed beside it
      show();
      say(`这个文件 ${sized(small.size)}，超过 ${sized(limit)}，没有选上，请换一个小一些的`, true);
      return;
    }
    const box = new DataTransfer();
    box.items.add(small);
    input.files = box.files;
    tell();
    const size = small === file ? sized(file.size) : `${sized(file.size)}，已缩小为 ${sized(small.size)}`;
    say(`已选择 ${file.name}（${size}），提交后上传`);
    if (!picture) show();
    else if ("crop" in input.dataset) crop(picture);
    else preview(picture);
  };
  /* Others that look at the control, as autosave.js does, see the picture that goes, and never the one that came. */
  input.addEventListener("change", (event) => {
    if (event.detail === READY) return;
    event.stopImmediatePropagation();
    const file = input.files[0];
    turn += 1;
    if (file) {
      input.value = "";
      busy(() => take(file, turn));
    } else {
      show();
      say("");
      tell();
    }
  });
};

const begin = (root) => all("input[type=file]", root).forEach(control);

holdForms();
begin(document);
document.addEventListener("k:shown", (event) => begin(event.target));
all("form[data-crop]").forEach(cropPage);
