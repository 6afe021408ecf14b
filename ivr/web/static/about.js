// What the server wrote into the page: the company, who is signed in, and where that person may go.
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

export const about = {
  token: meta("form-token"),
  number: meta("number"),
  company: {ru: meta("company-ru"), en: meta("company-en")},
  person: {ru: meta("person-ru"), en: meta("person-en")},
  room: meta("room"),
  rooms: meta("rooms").split(" ").filter(Boolean).map((one) => {
    const [id, address] = one.split(":");
    return {id, address};
  }),
};
