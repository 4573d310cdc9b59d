// Says in time that the session is about to end, and lets the person go on.
//
// The body tells how many seconds are left when the page is made, when to warn, where to extend and where
// to log in again. Nothing here asks the server until a person presses 続ける: looking must not extend.
"use strict";

(() => {
  const body = document.body.dataset;
  const dialog = document.getElementById("session-dialog");
  if (!dialog || body.sessionExpiresIn === undefined) {
    return;
  }
  const warning = Number(body.sessionWarning) * 1000;
  const text = dialog.querySelector("[data-session-text]");
  const left = dialog.querySelector("[data-session-left]");
  const failed = dialog.querySelector("[data-session-failed]");
  const extendForm = dialog.querySelector("[data-session-extend]");
  const closeButton = dialog.querySelector("[data-session-close]");
  const tabs = new BroadcastChannel("erec-session");
  let deadline = 0;

  // One second more than the server says, so that it has ended there too when we leave.
  const until = (seconds) => Date.now() + (seconds + 1) * 1000;

  // Other tabs of this session learn of the later end; an older page never shortens it.
  const prolong = (newDeadline) => {
    deadline = Math.max(deadline, newDeadline);
    if (dialog.open && deadline - Date.now() > warning) {
      dialog.close();
    }
  };

  const inWords = (milliseconds) => {
    const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
    return seconds > 60 ? `${Math.floor(seconds / 60)}分${seconds % 60}秒` : `${seconds}秒`;
  };

  const leave = () => {
    const address = new URL(body.sessionLoginUrl, location.href);
    address.searchParams.set("ended", "idle");
    address.searchParams.set("next", location.pathname + location.search);
    location.replace(address);
  };

  const look = () => {
    const rest = deadline - Date.now();
    if (rest <= 0) {
      leave();
    } else if (rest <= warning) {
      left.textContent = inWords(rest);
      if (!dialog.open && closeButton.hidden) {
        failed.hidden = true;
        dialog.showModal();
      }
    }
  };

  extendForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(body.sessionExtendUrl, {
        method: "POST",
        body: new FormData(extendForm),
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      if (answer.status === 401 || answer.status === 403) {
        leave();
        return;
      }
      if (!answer.ok) {
        throw new Error(answer.statusText);
      }
      const { expires_in: seconds } = await answer.json();
      prolong(until(seconds));
      tabs.postMessage({ deadline });
      if (dialog.open) {
        // Extended, and still about to end: this is the absolute limit.
        text.textContent =
          "続けて使える時間の上限に近づいたため、これ以上は延長できません。作業を終えて、もう一度ログインしてください。";
        extendForm.hidden = true;
        closeButton.hidden = false;
        closeButton.focus();
      }
    } catch {
      failed.hidden = false;
    }
  });

  // Esc answers 続ける: a dialog that a person waved away must not end the session behind their back.
  dialog.addEventListener("cancel", (event) => {
    if (!extendForm.hidden) {
      event.preventDefault();
      extendForm.requestSubmit();
    }
  });
  closeButton.addEventListener("click", () => dialog.close());

  tabs.addEventListener("message", ({ data }) => prolong(data.deadline));
  document.addEventListener("visibilitychange", look);
  prolong(until(Number(body.sessionExpiresIn)));
  tabs.postMessage({ deadline });
  setInterval(look, 1000);
  look();
})();
