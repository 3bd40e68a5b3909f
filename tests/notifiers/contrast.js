// How far each text, and each bar of a chart, stands out from what is behind it: WCAG 2.2's contrast ratio.
(() => {
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const luminance = colour => {
    const [r, g, b] = channels(colour).slice(0, 3).map(c => c / 255)
      .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
  };
  const seen = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && element.offsetParent !== null) {
      const colour = getComputedStyle(element).color;
      seen.push({ bar: false, ratio: ratio(colour, behind(element)), what: walker.currentNode.data.trim() });
    }
  }
  for (const bar of document.querySelectorAll(".bar:not(.none)")) {
    const colour = getComputedStyle(bar).backgroundColor;
    seen.push({ bar: true, ratio: ratio(colour, behind(bar.parentElement)), what: bar.className });
  }
  return seen;
})()
