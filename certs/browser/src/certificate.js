// Fetching a certificate in the page: the key is made here, only its request leaves, one .p12 is offered.
//
// Load it with <script src="certificate.js" defer>. What the page's template must hold:
//
//   <form data-certificate-form data-certificate-api="URL" [data-login-id="d-…"] [data-error-generic="…"]>
//       inputs login_id, password, code (renewal: none of them, but data-login-id on the form),
//       hidden csrfmiddlewaretoken (renewal: sent as X-CSRFToken), a submit button.
//       data-error-generic is shown when no readable answer came (network, 5xx, not JSON).
//   [data-certificate-errors]        empty, hidden; becomes the request's error summary
//   [data-certificate-step=request]  holds the form
//   [data-certificate-step=save]     hidden; holds
//       <form data-certificate-save> inputs passphrase, passphrase_again, old_profile (checkbox), submit
//       [data-certificate-save-errors]   empty, hidden
//   [data-certificate-step=done]     hidden; what to do with the file; `save` stays open above it
//   [data-old-profile-src="URL"]     on any element: address of certificate-old.js
//   [data-certificate-expiry]        gets the certificate's last day (2027年11月21日)
//   [data-certificate-busy]          hidden; shown while working, with its own text or the script's
//   [data-needs-script]              hidden; shown by the script; [data-no-script] is hidden by it
//   Errors are marked up as the server's own forms do it: class `summary` on the error summary;
//   at a field <p class="error" id="FIELDID_error"> before the input (or its .affixed box), class `wrong`
//   on its .field, aria-invalid, aria-describedby. A label's data-name, if given, is its name in sentences.
//   Each step's first h1, h2 or h3 takes the focus when the step is shown.
//
// The API's refusal {"error", "message"} may add "fields": {"login_id": "…"}, sentences for single fields.
//
// Without Web Crypto the page is left as it is, with the way by command line.
//
// Key and passwords live in this closure and the fields only, and are dropped when the page is left.
import * as page from "./page.js";
import { makePkcs12 } from "./pkcs12.js";
import { currentProfile, oldProfile } from "./profiles.js";
import { fetchCertificate, makeRequest, Refused, Unanswered } from "./request.js";
import { japaneseDate, PASSPHRASE_MAX, PASSPHRASE_MIN, texts } from "./texts.js";

const form = document.querySelector("[data-certificate-form]");
const saveForm = document.querySelector("[data-certificate-save]");
const requestErrors = document.querySelector("[data-certificate-errors]");
const saveErrors = document.querySelector("[data-certificate-save-errors]");

let request = null; // {loginId, privateKey, publicKey, csr}; kept for a retry
let issued = null; // {name, der, issuers, expires}
let atRisk = false; // a certificate was, or may have been, issued and is not saved yet
let working = false;
let failedLoads = 0; // of certificate-old.js

function field(name) {
  return form.elements.namedItem(name)?.value ?? "";
}

function bodyFor(loginId, csr) {
  if (form.dataset.loginId) return { csr };
  return { login_id: loginId, password: field("password"), code: field("code").trim(), csr };
}

function clearPasswords() {
  // By name, not type: a field may be shown as text just then.
  const fields = "input:is([name=password], [name=passphrase], [name=passphrase_again])";
  page.each(fields, (input) => (input.value = ""));
}

function showRequestProblem(error) {
  if (error instanceof Refused) {
    const problems = Object.entries(error.fields)
      .map(([name, message]) => ({ input: form.elements.namedItem(name), message }))
      .filter(({ input }) => input);
    if (problems.length) return page.showErrors(requestErrors, texts.checkInput, problems);
    return page.showErrors(requestErrors, texts.notFetched, error.message);
  }
  const text = error instanceof Unanswered ? form.dataset.errorGeneric || texts.unanswered : texts.unfit;
  return page.showErrors(requestErrors, texts.notFetched, text);
}

async function fetchStep() {
  const empty = page.emptyFields(form, ["login_id", "password", "code"]);
  if (empty.length) return page.showErrors(requestErrors, texts.checkInput, empty);
  const loginId = form.dataset.loginId || field("login_id").trim();
  const atRiskBefore = atRisk;
  try {
    // The same key again after a failure: the server answers a repeated request with the same certificate.
    if (request?.loginId !== loginId) request = await makeRequest(loginId);
    atRisk = true;
    const body = bodyFor(loginId, request.csr);
    issued = await fetchCertificate(form.dataset.certificateApi, body, field("csrfmiddlewaretoken"), request);
  } catch (error) {
    atRisk = atRiskBefore || error instanceof Unanswered;
    clearPasswords();
    return showRequestProblem(error);
  }
  form.reset();
  page.hideStep("request");
  page.each("[data-certificate-expiry]", (element) => (element.textContent = japaneseDate(issued.expires)));
  page.showStep("save");
}

function passphraseProblems({ passphrase, passphrase_again: again }) {
  const empty = page.emptyFields(saveForm, ["passphrase", "passphrase_again"]);
  if (empty.length) return empty;
  const text = passphrase.value;
  // Importers differ in how they read anything but ASCII.
  if (!/^[\x20-\x7e]*$/.test(text)) return [{ input: passphrase, message: texts.passphraseCharacters }];
  if (text.length < PASSPHRASE_MIN || text.length > PASSPHRASE_MAX) {
    return [{ input: passphrase, message: texts.passphraseLength }];
  }
  return again.value === text ? [] : [{ input: again, message: texts.passphraseDiffers }];
}

async function loadOldProfile() {
  const { oldProfileSrc } = document.querySelector("[data-old-profile-src]").dataset;
  // A browser may remember a failed import under its address, so each retry has its own.
  const retry = failedLoads ? `?try=${failedLoads}` : "";
  return oldProfile(await import(new URL(oldProfileSrc + retry, document.baseURI).href));
}

async function saveStep() {
  const problems = passphraseProblems(saveForm.elements);
  if (problems.length) return page.showErrors(saveErrors, texts.checkInput, problems);
  const passphrase = saveForm.elements.passphrase.value;
  let profile = currentProfile;
  if (saveForm.elements.old_profile?.checked) {
    try {
      profile = await loadOldProfile();
    } catch {
      failedLoads += 1;
      return page.showErrors(saveErrors, texts.notSaved, texts.oldProfileMissing);
    }
  }
  try {
    const { privateKey } = request;
    const { name, der: certificate, issuers } = issued;
    const file = await makePkcs12({ privateKey, certificate, issuers, name, passphrase, profile });
    atRisk = false;
    page.offerFile(file, `${name}.p12`);
  } catch {
    return page.showErrors(saveErrors, texts.notSaved, texts.packingFailed);
  }
  page.showStep("done");
}

/** Takes the form over: one run of `step` at a time, the errors of the last one cleared first. */
function takeOver(target, summary, step) {
  target.noValidate = true; // the summary names the fields, in the page's own words
  target.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (working) return;
    working = true;
    page.clearErrors(target, summary);
    page.setBusy(true);
    try {
      await step();
    } finally {
      working = false;
      page.setBusy(false);
    }
  });
}

function start() {
  page.each("[data-needs-script]", (element) => (element.hidden = false));
  page.each("[data-no-script]", (element) => (element.hidden = true));
  takeOver(form, requestErrors, fetchStep);
  takeOver(saveForm, saveErrors, saveStep);
  window.addEventListener("beforeunload", (event) => {
    if (atRisk) event.preventDefault();
  });
  window.addEventListener("pagehide", () => {
    request = issued = null;
    clearPasswords();
  });
  // Back from the browser's page cache: the key is gone, so the steps start again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

if (form && saveForm && globalThis.crypto?.subtle) start();
