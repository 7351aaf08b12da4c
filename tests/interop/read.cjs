// Reads a calendar with a library of JavaScript and prints JSON: words and start of each event or task.
const fs = require("fs");
const [library, path] = process.argv.slice(2);
const text = fs.readFileSync(path, "utf8");
const moment = (date) => date.toISOString().replace(".000", "");

function withIcalJs() {
  const ICAL = require("ical.js").default ?? require("ical.js");
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents().map((each) => {
    const start = each.getFirstPropertyValue(each.name === "vtodo" ? "due" : "dtstart");
    return [each.getFirstPropertyValue("summary"), start ? start.toString() : ""];
  });
}

function withNodeIcal() {
  const found = Object.values(require("node-ical").sync.parseICS(text));
  return found.filter((each) => each.type === "VEVENT" || each.type === "VTODO").map((each) => {
    const start = each.type === "VTODO" ? each.due : each.start;
    if (!start) return [each.summary, ""];
    if (!start.dateOnly) return [each.summary, moment(start)];
    const two = (number) => String(number).padStart(2, "0");
    return [each.summary, `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}`];
  });
}

console.log(JSON.stringify(library === "ical.js" ? withIcalJs() : withNodeIcal()));
