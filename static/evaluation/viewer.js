// The bid beside the form: pages as pictures, drawn as they come into sight; chapters, finding words, download.
const WIDTHS = [800, 1200, 1800];

export function startViewer(root, state) {
  const part = (name) => root.querySelector(`#viewer-${name}`);
  const pages = part("pages");
  const status = part("status");
  const base = `/sections/${root.dataset.code}/room`;
  const bids = new Map(state.bids.map((bid) => [bid.bid, bid]));
  let file = null; // {bid, path}
  let total = 0;
  let turn = 0;

  const address = (kind, more = "") => `${base}/${kind}/${file.bid}/${more}${file.path.split("/").map(encodeURIComponent).join("/")}`;
  const isPdf = () => file.path.endsWith(".pdf");

  const width = () => {
    const wanted = pages.clientWidth * Math.min(devicePixelRatio || 1, 2);
    return WIDTHS.find((each) => each >= wanted) ?? WIDTHS.at(-1);
  };

  // Only pages near the visible ones are asked for.
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting && !target.firstChild) target.append(picture(Number(target.dataset.page)));
    }
  }, { root: pages, rootMargin: "150% 0px" });
  const here = new IntersectionObserver((seen) => {
    const shown = seen.filter((one) => one.isIntersecting).map((one) => Number(one.target.dataset.page));
    if (shown.length && document.activeElement !== part("number")) part("number").value = Math.min(...shown);
  }, { root: pages, rootMargin: "-45% 0px -45% 0px" });

  function picture(number) {
    const image = document.createElement("img");
    image.src = address("pages", `${number}/${width()}/`);
    image.alt = interpolate(gettext("第%s页"), [number]);
    image.addEventListener("error", () => { status.textContent = gettext("页面无法显示，请下载后查看。"); });
    return image;
  }

  function showBid(bid, path = "") {
    const files = bids.get(bid)?.files ?? [];
    part("bid").value = bid;
    part("file").replaceChildren(...files.map((each) => new Option(each.title, each.path)));
    const chosen = files.find((each) => each.path === path) ?? files.find((each) => each.path === file?.path) ?? files[0];
    if (chosen) return showFile(bid, chosen.path);
    pages.replaceChildren();
    status.textContent = gettext("没有可以查看的文件。");
    return null;
  }

  async function showFile(bid, path) {
    if (file?.bid === bid && file.path === path) return;
    file = { bid, path };
    const mine = ++turn;
    part("file").value = path;
    part("download").href = address("files");
    part("open").href = `${address("files")}?view=1`;
    part("open").hidden = !isPdf();
    part("chapter").hidden = part("words").hidden = !isPdf();
    part("hits").hidden = true;
    near.disconnect();
    here.disconnect();
    pages.replaceChildren();
    total = 0;
    part("total").textContent = "";
    if (!isPdf()) { status.textContent = gettext("这种文件请下载后用本机软件查看。"); return; }
    status.textContent = gettext("正在打开…");
    const answer = await fetch(address("contents"));
    if (mine !== turn) return;
    if (!answer.ok) { status.textContent = gettext("这个文件不能作为PDF显示，请下载后查看。"); return; }
    const contents = await answer.json();
    total = contents.pages;
    status.textContent = "";
    part("total").textContent = `/ ${total}`;
    part("number").value = 1;
    fillChapters(contents.chapters);
    pages.append(...Array.from({ length: total }, (_, index) => frame(index + 1)));
    pages.scrollTop = 0;
  }

  function frame(number) {
    const box = document.createElement("div");
    box.className = "viewer-sheet";
    box.dataset.page = number;
    near.observe(box);
    here.observe(box);
    return box;
  }

  function fillChapters(chapters) {
    const options = chapters.map((each) => new Option(`${"　".repeat(Math.min(each.level, 3))}${each.title}`, each.page));
    part("chapter").replaceChildren(new Option(gettext("目录"), ""), ...options);
    part("chapter").disabled = !options.length;
  }

  function go(number) {
    const target = Math.min(Math.max(1, Number(number) || 1), total);
    pages.querySelector(`[data-page="${target}"]`)?.scrollIntoView({ block: "start" });
    part("number").value = target;
  }

  async function find(words) {
    const list = part("hits");
    list.hidden = !words;
    if (!words) return;
    list.replaceChildren(item(gettext("正在查找…")));
    const answer = await fetch(`${address("found")}?q=${encodeURIComponent(words)}`);
    const hits = answer.ok ? (await answer.json()).hits : [];
    if (!hits.length) { list.replaceChildren(item(gettext("没有找到。"))); return; }
    list.replaceChildren(...hits.map((hit) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link btn-sm" });
      button.textContent = `${interpolate(gettext("第%s页"), [hit.page])} ${hit.text}`;
      button.addEventListener("click", () => go(hit.page));
      return item(button);
    }));
  }

  const item = (content) => { const row = document.createElement("li"); row.append(content); return row; };

  part("bid").addEventListener("change", (event) => showBid(event.target.value));
  part("file").addEventListener("change", (event) => showFile(part("bid").value, event.target.value));
  part("chapter").addEventListener("change", (event) => { if (event.target.value) go(event.target.value); });
  part("number").addEventListener("change", (event) => go(event.target.value));
  part("words").addEventListener("change", (event) => find(event.target.value.trim()));
  if (state.bids.length) showBid(state.bids[0].bid);
  return { showBid };
}
