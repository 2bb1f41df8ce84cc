// Buttons that copy the words of another element (data-copy is its id). Without script they stay hidden.
const copyBySelection = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  return document.execCommand("copy"); // for browsers inside apps, which have no clipboard of their own
};

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.textContent;
  const said = document.createElement("span");
  said.className = "k-vh";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const element = document.getElementById(button.dataset.copy);
    let done;
    try {
      await navigator.clipboard.writeText(element.textContent.trim());
      done = true;
    } catch {
      done = copyBySelection(element);
    }
    button.textContent = done ? "已复制" : "请长按复制";
    said.textContent = done ? "已复制" : "没有复制成功，请长按编号复制";
    setTimeout(() => {
      button.textContent = words;
      said.textContent = "";
    }, 4000);
  });
}
