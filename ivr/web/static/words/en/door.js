// The door in English.
import {en as form} from "../forms.js";

export default {
  door: {
    title: "Sign in",
    person: "User name",
    password: "Password",
    enter: "Sign in and take calls",
    enter_room: "Sign in",
    checking: "Checking…",
    forgot: "Forgot the password? Your head of department gives you a new one. Until you sign in, your phone gets no calls.",
    ended: "You are signed out. Your phone gets calls only if you stayed on the line.",
    problems: {
      wrong_password: "The name or the password does not fit. Check the keyboard layout and Caps Lock.",
      too_many_tries: (seconds) => {
        const minutes = Math.max(1, Math.ceil(seconds / 60));
        return `Too many tries. The next one is possible in ${minutes} ${form(minutes, "minute", "minutes")}.`;
      },
      try_later: "The password cannot be checked now: the database is busy. Try again in some seconds.",
      foreign_origin: "Signing in from this address is not allowed. The administrator has to list it under web.origins.",
      stale_form: "The page is out of date. Reload it and sign in again.",
      unreachable: "The service does not answer. Try again.",
      other: "Signing in did not work. Reload the page and try again.",
    },
  },
};
