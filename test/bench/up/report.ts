import { formatTable, megabytes } from "../table";
import { steps, type Step, type UpMeasurement } from "./measureUp";

const stepNames = Object.keys(steps) as Step[];

/** What was measured for one number of members, for people. */
export function formatMeasurement(measured: UpMeasurement): string {
  const { members, fedJoins, sameInputs, empty, stateBytes, requests, mismatches } = measured;
  const rows = stepNames.map((step) => {
    const [own, same, other] = [fedJoins[step], sameInputs[step], empty[step]];
    const perMember = Object.values(requests[step]).reduce((sum, count) => sum + count, 0) / members;
    const compared = (key: "seconds" | "cpuSeconds"): number[] => [
      ...[own[key], same[key], own[key] / same[key]],
      ...[other[key], own[key] / other[key]],
    ];
    return [
      step,
      ...[...compared("seconds"), ...compared("cpuSeconds")].map((value) => value.toFixed(2)),
      ...[own, same, other].map(({ peakRssBytes }) => megabytes(peakRssBytes)),
      perMember.toFixed(2),
    ];
  });
  const head = [
    ...[`${members} members`, "s", "s, same inputs", "ratio", "s, empty", "ratio"],
    ...["CPU s", "CPU s, same inputs", "ratio", "CPU s, empty", "ratio"],
    ...["provider RSS", "RSS, same inputs", "RSS, empty", "requests at the master a member"],
  ];
  const perMember = (key: "stored" | "exported"): string =>
    `${stateBytes.fedJoins[key]} (${stateBytes.sameInputs[key]}, ${stateBytes.empty[key]})`;
  return [
    ...formatTable([head, ...rows]),
    `State bytes a member: ${perMember("stored")} stored, ${perMember("exported")} in stack export; in brackets, a resource with the same inputs, and an empty one.`,
    ...stepNames.map((step) => `Requests at the master, ${step}: ${listed(requests[step])}`),
    ...mismatches.map((line) => `WRONG   ${line}`),
    "",
  ].join("\n");
}

function listed(requests: Readonly<Record<string, number>>): string {
  const parts = Object.entries(requests).map(([request, count]) => `${count} ${request}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}
