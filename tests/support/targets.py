"""How large what one taps is, and whether the bar at the foot of a phone's screen covers what one types into."""

# Every interactive element that does not stand inside a sentence: links with words around them in their own block may
# be as high as a line (WCAG 2.5.8). Of a choice the whole card is the target. What is not shown is not tapped.
TOO_SMALL = """least => {
  const blocks = 'p, li, dd, dt, td, th, legend, h1, h2, h3, figcaption, aside, div';
  const inSentence = (link) => {
    const block = link.parentElement.closest(blocks);
    const words = [...block.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE
      || (node.nodeType === Node.ELEMENT_NODE && !node.contains(link) && getComputedStyle(node).display === 'inline'
        && !node.matches('.k-vh, a')));
    return getComputedStyle(link).display === 'inline' && words.some((node) => node.textContent.trim());
  };
  return [...document.querySelectorAll('a, button, input, select, textarea, summary')].filter((element) => {
    const box = (element.closest('label.k-choice') || element).getBoundingClientRect();
    const shown = element.checkVisibility({ visibilityProperty: true }) && box.width;
    const away = element.closest('.k-skip, [aria-hidden=true]') || element.matches('.k-vh') || element.closest('.k-vh');
    if (!shown || away || (element.tagName === 'A' && inSentence(element))) return false;
    return box.width < least - .5 || box.height < least - .5;
  }).map((element) => {
    const box = (element.closest('label.k-choice') || element).getBoundingClientRect();
    return `${Math.round(box.width)}x${Math.round(box.height)} ${element.outerHTML.slice(0, 90)}`;
  });
}"""
# Controls that lie under the bar of buttons when they have the focus.
COVERED = """() => [...document.querySelectorAll('main form :is(input, select, textarea)')].filter((control) => {
  const bar = control.form.querySelector('.k-actions');
  if (!bar || getComputedStyle(bar).position !== 'sticky' || bar.contains(control) || !control.checkVisibility()
    || control.closest('.k-vh') || control.type === 'hidden') return false;
  scrollTo(0, 0);
  control.focus();
  const box = control.getBoundingClientRect();
  return box.bottom > bar.getBoundingClientRect().top + 1 && box.top < bar.getBoundingClientRect().bottom;
}).map((control) => control.name)"""
