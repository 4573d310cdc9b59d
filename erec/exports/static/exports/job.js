// Shows how far the job is, and its file when it is there. Asking prolongs no session (view `state`); after a
// while it asks less often, and when the session is over it stops.
"use strict";

(() => {
  const card = document.querySelector("[data-job-state]");
  const part = (name) => card.querySelector(`[data-job-${name}]`);
  const bar = part("bar");
  const begun = Date.now();
  const yen = new Intl.NumberFormat("ja-JP");

  const show = (job) => {
    part("label").textContent = job.label;
    part("count").textContent = job.done
      ? `${yen.format(job.done)}件${job.total ? ` ／ ${yen.format(job.total)}件` : ""}`
      : "";
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    }
    if (job.open) {
      return;
    }
    bar.max = 1;
    bar.value = job.file ? 1 : 0;
    for (const waiting of card.querySelectorAll("[data-job-waiting]")) {
      waiting.hidden = true;
    }
    part("over").hidden = false;
    part("file").hidden = !job.file;
  };

  const ask = async () => {
    let open = true;
    try {
      const answer = await fetch(card.dataset.jobState, {
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      if (!answer.ok) {
        return; // logged out, or no longer his: the next click says so
      }
      const job = await answer.json();
      show(job);
      open = job.open;
    } catch {
      // the line is down for a moment
    }
    if (open) {
      setTimeout(ask, Date.now() - begun < 60_000 ? 2_000 : 10_000);
    }
  };

  setTimeout(ask, 1_000);
})();
