// すべて選ぶ: every tick of the form that the button stands in.
"use strict";

for (const button of document.querySelectorAll("[data-tick-all]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    for (const tick of button.form.querySelectorAll("input[name='item']")) {
      tick.checked = true;
    }
  });
}
