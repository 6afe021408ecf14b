// Where a promise stands: which stages hold the person, and the shape of each.
export const LIVE = new Set(["ringing", "phone", "client", "talking", "result"]);

export const SHAPES = {
  saving: "wait",
  ringing: "ring",
  phone: "ring",
  client: "wait",
  talking: "talk",
  result: "wrap",
  passing: "ring",
  overdue: "late",
  due: "wait",
  later: "wait",
  human: "late",
  closed: "off",
};

// The shapes that are red: what waits for somebody now.
export const NOW = new Set(["ring", "late"]);

const CALLS = new Set(["ringing", "asking", "outcome", "talking", "transferring"]);

// Whether a phone rings or somebody talks: nothing else is dialled meanwhile.
export const onCall = ({stage, sales}) => CALLS.has(stage) || ["ringing", "phone", "client", "talking"].includes(sales?.live?.stage);
