// The words that new answers, questions and outcomes are made with, in both languages.
import en from "../words/en/tree.js";
import ru from "../words/ru/tree.js";

export const LANGUAGES = {ru: ru.author.made, en: en.author.made};
