/* What a picture needs of a page; the camera (camera.py) calls one function at a time. */
({
  /* Room at both sides for the marks, nothing of the demo, no frame around the field typed last, the main button at its
     own place, all pictures there. */
  async prepare() {
    for (const root of [document.documentElement, document.body]) root.style.setProperty("--k-gutter", "34px");
    document.querySelectorAll(".k-actions, .k-onward").forEach((bar) => bar.style.setProperty("position", "static", "important"));
    document.querySelectorAll(".k-autosave").forEach((line) => { line.textContent = ""; });
    document.querySelectorAll(".k-demo").forEach((element) => element.remove());
    const active = document.activeElement;
    if (active && active.getAttribute("aria-expanded") !== "true") active.blur();
    await Promise.all(Array.from(document.images, (image) => {
      image.loading = "eager";
      return image.decode();
    }));
  },

  /* From the top of `first` to the bottom of `last`, in pixels of the whole page; a control with its label and hints. */
  region({ first, last, margin }) {
    const box = (element) => {
      const field = element.matches("input, select, textarea") && element.closest(".k-field");
      return (field || element).getBoundingClientRect();
    };
    const top = box(first).top + scrollY - margin;
    return { top: Math.max(0, Math.floor(top)), bottom: Math.ceil(box(last).bottom + scrollY + margin) };
  },

  /* Words between two heights that somebody sees; what is typed or chosen is not the page's. */
  words({ top, bottom }) {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest("option, script, textarea, template, svg")) continue;
      if (!parent.checkVisibility({ visibilityProperty: true })) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      const middle = (box.top + box.bottom) / 2 + scrollY;
      const hidden = parent.closest(".k-vh") || box.width < 2;
      if (!hidden && middle > top && middle < bottom) found.push(node.data.trim().replace(/\s+/g, " "));
    }
    return found.join("\n");
  },

  /* A numbered disc for each element, in the left or the right margin of the page. */
  mark(marks) {
    const size = 26;
    marks.forEach(({ element, side }, index) => {
      const box = element.getBoundingClientRect();
      const tall = box.height > 110;
      const left = side === "left" ? 4 : innerWidth - size - 4;
      const middle = box.top + scrollY + (tall ? 16 : box.height / 2);
      const disc = document.createElement("b");
      disc.className = "guide-mark";
      disc.textContent = index + 1;
      Object.assign(disc.style, {
        position: "absolute", zIndex: 99, left: `${left}px`, top: `${middle - size / 2}px`, width: `${size}px`,
        height: `${size}px`, borderRadius: "50%", background: "#c8102e", color: "#fff", textAlign: "center",
        font: `700 16px/${size}px "Noto Sans CJK SC", sans-serif`, boxShadow: "0 0 0 2px #fff",
      });
      document.body.append(disc);
    });
  },

  /* Boxes for files are the browser's own, and Debian's speaks English only: say what a Chinese one says. */
  translate() {
    document.querySelectorAll("input[type=file]").forEach((input) => {
      const box = input.getBoundingClientRect();
      if (!box.width) return;
      const copy = document.createElement("div");
      const button = document.createElement("span");
      copy.className = "k-input k-file guide-mark";
      button.className = "btn";
      button.textContent = "选择文件";
      Object.assign(button.style, { minHeight: "2.5rem", padding: ".25rem 1.1rem", marginRight: ".9rem" });
      copy.append(button, input.files.length ? input.files[0].name : "未选择任何文件");
      Object.assign(copy.style, {
        position: "absolute", left: `${box.left}px`, top: `${box.top + scrollY}px`, width: `${box.width}px`,
      });
      document.body.append(copy);
    });
  },

  clear() {
    document.querySelectorAll(".guide-mark").forEach((element) => element.remove());
  },
})
