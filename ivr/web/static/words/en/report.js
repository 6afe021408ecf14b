// Words that reports share.
import {en as form} from "../forms.js";

export default {
  report: {
    skip: "To the report",
    help: "from field to field; a choice changes the report at once",
    days: "Which days",
    last_days: (n) => `the last ${n} ${form(n, "day", "days")}`,
    own_days: "other days",
    first: "from",
    last: "to",
    span: (first, last) => (first === last ? first : `${first} to ${last}`),
    csv: "Download CSV",
    as_table: "The same as a table",
    problems: {
      bad_period: "The first day is after the last.",
      long_period: "No more than 92 days at once.",
      no_tree: "No such tree is published.",
    },
  },
};
