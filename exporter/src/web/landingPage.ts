/** What the landing page says. */
export interface LandingFacts {
  readonly version: string;
  /** The controller's address. */
  readonly controller: string;
  readonly telemetryPath: string;
}

/** The page at `/`. Readable without style, script or any other resource. */
export function landingPage({ version, controller, telemetryPath }: LandingFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>NeuVector exporter</title>
</head>
<body>
<h1>NeuVector exporter</h1>
<p>fedjoin ${escapeHtml(version)}, for the controller ${escapeHtml(controller)}</p>
<ul>
<li><a href="${escapeHtml(telemetryPath.slice(1))}">Metrics</a></li>
<li><a href="-/healthy">Health</a></li>
<li><a href="-/ready">Readiness</a></li>
</ul>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? "");
}
