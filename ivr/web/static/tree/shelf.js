// What is not saved yet, kept in this browser until the page is open again.
const place = (tree) => `linetree-draft-${tree}`;

// {hash, text}: the hash is of the file that was edited; null when nothing is kept.
export const kept = (tree) => JSON.parse(localStorage.getItem(place(tree)) ?? "null");

// Gives whether there was room for it; without room, what was kept before stays.
export function keep(tree, draft) {
  try {
    localStorage.setItem(place(tree), JSON.stringify(draft));
  } catch (fault) {
    if (fault.name !== "QuotaExceededError") throw fault;
    return false;
  }
  return true;
}

export function forget(tree) {
  localStorage.removeItem(place(tree));
}
