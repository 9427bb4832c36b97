// Search boxes with suggestions, made of the text fields marked data-pick. What is sent stays what
// the text field would send: the name with the key of the row behind it, one on each line.

const words = document.getElementById("pick-words")?.dataset ?? {};

function option(row) {
  return { value: `${row.text} (#${row.value})`, text: row.text, note: [row.other, row.note] };
}

// Without the key, which only tells rows of one name apart.
const shown = (value) => value.replace(/ \(#\d+\)$/, "");

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function drawOption({ text, value, note }) {
  const row = element("div", text ?? shown(value));
  const rest = (note ?? []).filter(Boolean).join(" · ");
  if (rest) row.append(element("span", rest, "caption"));
  return row;
}

function suggest(field) {
  let asked;
  return async function load(query, show) {
    asked?.abort();
    asked = new AbortController();
    const address = new URL(field.dataset.url, location.href);
    address.searchParams.set("kind", field.dataset.pick);
    address.searchParams.set("q", query);
    if (field.dataset.editable) address.searchParams.set("editable", "1");
    try {
      const answer = await fetch(address, { signal: asked.signal });
      const rows = answer.ok ? await answer.json() : [];
      this.clearOptions();
      show(rows.map(option));
    } catch {
      // Another letter was typed, or nobody answers: what is typed is looked up when it is sent.
      show();
    }
  };
}

function enhance(field) {
  const { url, many, options } = field.dataset;
  const isSelect = field.matches("select");
  const settings = {
    delimiter: "\n",
    maxOptions: 50,
    loadThrottle: 150,
    plugins: many ? { remove_button: { title: words.remove } } : {},
    render: {
      option: drawOption,
      item: ({ value, text }) => element("div", isSelect ? text : shown(value)),
      no_results: () => element("div", words.none, "no-results"),
      option_create: ({ input }) => element("div", words.use.replace("%s", input), "create"),
      loading: () => element("div", "…", "no-results"),
    },
  };
  if (!isSelect) {
    Object.assign(settings, {
      maxItems: many ? null : 1,
      create: (text) => ({ value: text, text }),
      createOnBlur: true,
      persist: false,
    });
    if (options) {
      // With those that stand, since these replace what is read from the field.
      const all = new Set(`${options}\n${field.value}`.split("\n").filter(Boolean));
      settings.options = [...all].map((value) => ({ value, text: value }));
    }
  }
  if (url) {
    Object.assign(settings, {
      load: suggest(field),
      // The server's order is the best match first.
      score: () => () => 1,
      sortField: [{ field: "$order" }],
    });
  }
  const before = field.value;
  const picker = new TomSelect(field, settings);
  if (field.value !== before) {
    // Rather without suggestions than with something else than stood there.
    picker.destroy();
    field.value = before;
    return;
  }
  // The search box has the label now; the field behind it only holds what is sent.
  field.setAttribute("aria-hidden", "true");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (field.hasAttribute(name)) picker.control_input.setAttribute(name, field.getAttribute(name));
  }
}

window.addEventListener("DOMContentLoaded", () => {
  for (const field of document.querySelectorAll("[data-pick]")) enhance(field);
});
