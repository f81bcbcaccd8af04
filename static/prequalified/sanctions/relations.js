// The picture of how firms belong together; the table below it says the same, so the picture is hidden from screen readers.

const place = document.getElementById("relations-picture");
const data = document.getElementById("relations-data");

function colour(node) {
  if (node.sanctions.length) return "#b3261e";
  return node.self ? "#123a6b" : "#5b7ba6";
}

function draw() {
  const { nodes, links } = JSON.parse(data.textContent);
  const reach = Math.max(80, Math.min(260, place.clientWidth / 4)); // pixels between firms
  const chart = globalThis.echarts.init(place);
  chart.setOption({
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    series: [{
      type: "graph",
      layout: nodes.length > 1 ? "force" : "none",
      roam: false,
      force: { repulsion: 6 * reach, edgeLength: reach, gravity: 0.1, layoutAnimation: false },
      label: { show: true, position: "bottom", fontSize: 12, color: "#1b2430", width: 130, overflow: "break" },
      edgeLabel: { show: true, fontSize: 11, color: "#4a5666", formatter: ({ data: link }) => link.words },
      lineStyle: { color: "#9aa7b8", width: 1.5 },
      edgeSymbol: ["none", "arrow"],
      edgeSymbolSize: 7,
      data: nodes.map((node) => ({
        id: node.id, name: node.id, symbolSize: node.self ? 34 : 24, itemStyle: { color: colour(node) },
        label: { formatter: node.sanctions.length ? `${node.name}\n⚠ ${node.sanctions[0]}` : node.name },
      })),
      links: links.map((link) => ({ source: link.one, target: link.other, words: link.words })),
    }],
  });
  addEventListener("resize", () => chart.resize());
}

if (place && data && globalThis.echarts) draw();
