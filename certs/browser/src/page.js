// What the script does to the page: show and hide, the error summary, the errors at the fields.
import { texts } from "./texts.js";

export function each(selector, act) {
  document.querySelectorAll(selector).forEach(act);
}

/** Shows a step and moves the focus to its heading, so that a screen reader goes along. */
export function showStep(name) {
  const section = document.querySelector(`[data-certificate-step="${name}"]`);
  section.hidden = false;
  const heading = section.querySelector("h1, h2, h3") ?? section;
  heading.tabIndex = -1;
  heading.focus();
}

export function hideStep(name) {
  document.querySelector(`[data-certificate-step="${name}"]`).hidden = true;
}

export function setBusy(busy) {
  each("[data-certificate-busy]", (element) => {
    element.setAttribute("role", "status");
    element.hidden = !busy;
    if (!element.textContent.trim()) element.textContent = texts.working;
  });
  const forms = ":is([data-certificate-form], [data-certificate-save])";
  each(`${forms} button:not([type=button])`, (button) => {
    // Not `disabled`, which would drop the focus.
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  });
}

function labelOf(input) {
  return input.labels?.[0]?.dataset.name ?? input.labels?.[0]?.textContent.trim() ?? input.name;
}

/** The named fields of the form that are empty, each with its sentence. */
export function emptyFields(form, names) {
  return names
    .map((name) => form.elements.namedItem(name))
    .filter((input) => input && input.value.trim() === "")
    .map((input) => ({ input, message: texts.required(labelOf(input)) }));
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function errorIdOf(input) {
  input.id ||= `certificate-${input.name}`;
  return `${input.id}_error`;
}

function markField({ input, message }) {
  const note = element("p", message);
  note.id = errorIdOf(input);
  note.className = "error";
  note.dataset.certificateFieldError = "";
  (input.closest(".affixed") ?? input).before(note);
  input.closest(".field")?.classList.add("wrong");
  input.setAttribute("aria-invalid", "true");
  const described = (input.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean);
  input.setAttribute("aria-describedby", [note.id, ...described].join(" "));
}

function unmarkField(note) {
  const input = document.querySelector(`[aria-describedby~="${CSS.escape(note.id)}"]`);
  const rest = input.getAttribute("aria-describedby").split(/\s+/).filter((id) => id !== note.id);
  if (rest.length) input.setAttribute("aria-describedby", rest.join(" "));
  else input.removeAttribute("aria-describedby");
  input.removeAttribute("aria-invalid");
  input.closest(".field")?.classList.remove("wrong");
  note.remove();
}

function linkTo({ input, message }) {
  const link = element("a", message);
  link.href = `#${input.id}`;
  link.addEventListener("click", (event) => {
    event.preventDefault(); // no fragment in the address, only the focus
    input.focus();
  });
  const item = document.createElement("li");
  item.append(link);
  return item;
}

export function clearErrors(form, summary) {
  form.querySelectorAll("[data-certificate-field-error]").forEach(unmarkField);
  summary.replaceChildren();
  summary.hidden = true;
}

/** Fills the summary with a heading and either one sentence or a link for each field, and focuses it. */
export function showErrors(summary, heading, problem) {
  summary.replaceChildren(element("h2", heading));
  if (typeof problem === "string") {
    summary.append(element("p", problem));
  } else {
    problem.forEach(markField);
    const list = document.createElement("ul");
    list.append(...problem.map(linkTo));
    summary.append(list);
  }
  summary.classList.add("summary");
  summary.setAttribute("role", "alert");
  summary.tabIndex = -1;
  summary.hidden = false;
  summary.focus();
}

export function offerFile(bytes, name) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/x-pkcs12" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read it only after asking where to
}
