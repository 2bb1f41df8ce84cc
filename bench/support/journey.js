({
  // Visible controls with a name, in the order of the page: what a person would be asked.
  controls: () => {
    const seen = (element) => {
      const box = element.getBoundingClientRect();
      const shown = element.type === "radio" || element.type === "checkbox" || element.type === "file" ? 0 : 1;
      return element.checkVisibility({ visibilityProperty: true }) && box.width > shown;
    };
    const stands = (control) => control.matches("select") && control.hidden ? control.previousElementSibling : control;
    const asked = [...document.querySelectorAll("main form :is(input, select, textarea)[name]")].filter((control) =>
      !["hidden", "submit", "button"].includes(control.type) && !control.disabled && seen(stands(control)));
    return [...new Map(asked.map((control) => [control.name, {
      name: control.name,
      kind: control.matches("select[data-grouped]") && control.hidden ? "region"
        : control.matches("select[data-searchable]") && control.hidden ? "searchable"
        : control.dataset.search ? "search" : control.matches("select") ? "list" : control.type,
      value: control.type === "radio"
        ? (document.querySelector(`input[name="${control.name}"]:checked`) || { value: "" }).value
        : control.type === "checkbox" ? (control.checked ? "on" : "") : control.value,
    }])).values()];
  },
  // Scrolls as little as shows the whole element between the bars that stay; pixels moved. `end`: its lower edge only.
  reach: ({ element, end }) => {
    const target = element.closest("label.k-choice, .k-options li") || element;
    const bars = [...document.querySelectorAll(".k-actions, .k-onward, .k-top")].filter((bar) =>
      ["sticky", "fixed"].includes(getComputedStyle(bar).position) && !bar.contains(target));
    const from = scrollY;
    const below = bars.reduce((least, bar) => {
      const box = bar.getBoundingClientRect();
      return box.bottom >= innerHeight - 1 && box.height ? Math.min(least, box.top) : least;
    }, innerHeight);
    const box = target.getBoundingClientRect();
    const move = box.bottom > below ? (end ? box.bottom - below : Math.min(box.bottom - below, box.top))
      : box.top < 0 && !end ? box.top : 0;
    scrollBy({ top: move, behavior: "instant" });
    return Math.abs(scrollY - from);
  },
})
