// The keys of the tree's page; gives whether one was taken.
import {isField} from "../keys.js";
import {neighbour} from "./layout.js";
import {trialKey} from "./trial.js";

export function pressed(event, {draft, editing, nodes, page, publishing, raw, trying}) {
  if (!draft.opened || page.open) return false;
  const control = (event.ctrlKey || event.metaKey) && !event.altKey;
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  const here = document.activeElement;
  if (control && !event.shiftKey && event.code === "KeyS") return did(() => publishing.save());
  if (control && !event.shiftKey && entered(event)) return did(() => publishing.publish());
  if (editing.form && here.closest("[data-form]")) return inForm(event, here, plain, editing);
  if (isField(here)) return plain && event.code === "Escape" && did(() => here.blur());
  if (control && !event.shiftKey && event.code === "KeyZ") return did(() => editing.undo());
  if (control && (event.shiftKey ? event.code === "KeyZ" : event.code === "KeyY")) return did(() => editing.redo());
  if (!draft.tree || raw.on) return false;
  return onNode(event, here, plain, editing, nodes) || (plain && trialKey(event, trying));
}

const entered = ({code}) => code === "Enter" || code === "NumpadEnter";

function inForm(event, here, plain, editing) {
  if (plain && event.code === "Escape") return did(() => editing.leave());
  if (plain && entered(event) && here.matches("textarea, input, select")) return did(() => editing.commit());
  return false;
}

function onNode(event, here, plain, editing, nodes) {
  const node = editing.node(here.dataset?.node);
  if (plain && /^Arrow|^Home$|^End$/.test(event.code)) {
    const key = node ? neighbour(editing.plan, node.key, event.code) : editing.selected;
    return (node || here === document.body) && did(() => editing.focus(key));
  }
  if (!node) return false;
  if (event.altKey && !event.ctrlKey && (event.code === "ArrowLeft" || event.code === "ArrowRight")) return did(() => nodes.shift(node, event.code === "ArrowLeft" ? -1 : 1));
  if (plain && event.code === "Insert") return did(() => nodes.add(node));
  if (plain && event.code === "Delete") return did(() => nodes.remove(node));
  return false;
}

function did(act) {
  act();
  return true;
}
