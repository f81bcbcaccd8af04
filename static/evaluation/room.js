// The evaluation room: keeps the panel of members fresh, follows the phases, starts the tools of the phase.
import { LiveRoom } from "../runtime/live.js";
import { startGrid } from "./grid.js";
import { startReview } from "./review.js";
import { startSigning } from "./sign.js";
import { startViewer } from "./viewer.js";

const state = JSON.parse(document.getElementById("room-state").textContent);
const code = state.section.code;
const token = () => document.querySelector('meta[name="csrf-token"]').content;

async function ticket() {
  const answer = await fetch(`/api/v1/sections/${code}/room/ticket`, { method: "POST", headers: { "X-CSRFToken": token() } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).ticket;
}

const room = new LiveRoom(`/live/rooms/${code}`, { seq: state.seq, ticket, status: document.getElementById("live") });

const people = document.getElementById("people");
const present = new Map();
let asked = 0;

async function refreshPeople() {
  const mine = ++asked;
  const answer = await fetch(people.dataset.url, { headers: { Accept: "text/html" } });
  if (!answer.ok || mine !== asked) return;
  people.innerHTML = await answer.text();
  showPresence();
}

function showPresence() {
  for (const row of people.querySelectorAll("[data-seat]")) row.classList.toggle("here", present.get(Number(row.dataset.seat)) === true);
}

// Events in the order they happened: presence is the last said of each seat.
room.on("room.presence", (event) => { present.set(event.body.seat, event.body.present); showPresence(); });
for (const kind of ["room.signed_in", "room.undertaken", "room.voted", "room.reviewed", "room.handed_in", "room.signed"]) {
  room.on(kind, () => refreshPeople());
}

// The work changes with the phase. The page is loaded anew once every change of one's own is saved.
const tools = [];
async function renew() {
  await Promise.all(tools.map((tool) => tool.settled()));
  location.reload();
}
const renewing = ["room.phase", "room.seat", "room.ballot", "room.chair", "room.summary", "room.report", "room.roll_back", "room.finding", "room.window"];
for (const kind of renewing) room.on(kind, () => renew());

const viewer = document.getElementById("viewer") ? startViewer(document.getElementById("viewer"), state) : null;
const scoring = document.getElementById("scoring");
if (scoring) tools.push(startGrid(scoring, { room, state, viewer, token }));
const review = document.getElementById("review");
if (review) tools.push(startReview(review, { room, viewer }));
for (const form of document.querySelectorAll("form[data-sign]")) startSigning(form);

addEventListener("beforeunload", (event) => { if (tools.some((tool) => tool.unsaved())) event.preventDefault(); });
for (const seat of state.members) present.set(seat.seat, false);
showPresence();
