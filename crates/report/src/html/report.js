"use strict";
(() => {
  const page = document.documentElement;
  page.classList.add("script");
  const findings = Array.from(document.querySelectorAll(".finding"));
  const search = document.getElementById("search");
  if (!search) return;
  const texts = findings.map((finding) => finding.textContent.toLowerCase());
  const switches = Array.from(document.querySelectorAll(".switch"));
  const shown = document.getElementById("shown");
  const nothing = document.querySelector(".nothing");
  const fold = document.getElementById("fold");

  const select = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = switches.filter((one) => !one.checked).map((one) => one.id.slice("show-".length));
    let count = 0;
    findings.forEach((finding, index) => {
      const matches = words.every((word) => texts[index].includes(word));
      finding.classList.toggle("unmatched", !matches);
      if (matches && !off.some((severity) => finding.classList.contains(severity))) count += 1;
    });
    shown.textContent = count === findings.length ? "" : count + " of " + findings.length + " shown";
    nothing.hidden = count > 0;
  };

  const nameFold = () => {
    fold.textContent = findings.some((finding) => finding.open) ? "Close all" : "Open all";
  };

  // A link to a finding opens it, even when it was filtered out.
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.tagName !== "DETAILS") return;
    target.open = true;
    if (target.classList.contains("finding")) {
      search.value = "";
      switches.forEach((one) => { if (target.classList.contains(one.id.slice("show-".length))) one.checked = true; });
      select();
    }
    target.scrollIntoView();
  };

  search.addEventListener("input", select);
  switches.forEach((one) => one.addEventListener("change", select));
  fold.addEventListener("click", () => {
    const open = !findings.some((finding) => finding.open);
    findings.forEach((finding) => { finding.open = open; });
    nameFold();
  });
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeprint", () => findings.forEach((finding) => { finding.open = true; }));
  document.addEventListener("toggle", nameFold, true);
  nameFold();
  follow();
})();
