// Suggestions under the search in the bar: a combobox with a list of links. Without a script, or
// when nobody answers, the form leads to the page that finds the same.

const WAIT = 150;

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

class Suggestions {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = element("ul", "suggestions");
    this.list.id = `${this.input.id}-suggestions`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", form.dataset.label);
    form.append(this.list);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    })) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    form.addEventListener("focusout", ({ relatedTarget }) => {
      if (!form.contains(relatedTarget)) this.close();
    });
    // Before the box loses the focus, which would close the list under the pointer.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.choose(target.closest("li")));
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    // What was asked before is not waited for any longer, so no older answer comes after a newer.
    this.asked?.abort();
    const words = this.input.value.trim();
    if (!words) {
      this.close();
      return;
    }
    this.asked = new AbortController();
    const address = new URL(this.form.dataset.suggest, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: this.asked.signal });
      const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
      const rows = answer.ok && isJson ? await answer.json() : [];
      if (document.activeElement === this.input) this.show(rows);
    } catch {
      this.close();
    }
  }

  show(rows) {
    this.list.replaceChildren(...rows.map((row, place) => this.option(row, place)));
    if (!rows.length) {
      this.close();
      return;
    }
    const all = { text: this.form.dataset.all, url: this.address() };
    this.list.append(this.option(all, rows.length));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(-1);
  }

  option({ text, other, note, kind, url }, place) {
    const item = element("li", "suggestion");
    item.id = `${this.list.id}-${place}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = url;
    item.append(element("span", "suggestion-name", text));
    const rest = [kind, other, note].filter(Boolean).join(" · ");
    if (rest) item.append(element("span", "caption", rest));
    return item;
  }

  address() {
    const address = new URL(this.form.action, location.href);
    address.searchParams.set("q", this.input.value.trim());
    return address.href;
  }

  get options() {
    return [...this.list.children];
  }

  mark(place) {
    this.at = place;
    this.options.forEach((item, one) => {
      item.setAttribute("aria-selected", String(one === place));
      if (one === place) item.scrollIntoView({ block: "nearest" });
    });
    if (place < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", this.options[place].id);
  }

  press(event) {
    if (this.list.hidden || event.isComposing) return;
    const last = this.options.length - 1;
    if (event.key === "ArrowDown") this.mark(this.at < last ? this.at + 1 : 0);
    else if (event.key === "ArrowUp") this.mark(this.at > 0 ? this.at - 1 : last);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.options[this.at]);
    else return;
    // Escape must not close the menu around the box as well, nor empty the box.
    event.preventDefault();
    event.stopPropagation();
  }

  choose(item) {
    if (item) location.assign(item.dataset.url);
  }

  close() {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

for (const form of document.querySelectorAll("form[data-suggest]")) new Suggestions(form);
