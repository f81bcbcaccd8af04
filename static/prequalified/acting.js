// One role at a time, in every tab: when another tab logs in, out, or switches the role, this page says that it is stale and
// takes no more input, so that nobody acts in a role they no longer see. <meta name="acting" content="account:role">

const KEY = "yangguang-acting";
const mine = document.querySelector('meta[name="acting"]').content;

function stale() {
  if (document.getElementById("stale")) return;
  const note = document.createElement("div");
  note.id = "stale";
  note.className = "alert alert-warning container-xl mt-2 d-flex flex-wrap gap-3 align-items-center";
  note.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = gettext("您在另一个标签页切换了身份、登录或退出，本页已经过时。");
  const again = document.createElement("button");
  again.type = "button";
  again.className = "btn btn-primary btn-sm";
  again.textContent = gettext("刷新本页");
  again.addEventListener("click", () => location.reload());
  note.append(words, again);
  const content = document.getElementById("content");
  content.inert = true;
  content.before(note);
}

function fresh() {
  document.getElementById("stale")?.remove();
  document.getElementById("content").inert = false;
}

const look = () => (localStorage.getItem(KEY) === mine ? fresh() : stale());

try {
  if (mine !== ":") { // an error page that knows nobody says nothing about anybody
    localStorage.setItem(KEY, mine);
    addEventListener("storage", (event) => event.key === KEY && look());
    addEventListener("pageshow", (event) => event.persisted && look()); // the back button shows a page as it was
  }
} catch {
  // no storage in this browser: the server still knows only one role, and acts name theirs
}
