// An amount as it is typed (3亿, 3000万, 300m) is written out to the fen at once. What is accepted
// is what clusters/amounts.py accepts; the server reads it again.

const UNITS = {
  "": 0, 万: 4, 亿: 8, 万亿: 12, k: 3, m: 6, mn: 6, million: 6, b: 9, bn: 9, billion: 9,
};
const AMOUNT =
  /^([-+\u2212]?)\s*(\d{1,18}|\d{1,3}(?:,\d{3}){1,5})(?:\.(\d{1,8}))?\s*(万亿|万|亿|million|billion|mn|bn|[kmb])?\s*(?:元|yuan|cny|rmb)?$/i;

// The amount in hundredths, null when it cannot be read.
function hundredths(text) {
  const found = text.normalize("NFKC").replace("¥", "").trim().match(AMOUNT);
  if (!found) return null;
  const [, sign, whole, part = "", unit = ""] = found;
  const digits = whole.replaceAll(",", "") + part;
  const zeros = UNITS[unit.toLowerCase()] + 2 - part.length;
  if (zeros < 0 && /[1-9]/.test(digits.slice(zeros))) return null;
  const number = zeros < 0 ? digits.slice(0, zeros) || "0" : digits + "0".repeat(zeros);
  const value = BigInt(number);
  return sign === "-" || sign === "\u2212" ? -value : value;
}

function written(value) {
  const size = value < 0n ? -value : value;
  const whole = (size / 100n).toLocaleString("en-US");
  return `${value < 0n ? "\u2212" : ""}${whole}.${String(size % 100n).padStart(2, "0")}`;
}

for (const field of document.querySelectorAll("[data-amount]")) {
  const currency = field.form.elements.namedItem(field.dataset.currency);
  const echo = document.createElement("output");
  echo.className = "amount-echo num";
  echo.htmlFor = field.id;
  field.after(echo);
  const tell = () => {
    const value = hundredths(field.value);
    const code = (currency?.value ?? "").trim().toUpperCase();
    const unit = ["", "CNY", "RMB"].includes(code) ? field.dataset.amount : code;
    echo.value = value === null ? "" : `= ${written(value)}\u00a0${unit}`;
  };
  for (const name of ["input", "change", "draft"]) field.form.addEventListener(name, tell);
  tell();
}
