// Lists the words of a page that stand out too little from what is behind them.
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent.trim())
      .join(" ")
      .trim();
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    if (!words || box.width < 2 || box.height < 2 || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest("svg, :disabled, [aria-disabled=true], .unspoken")) continue;
    const behind = [];
    let hasPicture = false;
    for (let above = element; above; above = above.parentElement) {
      const its = getComputedStyle(above);
      hasPicture ||= its.backgroundImage !== "none";
      behind.unshift(its.backgroundColor);
    }
    if (hasPicture) continue;
    const back = ["white", ...behind];
    const [one, other] = [light(over([...back, style.color])), light(over(back))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) {
      const name = `${element.tagName.toLowerCase()}.${element.className}`;
      found.add(`${name} “${words.slice(0, 40)}” ${ratio.toFixed(2)}`);
    }
  }
  return [...found];
}
