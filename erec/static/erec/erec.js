// What makes every page easier with a script; without it nothing is lost.
"use strict";

// After a refused form: to the summary, so that a screen reader reads it and Tab leads on to the first link.
document.querySelector("[data-error-summary]")?.focus();

// A link of the summary leads into its field, not only to it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (field) {
    event.preventDefault();
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
  }
});

// 表示: shows what is typed in one password field, and hides it again before the form leaves.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.dataset.showPassword);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}

// One press, one request. The button is marked, not disabled: a disabled one would not send its value.
for (const form of document.querySelectorAll("form[data-submit-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button:not([type='button'])")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
}

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) {
    return;
  }
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }
});

// コピー: the text of the element named by data-copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.textContent;
  if (!navigator.clipboard) {
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "コピーしました";
    } catch {
      button.textContent = "コピーできませんでした。選択してコピーしてください。";
    }
    setTimeout(() => {
      button.textContent = words;
    }, 4000);
  });
}

// 印刷 and タブを閉じる: acts that only a script can do.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-close-tab]")) {
  button.addEventListener("click", () => {
    window.close();
    // A tab that the person opened may not close itself: then the page says so.
    setTimeout(() => {
      for (const words of document.querySelectorAll("[data-close-failed]")) {
        words.hidden = false;
      }
    }, 300);
  });
}
