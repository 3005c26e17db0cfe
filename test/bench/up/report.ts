import { formatTable, megabytes } from "../table";
import { steps, type Step, type UpMeasurement } from "./measureUp";

const stepNames = Object.keys(steps) as Step[];

/** What was measured for one number of members, for people. */
export function formatMeasurement(measured: UpMeasurement): string {
  const { members, fedJoins, empty, stateBytes, requests, mismatches } = measured;
  const rows = stepNames.map((step) => {
    const [own, other] = [fedJoins[step], empty[step]];
    const perMember = Object.values(requests[step]).reduce((sum, count) => sum + count, 0) / members;
    return [
      step,
      ...[own.seconds, other.seconds, own.seconds / other.seconds].map((value) => value.toFixed(2)),
      ...[own.cpuSeconds, other.cpuSeconds, own.cpuSeconds / other.cpuSeconds].map((value) => value.toFixed(2)),
      ...[own.peakRssBytes, other.peakRssBytes].map(megabytes),
      perMember.toFixed(2),
    ];
  });
  const head = [
    ...[`${members} members`, "s", "s, empty", "ratio", "CPU s", "CPU s, empty", "ratio"],
    ...["provider RSS", "RSS, empty", "requests at the master a member"],
  ];
  const perMember = (key: "stored" | "exported"): string => `${stateBytes.fedJoins[key]} (${stateBytes.empty[key]})`;
  return [
    ...formatTable([head, ...rows]),
    `State bytes a member: ${perMember("stored")} stored, ${perMember("exported")} in stack export; in brackets, an empty resource.`,
    ...stepNames.map((step) => `Requests at the master, ${step}: ${listed(requests[step])}`),
    ...mismatches.map((line) => `WRONG   ${line}`),
    "",
  ].join("\n");
}

function listed(requests: Readonly<Record<string, number>>): string {
  const parts = Object.entries(requests).map(([request, count]) => `${count} ${request}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}
