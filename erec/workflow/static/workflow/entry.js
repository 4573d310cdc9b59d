// A request's form: lines are added and removed without a round trip, and what is typed is kept.
// Without a script the same buttons ask the server.
"use strict";

const KEEP_AFTER_MS = 8000; // of rest after the last key; each time is the person's own typing
const NUMBER_MAX = 999; // of a line's field, as the server reads it
const PARTNER = /^([0-9A-Za-z]{9}) (\d{4})-(\d{3})-([129])-(\d{7})( .*)?$/;

for (const form of document.querySelectorAll("form[data-entry]")) {
  const lines = form.querySelector("[data-lines]");
  if (lines) {
    growing(form, lines);
  }
  form.addEventListener("change", (event) => spread(event.target));
  keeping(form);
}

// 行を追加 and この行を削除, the numbers of the lines, and their sum.
function growing(form, lines) {
  const template = lines.querySelector("template[data-line-template]");
  let next = lines.querySelectorAll("[data-line]").length;

  const all = () => [...lines.querySelectorAll("[data-line]")];

  function add(count) {
    const fresh = [];
    for (; fresh.length < count && all().length < Number(lines.dataset.most); next += 1) {
      const html = template.innerHTML.replaceAll("l999-", `l${next}-`).replaceAll("line-new", `line-x${next}`);
      template.insertAdjacentHTML("beforebegin", html);
      fresh.push(template.previousElementSibling);
    }
    renumber();
    fresh[0]?.querySelector("input")?.focus();
  }

  function renumber() {
    all().forEach((line, index) => {
      line.querySelector("[data-number]").textContent = index + 1;
      const button = line.querySelector("[data-remove]");
      button.value = `remove-${index + 1}`;
      button.setAttribute("aria-label", `明細${index + 1}：この行を削除`);
    });
    sum();
  }

  function sum() {
    const total = lines.querySelector("[data-total]");
    if (!total) {
      return;
    }
    const amounts = all().map((line) => plain(line.querySelector("[name$='-amount_yen']").value)).filter(Boolean);
    total.hidden = amounts.length === 0;
    total.textContent = `${amounts.length}件 合計 ${amounts.reduce((a, b) => a + b, 0).toLocaleString("ja-JP")}円`;
  }

  lines.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-remove]");
    if (!button || next + 10 >= NUMBER_MAX) {
      return; // the server numbers the lines anew
    }
    event.preventDefault();
    if (button.dataset.add) {
      add(Number(button.dataset.add));
    } else if (all().length > 1) {
      const line = button.closest("[data-line]");
      const neighbour = line.nextElementSibling?.matches("[data-line]") ? line.nextElementSibling : all().at(-2);
      line.remove();
      renumber();
      neighbour.querySelector("input").focus();
    } else {
      for (const input of button.closest("[data-line]").querySelectorAll("input")) {
        input.checked = false;
        if (input.type !== "checkbox") {
          input.value = "";
        }
      }
      sum();
    }
    form.dispatchEvent(new Event("input"));
  });
  lines.addEventListener("input", sum);
  sum();
}

// The yen in a field, 0 while it is not a plain number; the server judges.
function plain(text) {
  const digits = text.normalize("NFKC").replace(/[,円\s]/g, "");
  return /^\d{1,10}$/.test(digits) ? Number(digits) : 0;
}

// A partner chosen from the list under 利用者番号 fills the account's fields too.
function spread(input) {
  const found = input.name?.endsWith("user_number") && PARTNER.exec(input.value.trim());
  if (!found) {
    return;
  }
  const before = input.name.slice(0, -"user_number".length);
  const parts = { user_number: 1, bank_code: 2, branch_code: 3, kind: 4, number: 5 };
  for (const [name, place] of Object.entries(parts)) {
    input.form.elements[before + name].value = found[place];
  }
}

// What is typed goes to 「入力の途中」 while the person rests, so that the end of a session loses nothing.
function keeping(form) {
  const told = form.querySelector("[data-kept]");
  let timer = 0;
  let under_way = new AbortController();
  async function keep() {
    if (form.dataset.sent) {
      return;
    }
    const sent = new URLSearchParams(new FormData(form));
    sent.set("go", "keep");
    try {
      const { signal } = under_way;
      const answer = await fetch(form.action, { method: "POST", body: sent, redirect: "error", signal });
      told.textContent = answer.status === 204 ? "入力を保存しました（入力の途中）。" : "";
    } catch {
      told.textContent = "";
    }
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    under_way.abort(); // what is sent now is newer
    under_way = new AbortController();
  });
}
