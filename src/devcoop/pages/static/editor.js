/* Makes the text area of the SPARQL page comfortable: colours, brackets, Ctrl and Enter.

   Only the editor of YASGUI is used. Answers stay on our own page, where names lead to our
   pages; nothing is looked up elsewhere, nothing is kept in the browser, and Tab leaves the
   editor as it leaves any text area. Without this script, or with a broken one, the text area
   stays as it is. */
"use strict";

(() => {
  const form = document.getElementById("ask");
  const area = document.getElementById("query");
  const holder = document.getElementById("yasgui");
  const Yasqe = window.Yasgui && window.Yasgui.Yasqe;
  if (!form || !area || !holder || !Yasqe) {
    return;
  }
  const editor = new Yasqe(holder, {
    value: area.value,
    autocompleters: ["variables"],
    persistenceId: null,
    createShareableLink: null,
    showQueryButton: false,
    autofocus: false,
    lineWrapping: true,
    collapsePrefixesOnLoad: false,
    requestConfig: { endpoint: form.dataset.endpoint },
  });
  try {
    // The editor keeps a list of prefixes from elsewhere, which nothing here reads.
    window.localStorage.removeItem("prefixes");
  } catch {
    // Where the browser keeps nothing, nothing has to be removed.
  }
  const show = form.querySelector("button[name=edit]");
  const copy = () => {
    area.value = editor.getValue();
  };
  editor.setOption("extraKeys", {
    ...editor.getOption("extraKeys"),
    Tab: false,
    "Shift-Tab": false,
    "Ctrl-Enter": () => {
      copy();
      form.requestSubmit(show);
    },
  });
  editor.on("change", copy);
  form.addEventListener("submit", copy);

  const input = editor.getInputField();
  const note = document.createElement("p");
  note.id = "editor-note";
  note.className = "yasgui-note";
  note.textContent = form.dataset.leave;
  input.setAttribute("aria-label", form.dataset.label);
  input.setAttribute("aria-describedby", [note.id, area.getAttribute("aria-describedby") || ""].join(" ").trim());
  if (area.hasAttribute("aria-invalid")) {
    input.setAttribute("aria-invalid", "true");
  }
  // The label is for the text area, which goes out of sight; a click on it must still do something.
  form.querySelector("label[for=query]").addEventListener("click", (event) => {
    event.preventDefault();
    editor.focus();
  });
  area.before(note, holder);
  area.hidden = true;
  holder.hidden = false;
  // As high as its text: a box that scrolls by itself could not be reached by keyboard.
  editor.setSize(null, "auto");
  editor.setOption("viewportMargin", Infinity);
  editor.refresh();
})();
