import { z } from "zod";
import type { Tarball } from "@fedjoin/testbed";

const sbom = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ "bom-ref": z.string() }) }),
  components: z.array(z.looseObject({})),
});

/** What `npm sbom` says about a workspace, as the CycloneDX document of its package: npm describes the repository. */
export function packageSbom(document: unknown, { name, version }: Pick<Tarball, "name" | "version">): object {
  const { metadata, ...others } = sbom.parse(document);
  const { component } = metadata;
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { ...others, metadata: { ...metadata, component: { ...component, name, version, purl } } };
}
