// Whoever types has not stopped because the page turned: letters would press keys of the new page.
import {isField} from "./keys.js";

// Call it before a drawing and the function that it gives after it: where the field is drawn anew under its old name, the cursor goes on in it.
export function typing() {
  const at = document.activeElement;
  if (!isField(at) || !at.id) return () => {};
  const {selectionStart, selectionEnd} = at;
  return () => {
    const anew = at.isConnected ? null : document.getElementById(at.id);
    anew?.focus();
    anew?.setSelectionRange?.(selectionStart, selectionEnd);
  };
}
