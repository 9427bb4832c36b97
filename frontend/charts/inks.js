// The colours and the font of static/css/tokens.css, as values that a drawing can take.

const TOKENS = [
  "surface", "sunken", "ink", "ink2", "ink3", "border", "line", "accent", "accent-soft", "bad",
  "warn", "hatch", "cluster-1", "cluster-2", "cluster-3", "step-1", "step-2", "step-3", "step-4",
  "step-5", "on-step-1", "on-step-2", "on-step-3", "on-step-4", "on-step-5",
];

export function inks(element, paper = false) {
  const probe = document.createElement("span");
  probe.hidden = true;
  if (paper) probe.style.colorScheme = "light";
  element.append(probe);
  const style = getComputedStyle(probe);
  // In a file the name of a font stands between double quotes.
  const found = { font: style.fontFamily.replaceAll('"', "'") };
  for (const name of TOKENS) {
    probe.style.color = `var(--${name})`;
    found[name] = style.color;
  }
  probe.remove();
  found.stripes = stripes(found.hatch);
  return found;
}

// A tile of thin diagonals, for what is not known.
function stripes(colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 16;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  pen.globalAlpha = 0.5;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-16, 0, 16]) {
    pen.moveTo(shift, 16);
    pen.lineTo(shift + 16, 0);
  }
  pen.stroke();
  return { image: tile, imageWidth: 16, imageHeight: 16, repeat: "repeat", scaleX: 0.5, scaleY: 0.5 };
}

export const isNarrow = (size) => size.width < 520;

// What every chart has: no movement, our letters, and a tip that is drawn and not styled.
export function base(ink, drawing) {
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, fontSize: 12, color: ink.ink2 },
    tooltip: {
      renderMode: "richText",
      confine: true,
      trigger: "axis",
      backgroundColor: ink.surface,
      borderColor: ink.line,
      borderWidth: 1,
      padding: [8, 10],
      textStyle: { fontFamily: ink.font, fontSize: 12, lineHeight: 18, color: ink.ink },
      axisPointer: { type: "line", lineStyle: { color: ink.line, type: "solid" } },
      formatter: (params) => {
        const list = Array.isArray(params) ? params : [params];
        const one = list.find((param) => param.seriesId === "cursor") ?? list[0];
        return drawing.points[one.dataIndex]?.join("\n") ?? "";
      },
    },
  };
}

let pen;

// How wide a text is, for labels that must not lie on each other.
export function widthOf(text, font) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
}

export const grouped = (number) => number.toLocaleString("en").replace("-", "\u2212");
