// Keys of the whole page; form fields and the table's rows keep theirs.
function attachKeys(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, select, textarea, dialog[open]");
    if (event.key === "Escape" && field && field.tagName === "INPUT") return field.blur();
    if (field && field.tagName !== "INPUT") return;
    if (field && field.type !== "checkbox") return;
    const arrow = event.key.startsWith("Arrow");
    if (arrow && event.target.closest(".list-box, .tabs, .scroll, .details, summary, pre")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
