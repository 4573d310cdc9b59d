// What is typed as a comment outlives the session: it is kept in this tab until it was sent.
"use strict";

(() => {
  const PREFIX = "erec-comment:";
  const forget = document.querySelector("[data-forget]");
  if (forget) {
    sessionStorage.removeItem(PREFIX + forget.dataset.forget);
  }
  for (const form of document.querySelectorAll("form[data-keep]")) {
    const key = PREFIX + form.dataset.keep;
    const field = form.querySelector("textarea");
    if (field && !field.value) {
      field.value = sessionStorage.getItem(key) ?? "";
    }
    field?.addEventListener("input", () => sessionStorage.setItem(key, field.value));
  }
})();
