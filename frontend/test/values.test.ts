// Single values, as the server judges them: tests/articles/test_editor_bodies.py reads the same files.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as clean from "../src/clean.ts";
import { addressOf, embedded, nameOf } from "../src/embeds.ts";

const load = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const values = load("values.json");
const embeds = load("embeds.json");

const CHECKS: Record<string, (value: string) => string | null> = {
  link: clean.link,
  words: (value) => clean.words(value, clean.MAX_ALT),
  image: clean.localImage,
  language: clean.language,
};

for (const [name, check] of Object.entries(CHECKS)) {
  for (const [given, kept] of values[name]) {
    test(`${name}: ${JSON.stringify(given)} becomes ${JSON.stringify(kept)}`, () => assert.equal(check(given), kept));
  }
}

for (const [address, provider, key] of embeds.addresses) {
  test(`${address} is ${provider ? `${provider}'s ${key}` : "nobody's whom we know"}`, () =>
    assert.deepEqual(embedded(address), provider ? { provider, key } : null));
}

for (const [provider, key, address] of embeds.keys) {
  test(`${provider} has ${key} at ${address}`, () => assert.equal(addressOf(provider, key), address));
}

test("providers are called as they call themselves", () => {
  for (const [provider, name] of Object.entries(embeds.names)) assert.equal(nameOf(provider), name);
});
