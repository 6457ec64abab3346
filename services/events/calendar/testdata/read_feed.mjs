// Reads a calendar with ical.js and prints what it understood, one line per entry. Fails on a calendar it cannot read.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(process.argv[2], "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
for (const component of calendar.getAllSubcomponents("vevent")) {
  const entry = new ICAL.Event(component);
  const begin = entry.startDate.toJSDate().getTime() / 1000;
  const end = entry.endDate.toJSDate().getTime() / 1000;
  const status = component.getFirstPropertyValue("status");
  console.log([entry.uid, entry.sequence, begin, end, status, entry.summary].join("|"));
}
