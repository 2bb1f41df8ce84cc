// Preloaded into Playwright's driver: it asks every browser to emulate a colour scheme, Firefox ESR does not know that
// command of WebDriver BiDi, and nobody here wants it. Its refusal is read as done.
const parse = JSON.parse;
JSON.parse = (text, reviver) => {
  const read = parse(text, reviver);
  const unknown = read && read.type === "error" && read.error === "unknown command";
  return unknown && read.message.includes("setMediaFeaturesOverride") ? { type: "success", id: read.id, result: {} } : read;
};
