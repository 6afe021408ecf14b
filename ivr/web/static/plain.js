// Asks the service over plain HTTP; every refusal is a Refusal with a code that has words.
import {about} from "./about.js";
import {words} from "./words.js";

export class Refusal extends Error {
  constructor(status, {problem = "other", detail = "", retry = 0, ...more}) {
    super(`${status} ${problem} ${detail}`);
    Object.assign(this, {...more, status, problem, detail, retry});
  }

  // Words of the page come first: a room may say more exactly what its code means.
  words(own = {}) {
    const t = words().refusals;
    return own[this.problem] ?? t[this.problem] ?? t.other;
  }
}

// With a body it is a POST, without one a GET; gives the JSON that came back.
export async function ask(address, body, {method, signal} = {}) {
  let response;
  try {
    response = await fetch(address, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {"X-Form-Token": about.token, ...(body === undefined ? {} : {"Content-Type": "application/json"})},
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, {problem: "unreachable", detail: String(error)});
  }
  const json = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  const told = json ? await response.json() : {};
  if (!response.ok) throw new Refusal(response.status, told);
  return told;
}

export async function signOut() {
  await ask("/signout", undefined, {method: "POST"});
  location.replace("/");
}
