/** Tell the magazine that a piece is being read: its number, once, and nothing of who reads it. */

const piece = document.querySelector("[data-views]")?.dataset.views;
const declined = navigator.doNotTrack === "1" || navigator.globalPrivacyControl || navigator.webdriver;

function tell() {
  if (document.prerendering || document.visibilityState !== "visible") return;
  for (const moment of ["visibilitychange", "prerenderingchange"]) document.removeEventListener(moment, tell);
  fetch("/views", { method: "POST", body: piece, credentials: "omit", keepalive: true }).catch(() => {});
}

if (piece && !declined) {
  for (const moment of ["visibilitychange", "prerenderingchange"]) document.addEventListener(moment, tell);
  tell();
}
