// What is on every page, in English.
export default {
  name: "English",
  other: {code: "ru", name: "Русский"},
  locale: "en-GB",
  intake: (company) => (company ? `${company}, call intake` : "call intake"),
  keys: "keys",
  sign_out: "sign out",

  nav: {
    label: "Sections",
    desk: "Desk",
    sales: "Sales",
    tree: "Question tree",
    earnings: "What the tree earns",
    why: "Why it went there",
    staffing: "Staffing",
    wall: "Wall",
  },

  themes: {system: "light or dark as the system", light: "light", dark: "dark", turn: (now) => `page: ${now}`},

  page_keys: {
    title: "Keys",
    close: "close",
    single: "Keys work without Alt",
    fields: "While the cursor is in a field, letters and digits only type.",
  },

  page_ended: {
    title: "Sign in again",
    text: "The session of this page has ended. What is not saved is still below: copy it, then sign in.",
    enter: "Sign in",
  },
  page_lost: {
    title: "The service does not answer",
    text: "Calls do not depend on this page. What you see below is as of the last answer.",
  },
  refusal: {
    title: "This page is not for you",
    text: "Who may enter depends on the role. If it should be yours, tell the administrator.",
  },
  refusals: {
    title: "That did not work",
    signed_out: "You are signed out. Sign in again.",
    not_for_you: "You may not do this. The administrator gives out roles.",
    foreign_origin: "Working from this address is not allowed. The administrator has to list it under web.origins.",
    stale_form: "The page is out of date. Reload it.",
    too_many_requests: "Too many requests at once. Wait a second.",
    too_large: "The file or the text is too large.",
    too_slow: "The data took too long to arrive. Try again.",
    bad_message: "The service did not understand the request. Reload the page.",
    wrong_content_type: "The service did not understand the request. Reload the page.",
    not_found: "This does not exist any more.",
    unreachable: "The service does not answer. Try again.",
    refused: "The service refused.",
    other: "The service did not carry out the request. Try again.",
  },
};
