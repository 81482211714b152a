// Adds up the .trx files of a test run: failed and skipped tests with their reasons, then the counts as the last line.
// Usage: node test-summary.mjs FOLDER      exit code 1 where a test failed, none ran, or a test project ended without a result
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
const text = (xml) => xml
  .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'")
  .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16))).replace(/&amp;/g, "&");
const within = (xml, element) => text(xml.match(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`))?.[1] ?? "").trim();

const tests = [];
for (const file of readdirSync(folder).filter((f) => f.endsWith(".trx")).sort()) {
  const xml = readFileSync(join(folder, file), "utf8");
  // A result is either one empty element or one with its output inside.
  for (const [, attributes, body = ""] of xml.matchAll(/<UnitTestResult\b([^>]*?)(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const value = (name) => text(attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "");
    tests.push({ name: value("testName"), outcome: value("outcome"), reason: within(body, "Message") || within(body, "StdOut"), trace: within(body, "StackTrace") });
  }
}
const crashed = existsSync(join(folder, "crashed.txt")) ? readFileSync(join(folder, "crashed.txt"), "utf8").trim().split("\n") : [];

const passed = tests.filter((t) => t.outcome === "Passed");
const skipped = tests.filter((t) => t.outcome === "NotExecuted");
const failed = tests.filter((t) => !passed.includes(t) && !skipped.includes(t));

const reasons = Map.groupBy ? Map.groupBy(skipped, (t) => t.reason) : skipped.reduce((m, t) => m.set(t.reason, [...(m.get(t.reason) ?? []), t]), new Map());
for (const [reason, of] of reasons) {
  console.log(`SKIPPED  ${reason || "(no reason given)"}`);
  for (const t of of) console.log(`           ${t.name}`);
}
for (const t of failed) console.log(`FAILED   ${t.name}\n           ${t.reason.split("\n").slice(0, 12).join("\n           ")}\n           ${t.trace.split("\n").slice(0, 4).join("\n           ")}`);
for (const line of crashed) console.log(`FAILED   ${line}`);
console.log(`${passed.length} passed, ${failed.length + crashed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length + crashed.length > 0 || passed.length === 0 ? 1 : 0;
