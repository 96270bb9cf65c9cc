// Code: from pages that number its lines, from editors that colour it, from paragraphs in a typewriter's letters.
import { isMono } from "./formats.ts";
import { all, holdsBlocks, isBlank, isBlock, isElement, isText, make, styled, tag, texts, unwrap, words } from "./tree.ts";

const GUTTER = ".lineno, .linenos, .linenumber, .line-number, .line-numbers-rows, .gutter, .rouge-gutter, .blob-num, .hljs-ln-numbers, "
  + ".react-line-number, [data-line-number]:not(.blob-code):not(.react-file-line), .copy, .copybtn, .toolbar-item, .code-block-header";
const TABLES = "table.highlight, table.rouge-table, table.highlighttable, table.js-file-line-container, table.hljs-ln, table.diff-table";
/** Languages by the names that people and pages give them, as they are stored. */
const ALIASES: Record<string, string> = {
  sh: "bash", shell: "bash", console: "bash", zsh: "bash", shellscript: "bash", "shell-session": "bash", js: "javascript", jsx: "javascript",
  javascriptreact: "javascript", mjs: "javascript", node: "javascript", ts: "typescript", tsx: "typescript", typescriptreact: "typescript",
  py: "python", python3: "python", py3: "python", pycon: "python", yml: "yaml", rb: "ruby", rs: "rust", golang: "go", "c++": "cpp",
  cc: "cpp", "objective-cpp": "cpp", "c#": "csharp", cs: "csharp", kt: "kotlin", hs: "haskell", md: "markdown", docker: "dockerfile",
  htm: "html", xhtml: "html", vue: "html", svg: "xml", make: "makefile", patch: "diff", jsonc: "json", json5: "json", conf: "ini",
  properties: "ini", plaintext: "text", txt: "text", none: "", nohighlight: "", plain: "text", source: "", default: "", output: "text",
  postgresql: "sql", mysql: "sql", sqlite: "sql", scss: "css", less: "css",
};
const KNOWN = new Set(("bash c cpp csharp css diff dockerfile go haskell html ini java javascript json kotlin lua makefile markdown nginx "
  + "php python ruby rust scala sql swift toml typescript xml yaml text").split(" "));

/** Returns the stored name of a language, or "" where we do not colour it. */
export function languageName(given: string): string {
  const name = given.toLowerCase().trim();
  const found = Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name;
  return KNOWN.has(found) ? found : "";
}

/** Makes a `pre` of everything that is code and stands on its own. Returns whether a typewriter's letters mean code here. */
export function gatherCode(root: HTMLElement): boolean {
  numberedTables(root);
  for (const numbers of all(root, "td.gutter, td.linenos, td.lineno, td.rouge-gutter")) numbers.remove();
  for (const element of all(root, "div[data-style*='white-space'], div[data-style*='font-family'], textarea")) editors(element);
  for (const pre of all(root, "pre, listing, xmp")) if (pre.isConnected) plain(pre);
  return typewritten(root);
}

function numberedTables(root: HTMLElement): void {
  for (const table of all(root, TABLES)) {
    if (!table.isConnected) continue;
    const inner = table.querySelector("pre:not(.lineno):not(.linenos)") && all(table, "td").filter((cell) => cell.querySelector("pre") && !cell.matches(GUTTER)).at(-1);
    const text = inner ? codeText(inner.querySelector("pre") as HTMLElement) : all(table, "tr").map((row) => {
      const cell = all(row, "td").filter((each) => !each.matches(GUTTER)).at(-1);
      return cell ? (cell.textContent ?? "").replace(/\n$/, "") : "";
    }).join("\n");
    if (text.trim()) table.replaceWith(made(table, text, languageOf(table)));
  }
}

/** Editors copy a box that keeps its spaces, with a box or a paragraph for each line. */
function editors(element: HTMLElement): void {
  if (!element.isConnected || element.closest("pre")) return;
  const keeps = /^pre/.test(styled(element, "white-space"));
  if (!keeps || !isMono(element) || element.querySelector("h1, h2, h3, table, ul, ol, img")) return;
  element.replaceWith(made(element, codeText(element), languageOf(element)));
}

function plain(pre: HTMLElement): void {
  const inner = pre.querySelector("pre");
  if (inner) {
    unwrap(pre);
    return;
  }
  const named = languageOf(pre);
  const text = codeText(pre);
  const box = holder(pre);
  if (text.trim()) box.replaceWith(made(pre, text, named));
  else box.remove();
}

/** The box around a `pre` that holds nothing else, such as a page's frame with the language written above. */
function holder(pre: HTMLElement): HTMLElement {
  let box = pre;
  for (let parent = pre.parentElement; parent && /^(div|figure|td|tr|tbody|table)$/.test(tag(parent)); parent = parent.parentElement) {
    const rest = [...parent.childNodes].filter((child) => child !== box && !isBlank(child));
    const isLabel = rest.every((child) => isElement(child) && (languageName(words(child)) || /^(copy( code)?|kopieren)$/i.test(words(child))));
    if (rest.length && !isLabel) break;
    box = parent;
  }
  return box;
}

/** Returns the text of code, each box in it a line, without the numbers beside them. */
export function codeText(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const gutter of all(copy, GUTTER)) gutter.remove();
  for (const one of all(copy, "[data-style*='user-select']")) if (/none/.test(styled(one, "user-select")) && /^\s*\d*\s*$/.test(one.textContent ?? "")) one.remove();
  let text = "";
  const visit = (node: Node): void => {
    if (isText(node)) text += node.data;
    else if (tag(node) === "br") text += "\n";
    else if (isElement(node)) {
      const isLine = node !== copy && (isBlock(node) || tag(node) === "p");
      if (isLine && text && !text.endsWith("\n")) text += "\n";
      const before = text.length;
      node.childNodes.forEach(visit);
      // An empty box is an empty line, and one with a break in it is one line, not two.
      if (isLine && (text.length === before || !text.endsWith("\n"))) text += "\n";
    }
  };
  visit(copy);
  return text.replace(/\r\n?/g, "\n").replace(/\u00a0/g, " ").replace(/[\u200b\ufeff]/g, "").replace(/^\n+|\s+$/g, "").replace(/[ \t]+$/gm, "");
}

/** Looks for the language in the classes and attributes of the code and of what is around it. */
export function languageOf(element: Element): string {
  const inner = element.querySelector("code");
  const near = [inner, element, element.parentElement, element.parentElement?.parentElement, element.closest("figure, .highlight, [class*=highlight-source-]")];
  for (const place of near) {
    if (!place) continue;
    const given = place.getAttribute("data-lang") ?? place.getAttribute("data-language") ?? place.getAttribute("lang-name") ?? "";
    const named = [given, ...[...place.className.matchAll(/(?:language|lang|highlight-source|highlight-text|brush:?|sourceCode)[-:\s]+([\w+#-]+)/g)].map((match) => match[1] as string)];
    for (const name of named) {
      const found = languageName(name.replace(/^html-basic$/, "html"));
      if (found) return found;
    }
  }
  const label = element.previousElementSibling ?? element.parentElement?.previousElementSibling;
  return label && words(label).length < 14 && element.closest("pre, div")?.parentElement?.children.length === 2 ? languageName(words(label)) : "";
}

function made(near: Node, text: string, language: string): HTMLElement {
  const code = make(near, "code", text);
  if (language) code.className = `language-${language}`;
  return make(near, "pre", code);
}

/** Paragraphs in a typewriter's letters among others that are not: lines of code, in Word and Google Docs. */
function typewritten(root: HTMLElement): boolean {
  const length = words(root).length;
  const mono = texts(root).filter((text) => !text.parentElement?.closest("pre, code") && isTyped(text)).reduce((sum, text) => sum + words(text).length, 0);
  // Where most of it is typed, that is how the author likes to write, and says nothing.
  if (mono > 0.6 * length) return false;
  for (const first of all(root, "p, div")) {
    if (!first.isConnected || !isLine(first)) continue;
    const lines: HTMLElement[] = [];
    for (let next: Element | null = first; next && isLine(next as HTMLElement); next = next.nextElementSibling) lines.push(next as HTMLElement);
    const text = lines.map((line) => codeText(line)).join("\n");
    if (lines.length === 1 && !text.includes("\n") && !/[{}()[\];=<>$|\\]|^\s|^[#/]/.test(text)) continue;
    first.before(made(first, text, ""));
    for (const line of lines) line.remove();
  }
  return true;
}

function isTyped(text: Text): boolean {
  for (let element = text.parentElement; element; element = element.parentElement) {
    if (styled(element, "font-family") || styled(element, "font")) return isMono(element);
  }
  return false;
}

function isLine(element: HTMLElement): boolean {
  if (!/^(p|div)$/.test(tag(element)) || holdsBlocks(element) || element.closest("li, td, th")) return false;
  const said = texts(element).filter((text) => text.data.trim() && !text.parentElement?.closest("code"));
  return said.length > 0 && said.every(isTyped);
}
