// What the tree earns, in English.
import {en as form} from "../forms.js";

const times = (n) => (n === 1 ? "once" : `${n} ${form(n, "time", "times")}`);

export default {
  earnings: {
    reckoning: "Working it out…",
    title: (tree) => `${tree}: what the tree earns`,
    tree: "Tree",
    which: "Version",
    all_versions: "all versions",
    version: (n) => `version ${n}`,
    no_trees: "No tree is published yet.",
    nothing: "Nobody was asked by this tree in these days.",
    asked: "Asked",
    passed: "To sales",
    stayed: "Stayed with us",
    won: "Won",
    of_passed: (part) => `${part} of those passed`,
    overridden: "Decided otherwise",
    unfinished: "No outcome",
    by_day: "Day by day",
    day: "Day",
    chart: (asked, passed, won) => `Day by day: asked ${asked}, passed to sales ${passed}, won ${won}. The same figures are in the table below.`,
    read: (day, asked, passed, won) => `${day}: asked ${asked}, to sales ${passed}, won ${won}`,
    question: (q) => {
      const said = [`Asked ${times(q.reached)}, answered ${times(q.answered)}.`];
      if (q.skipped) said.push(`Did not know: ${q.skipped}.`);
      if (q.stopped) said.push(`The talk broke off here: ${q.stopped}.`);
      if (q.by_hand) said.push(`Decided without waiting for an answer: ${q.by_hand}.`);
      return said.join(" ");
    },
    pace: (median, mean) => (median === "—" ? "The time of an answer was not measured." : `The usual answer takes ${median}, the mean is ${mean}.`),
    answers: "Answers",
    answer: "Answer",
    how_often: "How often",
    time: "Time",
    results: "What sales made of it",
    made: {won: "won", meeting: "meeting", lost: "lost", nothing: "nothing", refused: "refused", closed: "withdrawn", open: "still open"},
    heard: (n) => `The clients' words where nothing fitted: ${n}`,
    went_on: "went on without an answer",
    by_hand: "decided by hand",
    the_call: "the call",
    outcomes: "Outcomes",
    outcome: "Outcome",
    department_only: "a department only, no outcome",
    versions: "Versions side by side",
    unasked: (n) => `Decided without a question ${times(n)}: sales owns the client already.`,
    unreadable: (n) => `Not in the report: ${n}. Their answers fit no version that is kept.`,
  },
};
