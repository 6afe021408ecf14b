// Keys by where they lie (KeyboardEvent.code), so that any layout works; in a field they only type.
const NAMED = {
  Enter: "enter",
  NumpadEnter: "enter",
  Escape: "escape",
  Backspace: "back",
  KeyN: "none",
  KeyK: "company",
  KeyX: "other",
  KeyO: "otherwise",
  KeyE: "correct",
  KeyP: "play",
  KeyW: "other_kind",
  Slash: "note",
  NumpadDivide: "note",
  F9: "pause",
  End: "end",
  Equal: "plus",
  NumpadAdd: "plus",
  ArrowUp: "list_up",
  ArrowDown: "list_down",
  PageUp: "page_up",
  PageDown: "page_down",
  KeyC: "call",
  KeyT: "take",
  KeyM: "meeting",
  KeyD: "due",
};
const MOVES = new Set(["list_up", "list_down", "page_up", "page_down"]);
const ALWAYS = new Set(["enter", "escape", "pause", "end", ...MOVES]);
const TYPES = new Set(["radio", "checkbox", "button", "submit"]);

export function isField(element) {
  if ([HTMLTextAreaElement, HTMLSelectElement, HTMLAudioElement].some((kind) => element instanceof kind)) return true;
  return element instanceof HTMLInputElement && !TYPES.has(element.type);
}

// Whether a key that is held down goes on.
export const repeats = ({name}) => MOVES.has(name);

// What a key press means: {name} or {name: "digit", n}, or null. `single`: keys work without Alt.
// Ctrl+Enter says of a text of several lines that it is written.
export function meaning(event, single) {
  if (event.isComposing || event.metaKey) return null;
  if (event.ctrlKey) return event.code === "Enter" && event.target instanceof HTMLTextAreaElement ? {name: "written"} : null;
  const found = named(event);
  if (!found) return null;
  if (ALWAYS.has(found.name)) return event.altKey || event.shiftKey ? null : found;
  return event.altKey === !single ? found : null;
}

function named(event) {
  const digit = /^(Digit|Numpad)(\d)$/.exec(event.code);
  if (digit) return number(event, digit[1], Number(digit[2]));
  if (event.code === "Slash" && event.shiftKey) return {name: "help"};
  if (event.shiftKey && event.code !== "Equal") return null;
  // A number pad with NumLock off moves the cursor, and its End must not end a call.
  return event.code in NAMED ? {name: NAMED[event.code]} : null;
}

function number(event, row, n) {
  const moves = row === "Numpad" && !/^\d$/.test(event.key);
  if (event.shiftKey || moves) return null;
  return n === 0 ? {name: "zero"} : {name: "digit", n};
}
