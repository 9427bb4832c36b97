"""What a page would take from Tabler's whole sheet and does not find in the one that is served."""

import os

import pytest
from playwright.sync_api import Page

from tests.scratch import ROOT

WHOLE = ROOT / "node_modules" / "@tabler" / "core" / "dist" / "css" / "tabler.css"
# Selectors one by one and as the browser writes them, since the two sheets are written differently.
LEFT_OUT = """(whole) => {
  const split = (list) => {
    let depth = 0;
    const parts = [""];
    for (const sign of list) {
      depth += sign === "(" ? 1 : sign === ")" ? -1 : 0;
      if (sign === "," && !depth) parts.push("");
      else parts[parts.length - 1] += sign;
    }
    return parts.map((part) => part.trim());
  };
  const selectors = (rules) => [...rules].flatMap((rule) => {
    if (rule.selectorText) return split(rule.selectorText);
    return rule.cssRules && !(rule instanceof CSSKeyframesRule) ? selectors(rule.cssRules) : [];
  });
  const sheet = [...document.styleSheets].find(({ href }) => href?.includes("/vendor/app."));
  const served = new Set(selectors(sheet.cssRules));
  const tabler = new CSSStyleSheet();
  tabler.replaceSync(whole);
  return [...new Set(selectors(tabler.cssRules))].filter((one) => !served.has(one));
}"""
# A state that may come, and a part that no query finds, are left out of the question, so that all
# rules of an element count, hovered or not.
CONCERN = r"""(selectors) => {
  const states = new RegExp(":(active|checked|disabled|empty|focus|focus-visible|focus-within|"
    + "hover|indeterminate|invalid|user-invalid|valid)(?![\\w-])", "g");
  const finds = (selector) => {
    try { return document.querySelector(selector || "*") !== null; } catch { return false; }
  };
  return selectors.filter((selector) => {
    const element = selector.replace(/::[\w-]+(\([^)]*\))?/g, "");
    return finds(element) || finds(element.replace(states, ""));
  });
}"""


def left_out_of_tabler(page: Page) -> list[str]:
    """The selectors of Tabler that the sheet of this page lacks, which is that of all pages."""
    if not WHOLE.exists():
        told = "no Tabler: make setup"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    found: list[str] = page.evaluate(LEFT_OUT, WHOLE.read_text(encoding="utf-8"))
    return found


def missed(page: Page, selectors: list[str]) -> list[str]:
    """Those of the selectors that concern an element of this page, in some state of it."""
    found: list[str] = page.evaluate(CONCERN, selectors)
    return [f"{page.url}: {selector}" for selector in found]
