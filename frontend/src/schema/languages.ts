// The languages that code is coloured in while it is written; published code is coloured by the server.
import { createLowlight } from "lowlight";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import go from "highlight.js/lib/languages/go";
import haskell from "highlight.js/lib/languages/haskell";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import nginx from "highlight.js/lib/languages/nginx";
import php from "highlight.js/lib/languages/php";
import python from "highlight.js/lib/languages/python";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scala from "highlight.js/lib/languages/scala";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";

/** What a writer may choose: the name in the stored class, and the word in the list. */
export const LANGUAGES: ReadonlyArray<readonly [name: string, label: string]> = [
  ["bash", "Shell"], ["c", "C"], ["cpp", "C++"], ["csharp", "C#"], ["css", "CSS"], ["diff", "Diff"],
  ["dockerfile", "Dockerfile"], ["go", "Go"], ["haskell", "Haskell"], ["html", "HTML"], ["ini", "INI"],
  ["java", "Java"], ["javascript", "JavaScript"], ["json", "JSON"], ["kotlin", "Kotlin"], ["lua", "Lua"],
  ["makefile", "Makefile"], ["markdown", "Markdown"], ["nginx", "nginx"], ["php", "PHP"], ["python", "Python"],
  ["ruby", "Ruby"], ["rust", "Rust"], ["scala", "Scala"], ["sql", "SQL"], ["swift", "Swift"], ["toml", "TOML"],
  ["typescript", "TypeScript"], ["xml", "XML"], ["yaml", "YAML"], ["text", "Plain text"],
];

const known = createLowlight({
  bash, c, cpp, csharp, css, diff, dockerfile, go, haskell, ini, java, javascript, json, kotlin, lua, makefile,
  markdown, nginx, php, python, ruby, rust, scala, sql, swift, typescript, xml, yaml,
});
known.registerAlias({ bash: ["sh", "shell", "console"], ini: ["toml"], xml: ["html"], javascript: ["js", "jsx"],
  typescript: ["ts", "tsx"], python: ["py"], yaml: ["yml"] });

/** Code without a language stays plain, as it will be published; guessing would try them all at every key. */
export const lowlight: typeof known = {
  ...known,
  highlightAuto: (text) => ({ type: "root", children: [{ type: "text", value: text }] }),
};
